// What an event costs the store: appending, encoding, bytes by part, and reading
// it back. Events come from an NDJSON file of the fleet generator, named by
// FAULTLINE_NDJSON.
#include <benchmark/benchmark.h>
#include <simdjson.h>
#include <xxhash.h>
#include <zstd.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/timestamp.h"
#include "ingest/signature.h"
#include "store/open_segment.h"
#include "store/segment_encoder.h"
#include "store/store.h"
#include "store/writer.h"
#include "tests/testing/temp_dir.h"

namespace faultline::store {
namespace {

// Reads a file's events the way ingest would, without its guards.
class FleetEvents {
 public:
  FleetEvents() {
    const char* path = std::getenv("FAULTLINE_NDJSON");
    if (path == nullptr) return;
    const simdjson::padded_string json = simdjson::padded_string::load(path);
    simdjson::dom::document_stream documents = parser_.parse_many(json, 1 << 20);
    for (auto document : documents) {
      if (document.error() != simdjson::SUCCESS || events_.size() == 1'000'000) break;
      if (document["kind"].error() == simdjson::SUCCESS) continue;
      Add(document.value());
    }
  }

  const std::vector<Event>& events() const { return events_; }

 private:
  std::string_view Text(const simdjson::dom::element& from, const char* key) {
    std::string_view text;
    return from[key].get(text) == simdjson::SUCCESS ? arena_.Copy(text) : std::string_view();
  }
  int64_t Time(const simdjson::dom::element& from, const char* key) { return ParseTime(Text(from, key)).value_or(0); }
  std::string_view Pseudonym(std::string_view id) {
    if (id.empty()) return id;
    return arena_.Copy(FormatSignature(XXH3_64bits(id.data(), id.size())).substr(3));
  }
  void Add(const simdjson::dom::element& from) {
    Event& event = events_.emplace_back();
    const std::string_view side = Text(from, "side");
    event.side = side == "client" ? Side::kClient : side == "user" ? Side::kUser : Side::kServer;
    event.severity = Text(from, "level") == "error" ? 17 : 9;
    event.claimed_time_us = Time(from, "timestamp");
    event.received_time_us = Time(from, "received_at");
    const int64_t sent_us = Time(from, "sent_at");
    event.time_us = event.claimed_time_us + (sent_us != 0 ? event.received_time_us - sent_us : 0);
    event.ingested_time_us = 1'800'000'000'000'000 + static_cast<int64_t>(events_.size() / 500) * 1'234;
    SetDimensions(from, event);
    SetIds(from, event);
    event.message = Text(from, "message");
    const ingest::MaskedMessage masked = ingest::MaskMessage(event.message, arena_);
    event.message_template = masked.text;
    event.parameters = masked.parameters;
    simdjson::dom::element exception;
    if (from["exception"].get(exception) == simdjson::SUCCESS) event.stacktrace = Text(exception, "stacktrace");
    ingest::SignatureInput input;
    input.side = event.side;
    input.masked_message = masked.text;
    event.signature = ingest::ComputeSignature(input);
  }
  void SetDimensions(const simdjson::dom::element& from, Event& event) {
    const auto set = [&](Dimension d, std::string_view text) { event.dimensions[static_cast<size_t>(d)] = text; };
    set(Dimension::kService, Text(from, "service"));
    set(Dimension::kServiceVersion, Text(from, "version"));
    set(Dimension::kRegion, Text(from, "region"));
    set(Dimension::kHost, Text(from, "host"));
    set(Dimension::kOs, Text(from, "os"));
    set(Dimension::kAppVersion, Text(from, "app_version"));
    set(Dimension::kCarrier, Text(from, "carrier"));
    set(Dimension::kSeverityText, Text(from, "level"));
    set(Dimension::kFormat, "json");
    set(Dimension::kSource, "all.ndjson");
    simdjson::dom::element exception;
    if (from["exception"].get(exception) == simdjson::SUCCESS) set(Dimension::kExceptionType, Text(exception, "type"));
  }
  void SetIds(const simdjson::dom::element& from, Event& event) {
    const auto set = [&](IdKind kind, std::string_view id) { event.ids[static_cast<size_t>(kind)] = id; };
    set(IdKind::kTrace, Text(from, "trace_id"));
    set(IdKind::kMessage, Text(from, "message_id"));
    set(IdKind::kConversation, Text(from, "conversation_id"));
    set(IdKind::kSession, Text(from, "session_id"));
    set(IdKind::kUser, Pseudonym(Text(from, "user_id")));
    set(IdKind::kDevice, Pseudonym(Text(from, "device_id")));
  }

  simdjson::dom::parser parser_;
  Arena arena_;
  std::vector<Event> events_;
};

const std::vector<Event>& Events(benchmark::State& state) {
  static const FleetEvents fleet;
  if (fleet.events().empty()) state.SkipWithError("set FAULTLINE_NDJSON to a file of the fleet generator");
  return fleet.events();
}

void Fill(const std::vector<Event>& events, OpenSegment& segment) {
  for (const Event& event : events) {
    if (segment.size() == kMaxSegmentEvents) break;
    segment.Append(event);
  }
}

void BM_Append(benchmark::State& state) {
  const std::vector<Event>& events = Events(state);
  int64_t appended = 0;
  for (auto _ : state) {
    OpenSegment segment(0);
    Fill(events, segment);
    appended += segment.size();
  }
  state.SetItemsProcessed(appended);
}
BENCHMARK(BM_Append)->Unit(benchmark::kMillisecond);

void BM_Encode(benchmark::State& state) {
  OpenSegment segment(0);
  Fill(Events(state), segment);
  if (segment.size() == 0) return;
  int64_t encoded_events = 0;
  for (auto _ : state) {
    const EncodedSegment encoded = EncodeSegment(segment, 1);
    encoded_events += segment.size();
    benchmark::DoNotOptimize(encoded);
  }
  state.SetItemsProcessed(encoded_events);
  const EncodedSegment encoded = EncodeSegment(segment, 1);
  double total = 0;
  const auto add = [&](const std::string& name, size_t bytes) {
    state.counters[name] += static_cast<double>(bytes) / segment.size();
    total += static_cast<double>(bytes) / segment.size();
  };
  static constexpr const char* kParts[] = {"",        "dictionaries", "signatures",       "texts",
                                           "columns", "text",         "postings",         "ids",
                                           "links",   "filters",      "signature chunks", "rollup"};
  for (const SegmentPart& part : encoded.parts) {
    add(kParts[static_cast<size_t>(part.part)], part.value.size());
  }
  add("manifest", encoded.manifest.ByteSizeLong());
  state.counters["total"] = total;
}
BENCHMARK(BM_Encode)->Unit(benchmark::kMillisecond);

// The messages of a full segment, behind each other.
std::string Messages(const std::vector<Event>& events) {
  std::string messages;
  for (size_t i = 0; i < events.size() && i < kMaxSegmentEvents; ++i) messages += events[i].message;
  return messages;
}

// The floor under encoding: zstd of the messages alone, at the level that segments have.
void BM_ZstdAlone(benchmark::State& state) {
  const std::vector<Event>& events = Events(state);
  const std::string messages = Messages(events);
  std::string compressed(ZSTD_compressBound(messages.size()), '\0');
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        ZSTD_compress(compressed.data(), compressed.size(), messages.data(), messages.size(), /*compressionLevel=*/1));
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(std::min<size_t>(events.size(), kMaxSegmentEvents)));
}
BENCHMARK(BM_ZstdAlone)->Unit(benchmark::kMillisecond);

// The floor under appending.
void BM_MemcpyAlone(benchmark::State& state) {
  const std::vector<Event>& events = Events(state);
  const std::string messages = Messages(events);
  std::string copy(messages.size(), '\0');
  for (auto _ : state) {
    std::memcpy(copy.data(), messages.data(), messages.size());
    benchmark::DoNotOptimize(copy.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(std::min<size_t>(events.size(), kMaxSegmentEvents)));
}
BENCHMARK(BM_MemcpyAlone)->Unit(benchmark::kMicrosecond);

// A store on disk with all events.
struct Written {
  explicit Written(const std::vector<Event>& events) {
    StoreOptions options;
    options.path = dir.path();
    options.background = false;
    store = Store::Open(options).value();
    std::unique_ptr<Writer> writer = Writer::Start({}, *store).value();
    StreamPosition position;
    position.stream = "bench";
    const uint32_t stream = writer->AddStream(position);
    for (size_t i = 0; i < events.size(); ++i) {
      RecordOutcome outcome;
      outcome.stream = stream;
      outcome.offset = static_cast<int64_t>(i);
      outcome.next_offset = outcome.offset + 1;
      outcome.events = {&events[i], 1};
      if (!writer->Add(outcome).ok()) std::abort();
    }
    if (!writer->Close().ok() || !store->Settle().ok()) std::abort();
  }

  testing::TempDir dir;
  std::unique_ptr<Store> store;
};

Written& Store(benchmark::State& state) {
  static Written written(Events(state));
  return written;
}

void BM_Write(benchmark::State& state) {
  const std::vector<Event>& events = Events(state);
  int64_t bytes = 0;
  for (auto _ : state) {
    Written written(events);
    if (!written.store->Close().ok()) std::abort();
    bytes = written.store->MeasureSize()->disk_bytes;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(events.size()));
  state.counters["disk_bytes"] = static_cast<double>(bytes) / static_cast<double>(events.size());
}
BENCHMARK(BM_Write)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

void BM_Journey(benchmark::State& state) {
  const std::vector<Event>& events = Events(state);
  if (events.empty()) return;
  const auto view = Store(state).store->view();
  size_t next = 0;
  int64_t found = 0;
  for (auto _ : state) {
    next = (next + 7919) % events.size();
    const std::string_view id = events[next].id(IdKind::kTrace);
    for (const auto& segment : view->segments) {
      const std::vector<uint32_t> ordinals = segment->FindId(IdKind::kTrace, id).value();
      if (ordinals.empty()) continue;
      found += static_cast<int64_t>(segment->ReadEvents(ordinals)->size());
    }
  }
  state.counters["events"] = static_cast<double>(found) / static_cast<double>(state.iterations());
}
BENCHMARK(BM_Journey)->Unit(benchmark::kMicrosecond);

void BM_ReadColumns(benchmark::State& state) {
  if (Events(state).empty()) return;
  const auto view = Store(state).store->view();
  Columns columns;
  int64_t read = 0;
  for (auto _ : state) {
    for (const auto& segment : view->segments) {
      for (uint32_t chunk = 0; chunk < segment->chunk_count(); ++chunk) {
        const uint32_t set = kTimeColumn | kStateColumns | kSignatureColumn | DimensionColumn(Dimension::kService);
        if (!segment->ReadColumns(chunk, set, columns).ok()) std::abort();
        read += columns.size;
      }
    }
  }
  state.SetItemsProcessed(read);
}
BENCHMARK(BM_ReadColumns)->Unit(benchmark::kMillisecond);

void BM_ForEachId(benchmark::State& state) {
  if (Events(state).empty()) return;
  const auto view = Store(state).store->view();
  int64_t ids = 0;
  for (auto _ : state) {
    for (const auto& segment : view->segments) {
      if (!segment->ForEachId(IdKind::kMessage, [&](std::string_view, auto) { ++ids; }).ok()) std::abort();
    }
  }
  state.SetItemsProcessed(ids);
}
BENCHMARK(BM_ForEachId)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace faultline::store
