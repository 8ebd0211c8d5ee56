// The store as the role wants it: for writing, or following another process.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "deploy/server/config.h"
#include "store/store.h"

namespace faultline::deploy {

// A store, and for a secondary the folder of RocksDB's own log, which goes
// with it.
class OpenedStore {
 public:
  // In the role "query" waits until there is a store. Errors: Cancelled when a
  // signal ended the wait; otherwise as Store::Open and OpenSecondary.
  static absl::StatusOr<OpenedStore> Open(const Config& config);
  OpenedStore(OpenedStore&&) = default;
  OpenedStore& operator=(OpenedStore&&) = delete;
  ~OpenedStore();

  store::Store& operator*() const { return *store_; }
  store::Store* operator->() const { return store_.get(); }

 private:
  OpenedStore() = default;

  std::string scratch_;
  std::unique_ptr<store::Store> store_;
};

// The key of user and device ids: made if need be by who writes, absent for a
// reader where there is none.
absl::StatusOr<std::optional<Pseudonyms>> LoadKey(const Config& config);

}  // namespace faultline::deploy
