// Stored events as the API shows them.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "faultline/v1/event.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "store/store.h"

namespace faultline::query {

google::protobuf::Timestamp ToTimestamp(int64_t time_us);
// Microseconds, the nanoseconds below them dropped. Errors: InvalidArgument
// when the timestamp is outside of years 1 to 9999.
absl::StatusOr<int64_t> FromTimestamp(const google::protobuf::Timestamp& timestamp);

// Fills `to`, which is empty, in BASIC or FULL view; `why` stays empty.
void FillEvent(const store::OwnedEvent& from, faultline::v1::EventView view, faultline::v1::Event& to);

// How `event` got its signature, in words. Errors: the store's.
absl::StatusOr<std::string> Why(const store::Event& event, const store::Store& store);
// The same for a signature by itself.
std::string Why(const store::SignatureDefinition& definition);

}  // namespace faultline::query
