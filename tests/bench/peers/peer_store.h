// A store under measurement, filled and asked in this process: what the harness of peers asks of every product.
//
// The four questions: all events of one id; errors by minute and service; the server
// signatures that go with one client signature in an hour; how many messages hold a phrase
// in an hour. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/correlator.h"
#include "store/store.h"
#include "tests/testing/temp_dir.h"

namespace faultline::bench {

struct PeerOptions {
  std::string store;           // folder, made if need be
  std::string events;          // NDJSON
  std::string rules;           // folder of rule files
  bool show_private = false;   // without redaction, for phrases that it would take out
  bool correct_clocks = true;  // else windows are of the writers' own times, as the other peers' are
};

class PeerStore {
 public:
  explicit PeerStore(PeerOptions options) : options_(std::move(options)) {}

  // Returns when all is durable and can be queried.
  absl::Status Ingest();
  absl::Status Settle();

  // The others open the store for reading when it is not open. Answers are JSON values.
  absl::StatusOr<int64_t> CountEvents();
  // [[timestamp, message], ...] of `field`'s events, "message_id" or "trace_id".
  absl::StatusOr<std::string> EventsOfId(std::string_view field, std::string_view id);
  // [[minute in ms, service, errors], ...], without those that are 0.
  absl::StatusOr<std::string> ErrorsByMinute(const store::TimeRange& range);
  // [[message, units], ...]: at most 20 server signatures, most units first.
  absl::StatusOr<std::string> ServersOf(std::string_view client_prefix, const store::TimeRange& range);
  absl::StatusOr<int64_t> CountPhrase(std::string_view phrase, const store::TimeRange& range);

 private:
  absl::Status OpenToRead();
  absl::StatusOr<std::string> ClientSignatureOf(std::string_view prefix) const;

  const PeerOptions options_;
  testing::TempDir scratch_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const store::View> view_;
  std::unique_ptr<query::Correlator> correlator_;
  // (exemplar, signature) of every client signature.
  std::vector<std::pair<std::string, std::string>> client_signatures_;
};

}  // namespace faultline::bench
