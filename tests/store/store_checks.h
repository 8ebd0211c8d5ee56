// Writes events into a store and compares what every Segment method gives back.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "store/store.h"
#include "store/writer.h"

namespace faultline::testing {

// Without a background thread, so that tests say when it merges.
store::StoreOptions OnDisk(const std::string& path);
store::StreamPosition NewStream(const std::string& name);

// Adds one record with `events` at the stream's position.
absl::Status AddRecord(store::Writer& writer, uint32_t stream, std::span<const store::Event> events);

// Writes `events` in records of one to three, into segments of at most
// `segment_events`, and closes the writer.
void WriteAll(store::Store& store, const std::vector<store::Event>& events, uint32_t segment_events);

void ExpectEvents(const store::Segment& segment, std::span<const store::Event> expected);
// All methods of all segments against `events`, which are all of the store.
void ExpectView(const store::Store& store, const std::vector<store::Event>& events);

}  // namespace faultline::testing
