#include "tests/store/store_checks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>

#include "tests/store/event_maker.h"
#include "tests/testing/status_matchers.h"

namespace faultline::testing {

using namespace ::faultline::store;  // NOLINT(google-build-using-namespace)

StoreOptions OnDisk(const std::string& path) {
  StoreOptions options;
  options.path = path;
  options.background = false;
  return options;
}

absl::Status AddRecord(Writer& writer, uint32_t stream, std::span<const Event> events) {
  const int64_t offset = writer.PositionOf(stream).next_offset;
  RecordOutcome outcome;
  outcome.stream = stream;
  outcome.offset = offset;
  outcome.next_offset = offset + 1;
  outcome.checksum = static_cast<uint64_t>(offset) * 7;
  outcome.events = events;
  return writer.Add(outcome);
}

StreamPosition NewStream(const std::string& name) {
  StreamPosition position;
  position.stream = name;
  position.label = "label of " + name;
  return position;
}

void WriteAll(Store& store, const std::vector<Event>& events, uint32_t segment_events) {
  WriterOptions options;
  options.max_segment_events = segment_events;
  auto writer = Writer::Start(options, store);
  ASSERT_THAT(writer, IsOk());
  const uint32_t stream = (*writer)->AddStream(NewStream("test"));
  for (size_t i = 0; i < events.size();) {
    const size_t count = std::min(events.size() - i, 1 + i % 3);
    ASSERT_THAT(AddRecord(**writer, stream, std::span(events).subspan(i, count)), IsOk());
    i += count;
  }
  ASSERT_THAT((*writer)->Close(), IsOk());
}

namespace {

void ExpectColumns(const Segment& segment, std::span<const Event> expected) {
  const auto signatures = segment.signatures();
  ASSERT_THAT(signatures, IsOk());
  Columns columns;
  for (uint32_t chunk = 0; chunk < segment.chunk_count(); ++chunk) {
    ASSERT_THAT(segment.ReadColumns(chunk, kAllColumns, columns), IsOk());
    ASSERT_EQ(columns.first_ordinal, chunk * kChunkEvents);
    for (uint32_t i = 0; i < columns.size; ++i) {
      const Event& event = expected[columns.first_ordinal + i];
      ASSERT_EQ(columns.time_us[i], event.time_us);
      ASSERT_EQ(columns.claimed_time_us[i], event.claimed_time_us);
      ASSERT_EQ(columns.received_time_us[i], event.received_time_us);
      ASSERT_EQ(columns.ingested_time_us[i], event.ingested_time_us);
      ASSERT_EQ(columns.side[i], static_cast<uint8_t>(event.side));
      ASSERT_EQ(columns.outcome[i], static_cast<uint8_t>(event.outcome));
      ASSERT_EQ(columns.severity[i], event.severity);
      ASSERT_EQ(columns.flags[i], event.flags);
      ASSERT_EQ((**signatures)[columns.signature[i]], event.signature);
    }
    for (int d = 0; d < kDimensions; ++d) {
      const auto dictionary = segment.dictionary(static_cast<Dimension>(d));
      ASSERT_THAT(dictionary, IsOk());
      for (uint32_t i = 0; i < columns.size; ++i) {
        ASSERT_EQ((**dictionary)[columns.dimensions[d][i]], expected[columns.first_ordinal + i].dimensions[d]);
      }
    }
  }
}

// Times and signatures are kept once they were read alone: the second time they are not decoded.
void ExpectKeptColumns(const Segment& segment) {
  Columns columns, kept;
  for (uint32_t chunk = 0; chunk < segment.chunk_count(); ++chunk) {
    ASSERT_THAT(segment.ReadColumns(chunk, kAllColumns, columns), IsOk());
    for (int time = 0; time < 2; ++time) {
      kept = {};
      ASSERT_THAT(segment.ReadColumns(chunk, kTimeColumn, kept), IsOk());
      ASSERT_EQ(kept.time_us, columns.time_us);
      ASSERT_EQ(kept.size, columns.size);
      ASSERT_EQ(kept.first_ordinal, columns.first_ordinal);
      kept = {};
      ASSERT_THAT(segment.ReadColumns(chunk, kSignatureColumn, kept), IsOk());
      ASSERT_EQ(kept.signature, columns.signature);
      ASSERT_EQ(kept.size, columns.size);
    }
  }
  ASSERT_FALSE(segment.ReadColumns(segment.chunk_count(), kTimeColumn, kept).ok());
}

// Every `step`th event of each chunk alone says what its whole chunk says.
void ExpectRows(const Segment& segment, uint32_t step, uint32_t column_set) {
  Columns columns, rows;
  for (uint32_t chunk = 0; chunk < segment.chunk_count(); ++chunk) {
    ASSERT_THAT(segment.ReadColumns(chunk, kAllColumns, columns), IsOk());
    std::vector<uint32_t> indexes;
    for (uint32_t i = chunk % step; i < columns.size; i += step) indexes.push_back(i);
    ASSERT_THAT(segment.ReadRows(chunk, indexes, column_set, rows), IsOk());
    ASSERT_EQ(rows.size, indexes.size());
    for (size_t row = 0; row < indexes.size(); ++row) {
      const uint32_t i = indexes[row];
      ASSERT_EQ(rows.time_us[row], columns.time_us[i]);
      ASSERT_EQ(rows.claimed_time_us[row], columns.claimed_time_us[i]);
      ASSERT_EQ(rows.received_time_us[row], columns.received_time_us[i]);
      ASSERT_EQ(rows.flags[row], columns.flags[i]);
      if (column_set != kAllColumns) continue;
      ASSERT_EQ(rows.ingested_time_us[row], columns.ingested_time_us[i]);
      ASSERT_EQ(rows.side[row], columns.side[i]);
      ASSERT_EQ(rows.outcome[row], columns.outcome[i]);
      ASSERT_EQ(rows.severity[row], columns.severity[i]);
      ASSERT_EQ(rows.signature[row], columns.signature[i]);
      for (size_t d = 0; d < kDimensions; ++d) ASSERT_EQ(rows.dimensions[d][row], columns.dimensions[d][i]);
    }
  }
  const std::vector<uint32_t> beyond = {segment.size()};
  ASSERT_FALSE(segment.ReadRows(0, beyond, column_set, rows).ok());
}

void ExpectVariables(const Segment& segment, std::span<const uint32_t> ordinals, std::span<const OwnedEvent> events) {
  for (const VariableSet wanted : {VariableSet::kWithoutTraces, VariableSet::kWithTraces}) {
    const bool traces = wanted == VariableSet::kWithTraces;
    size_t next = 0;
    ASSERT_THAT(segment.ReadVariables(ordinals, wanted,
                                      [&](const EventVariables& variables) {
                                        const Event& whole = events[next++].event;
                                        ASSERT_EQ(variables.time_us, whole.time_us);
                                        ASSERT_EQ(variables.message_template, whole.message_template);
                                        ASSERT_EQ(variables.parameters, whole.parameters);
                                        ASSERT_EQ(variables.attributes, whole.attributes);
                                        ASSERT_EQ(variables.exception_message, traces ? whole.exception_message : "");
                                        ASSERT_EQ(variables.stacktrace, traces ? whole.stacktrace : "");
                                      }),
                IsOk());
    ASSERT_EQ(next, ordinals.size());
  }
}

void ExpectMessages(const Segment& segment, std::span<const uint32_t> ordinals, std::span<const Event> expected) {
  size_t next = 0;
  ASSERT_THAT(segment.ReadMessages(ordinals,
                                   [&](uint32_t ordinal, std::string_view message) {
                                     ASSERT_EQ(ordinal, ordinals[next++]);
                                     ASSERT_EQ(message, expected[ordinal].message);
                                   }),
              IsOk());
  ASSERT_EQ(next, ordinals.size());
}

}  // namespace

void ExpectEvents(const Segment& segment, std::span<const Event> expected) {
  std::vector<uint32_t> ordinals(segment.size());
  std::iota(ordinals.begin(), ordinals.end(), 0);
  const auto all = segment.ReadEvents(ordinals);
  ASSERT_THAT(all, IsOk());
  for (uint32_t i = 0; i < segment.size(); ++i) {
    ASSERT_EQ((*all)[i].sequence, segment.base_sequence() + i);
    ASSERT_EQ(Describe((*all)[i].event), Describe(expected[i]));
  }
  // One of each so many: as few of a chunk as a journey wants, and more.
  for (const uint32_t step : {1u, 7u, 331u, 1'500u}) {
    std::vector<uint32_t> apart;
    for (uint32_t i = step / 2; i < segment.size(); i += step) apart.push_back(i);
    const auto events = segment.ReadEvents(apart);
    ASSERT_THAT(events, IsOk());
    for (size_t i = 0; i < apart.size(); ++i) ASSERT_EQ(Describe((*events)[i].event), Describe(expected[apart[i]]));
  }
  const std::vector<uint32_t> few = {0, segment.size() / 2, segment.size() - 1};
  if (segment.size() > 2) {
    const auto some = segment.ReadEvents(few);
    ASSERT_THAT(some, IsOk());
    for (size_t i = 0; i < few.size(); ++i) ASSERT_EQ(Describe((*some)[i].event), Describe(expected[few[i]]));
  }
  ExpectVariables(segment, ordinals, *all);
  if (segment.size() > 1) ExpectVariables(segment, std::span(ordinals).subspan(1), std::span(*all).subspan(1));
  ExpectMessages(segment, ordinals, expected);
  if (segment.size() > 2) ExpectMessages(segment, few, expected);
}

namespace {

void ExpectIds(const Segment& segment, std::span<const Event> expected) {
  for (int k = 0; k < kIdKinds; ++k) {
    const auto kind = static_cast<IdKind>(k);
    std::map<std::string, std::vector<uint32_t>, std::less<>> ordinals;
    for (uint32_t i = 0; i < segment.size(); ++i) {
      if (!expected[i].ids[k].empty()) ordinals[std::string(expected[i].ids[k])].push_back(i);
    }
    size_t visited = 0;
    ASSERT_THAT(segment.ForEachId(kind,
                                  [&](std::string_view id, std::span<const uint16_t> found) {
                                    ++visited;
                                    const auto want = ordinals.find(id);
                                    ASSERT_NE(want, ordinals.end());
                                    ASSERT_TRUE(std::equal(found.begin(), found.end(), want->second.begin(),
                                                           want->second.end()));
                                  }),
                IsOk());
    ASSERT_EQ(visited, ordinals.size());
    for (const auto& [id, want] : ordinals) {
      const auto found = segment.FindId(kind, id);
      ASSERT_THAT(found, IsOk());
      ASSERT_EQ(*found, want) << id;
    }
    ASSERT_TRUE(segment.FindId(kind, "feedfacefeedface")->empty());
    ASSERT_TRUE(segment.FindId(kind, "")->empty());
  }
}

void ExpectSignatures(const Segment& segment, std::span<const Event> expected) {
  std::map<uint64_t, std::vector<uint32_t>> ordinals;
  for (uint32_t i = 0; i < segment.size(); ++i) ordinals[expected[i].signature].push_back(i);
  for (const auto& [signature, want] : ordinals) {
    const auto found = segment.FindSignature(signature);
    ASSERT_THAT(found, IsOk());
    ASSERT_EQ(*found, want);
  }
  ASSERT_TRUE(segment.FindSignature(12345)->empty());
}

}  // namespace

void ExpectView(const Store& store, const std::vector<Event>& events) {
  const std::shared_ptr<const View> view = store.view();
  uint64_t next = 0;
  for (const auto& segment : view->segments) {
    ASSERT_EQ(segment->base_sequence(), next);
    const auto expected = std::span(events).subspan(next, segment->size());
    ExpectColumns(*segment, expected);
    ExpectKeptColumns(*segment);
    for (const uint32_t step : {1u, 3u, 700u}) {
      ExpectRows(*segment, step, kAllColumns);
      ExpectRows(*segment, step, kTimeColumn | kUploadTimeColumns | kFlagsColumn);
    }
    ExpectEvents(*segment, expected);
    ExpectIds(*segment, expected);
    ExpectSignatures(*segment, expected);
    const auto [low, high] = std::minmax_element(expected.begin(), expected.end(),
                                                 [](const Event& a, const Event& b) { return a.time_us < b.time_us; });
    ASSERT_EQ(segment->min_time_us(), low->time_us);
    ASSERT_EQ(segment->max_time_us(), high->time_us);
    next += segment->size();
  }
  ASSERT_EQ(next, events.size());
  ASSERT_EQ(view->next_sequence, events.size());
}

}  // namespace faultline::testing
