// A store that another process writes, followed by reading its files.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/catalog.h"
#include "store/database.h"
#include "store/store.h"
#include "store/store_reader.h"

namespace faultline::store {

class SecondaryStore final : public Store {
 public:
  // See Store::OpenSecondary.
  static absl::StatusOr<std::unique_ptr<SecondaryStore>> Open(const StoreOptions& options,
                                                              const std::string& scratch_path);

  std::shared_ptr<const View> view() const override { return catalog_.view(); }
  absl::Status CatchUp() override;
  std::vector<StreamPosition> Positions() const override { return catalog_.positions(); }
  absl::StatusOr<std::optional<SignatureDefinition>> FindSignature(uint64_t signature) const override;
  absl::StatusOr<std::vector<OtherValues>> ReadOther() const override { return ReadOtherValues(*database_); }
  absl::StatusOr<std::vector<AttemptsCell>> ReadAttempts(int64_t first_minute, int64_t end_minute) const override;
  absl::StatusOr<std::vector<StoredDeadLetter>> ReadDeadLetters(uint64_t after, size_t limit) const override;
  // The writer does these.
  absl::Status Maintain() override { return absl::OkStatus(); }
  absl::Status Settle() override { return absl::OkStatus(); }
  absl::Status Close() override;
  absl::StatusOr<Size> MeasureSize() const override;
  const StoreOptions& options() const override { return options_; }

 private:
  SecondaryStore(const StoreOptions& options, std::unique_ptr<Database> database)
      : options_(options), database_(std::move(database)) {}
  absl::Status Reload() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const StoreOptions options_;
  const std::unique_ptr<Database> database_;
  Catalog catalog_;

  Mutex mu_;                                                           // held by the one CatchUp
  std::map<uint64_t, Catalog::Sealed> segments_ ABSL_GUARDED_BY(mu_);  // by number
  uint64_t removals_ ABSL_GUARDED_BY(mu_) = 0;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace faultline::store
