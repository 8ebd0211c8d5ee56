// A run of events in arrival order that is read as a whole or by column.
//
// An event's identity is its sequence number: `base_sequence() + ordinal`. It
// never changes, not even when small segments are merged into a larger one.
// Implementations: the open segment (store/open_segment.h) and the sealed one
// (store/sealed_segment.h). All methods are thread-safe and may run while the
// segment is being written to or merged away; a size read once stays valid.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/event.h"
#include "store/parameter_set.h"

namespace faultline::store {

// One less than 16 bits count: a dictionary then has a code for every event's own
// value and one for the empty string.
inline constexpr uint32_t kMaxSegmentEvents = 65'535;
// Columns are read in chunks of this many events.
inline constexpr uint32_t kChunkEvents = 2'048;

// What ReadColumns is to fill. Bits may be combined.
enum ColumnSet : uint32_t {
  kTimeColumn = 1u << 0,
  kStateColumns = 1u << 1,  // side, outcome, severity, flags
  kSignatureColumn = 1u << 2,
  kOtherTimeColumns = 1u << 3,  // claimed, received, ingested
  // Parts of the above: what tells how far a clock was off.
  kFlagsColumn = 1u << 4,
  kUploadTimeColumns = 1u << 5,  // claimed, received
  // | DimensionColumn(d) for each wanted dimension
};
constexpr uint32_t DimensionColumn(Dimension d) { return 1u << (8 + static_cast<uint32_t>(d)); }
inline constexpr uint32_t kAllColumns = 0xffffffffu;

// One chunk, decoded. Only the wanted vectors are filled, to `size` each.
struct Columns {
  uint32_t first_ordinal = 0;
  uint32_t size = 0;
  std::vector<int64_t> time_us;
  std::vector<int64_t> claimed_time_us, received_time_us, ingested_time_us;
  std::vector<uint8_t> side, outcome, severity;
  std::vector<uint16_t> flags;
  std::vector<uint16_t> signature;                            // index into Segment::signatures()
  std::array<std::vector<uint16_t>, kDimensions> dimensions;  // index into Segment::dictionary(d)
};

struct MessageForms;  // store/message_forms.h

// Events counted by minute, state, signature and service.
struct Rollup {
  // A row each: `time_us` is the start of the minute; states, signature and service are filled.
  Columns columns;
  std::vector<uint32_t> counts;  // by row; never 0
};

// A signature that events of a segment were recorded with, or counted as on the way, and the one they count as now.
struct FormerSignature {
  uint64_t signature = 0;
  uint16_t code = 0;  // index into Segment::signatures()
  auto operator<=>(const FormerSignature&) const = default;
};

// An event that owns its strings.
struct OwnedEvent {
  uint64_t sequence = 0;
  Event event;  // views into `storage`
  // What it was recorded with, where `event.signature` is another one by decision of people; else 0.
  uint64_t stored_signature = 0;
  std::vector<std::unique_ptr<std::string>> storage;
};

// What differs between events of one kind: far cheaper to read than whole events. Fields are as in Event.
struct EventVariables {
  int64_t time_us = 0;
  std::string_view message_template, parameters, attributes;
  std::string_view exception_message, stacktrace;  // empty unless asked for
};
enum class VariableSet { kWithoutTraces, kWithTraces };

// An id that is looked for in many segments: what each would compute again.
struct IdProbe {
  IdProbe(IdKind id_kind, std::string_view id);
  IdKind kind;
  uint64_t hash;   // as id filters have it
  uint32_t shape;  // store/link_table.h; 0 when no segment can hold the id
};

struct TimeRange {
  // Half-open, microseconds since the epoch: start_us <= t < end_us.
  int64_t start_us = INT64_MIN;
  int64_t end_us = INT64_MAX;
  bool Contains(int64_t t) const { return t >= start_us && t < end_us; }
};

class Segment {
 public:
  virtual ~Segment() = default;

  virtual uint64_t base_sequence() const = 0;
  // Events that can be read now; ordinals are 0 .. size() - 1.
  virtual uint32_t size() const = 0;
  // Smallest and largest Event::time_us. Undefined when empty.
  virtual int64_t min_time_us() const = 0;
  virtual int64_t max_time_us() const = 0;

  // Code -> value. Code 0 is always the empty string. Views live as long as
  // the returned pointer.
  using Dictionary = std::vector<std::string_view>;
  virtual absl::StatusOr<std::shared_ptr<const Dictionary>> dictionary(Dimension d) const = 0;
  virtual absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> signatures() const = 0;

  // Reads chunk `chunk` (events from chunk * kChunkEvents on). `columns` is
  // reused: its vectors are resized, not reallocated when large enough.
  virtual absl::Status ReadColumns(uint32_t chunk, uint32_t column_set, Columns& columns) const = 0;
  // The events at `indexes` (ascending) of the chunk alone, a row each: cheaper for a few. Errors: OutOfRange.
  virtual absl::Status ReadRows(uint32_t chunk, std::span<const uint32_t> indexes, uint32_t column_set,
                                Columns& rows) const;
  // All events, counted; null where only the columns tell.
  virtual absl::StatusOr<std::shared_ptr<const Rollup>> rollup() const { return nullptr; }
  // The same without signatures, some hundred rows; kept after it was asked for.
  virtual absl::StatusOr<std::shared_ptr<const Rollup>> minute_rollup() const { return nullptr; }

  // The same without minutes: every row has the first one's time. Some thousand rows; kept after it was asked for.
  virtual absl::StatusOr<std::shared_ptr<const Rollup>> signature_rollup() const { return nullptr; }

  // Reads whole events, in the order of `ordinals`, which must ascend.
  virtual absl::StatusOr<std::vector<OwnedEvent>> ReadEvents(std::span<const uint32_t> ordinals) const = 0;
  // Calls `visit` for each of `ordinals`, which must ascend. Views end with the call.
  virtual absl::Status ReadVariables(std::span<const uint32_t> ordinals, VariableSet wanted,
                                     const std::function<void(const EventVariables&)>& visit) const = 0;
  // Calls `visit` with the message of each of `ordinals`, which must ascend. Views end with the call.
  virtual absl::Status ReadMessages(
      std::span<const uint32_t> ordinals,
      const std::function<void(uint32_t ordinal, std::string_view message)>& visit) const = 0;

  // What messages look like, by signature; null where only reading them tells.
  virtual absl::StatusOr<std::shared_ptr<const MessageForms>> message_forms() const { return nullptr; }
  // Calls `visit` with parameters of the chunk, many behind each other, no one apart.
  // Unimplemented where message_forms() is null.
  virtual absl::Status ReadParameterBytes(uint32_t /*chunk*/, ParameterSet /*set*/,
                                          const std::function<void(std::string_view)>& /*visit*/) const {
    return absl::UnimplementedError("no parameters apart from messages");
  }

  // False when FindId would find nothing: a look at memory alone. For all segments of a view: store/id_index.h.
  virtual bool MayHaveId(const IdProbe& /*probe*/) const { return true; }
  // Ordinals of the events that carry `id` (normalised) of `kind`, ascending.
  virtual absl::StatusOr<std::vector<uint32_t>> FindId(IdKind kind, std::string_view id) const = 0;
  // Calls `visit` once for each distinct id of `kind`. Views end with the call.
  virtual absl::Status ForEachId(
      IdKind kind, const std::function<void(std::string_view id, std::span<const uint16_t> ordinals)>& visit) const = 0;
  // Ordinals of the events with `signature`, now or formerly, ascending.
  virtual absl::StatusOr<std::vector<uint32_t>> FindSignature(uint64_t signature) const = 0;
  // Whoever asks for one of these means the signatures that it became. Ascending, each once.
  virtual absl::StatusOr<std::vector<FormerSignature>> former_signatures() const {
    return std::vector<FormerSignature>();
  }

  uint32_t chunk_count() const { return (size() + kChunkEvents - 1) / kChunkEvents; }
};

}  // namespace faultline::store
