// The segment that is being written: rows in memory, readable at once.
//
// One thread appends; any number read rows below size() without a lock. Rows
// lie in blocks that never move and are published by the release of size().
// Queries use it through OpenSegmentView (store/open_segment_view.h), which
// fixes the size.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "store/event.h"
#include "store/segment.h"
#include "store/signature_dictionary.h"
#include "store/string_dictionary.h"

namespace faultline::store {

class ValueLimits;

// One event. Strings lie behind each other at `bytes`: the ids by kind, then
// message (or its parameters), exception message, stack trace, attributes.
struct OpenRow {
  int64_t time_us, claimed_time_us, received_time_us, ingested_time_us;
  const char* bytes;
  uint32_t message_size, exception_size, stacktrace_size, attributes_size;
  std::array<uint16_t, kDimensions> dimensions;
  std::array<uint8_t, kIdKinds> id_sizes;
  uint16_t signature;
  uint16_t message_template;  // code in texts(), 0: the bytes are the message itself
  uint16_t stacktrace;        // code in texts(), 0: the bytes are the stack trace
  uint16_t flags;
  uint8_t side, outcome, severity;
};

// The strings of a row. Views into the segment.
struct RowTexts {
  std::string_view message, exception_message, stacktrace, attributes;  // as in OpenRow::bytes
};

class OpenSegment {
 public:
  // `limits`: what signatures and values count as, asked for each event that has one this segment does not know. Null:
  // as themselves.
  explicit OpenSegment(uint64_t base_sequence, ValueLimits* limits = nullptr);

  // Appends `event`, copying its strings. There must be room: size() <
  // kMaxSegmentEvents. The writing thread only.
  void Append(const Event& event);
  // Bytes of text held. The writing thread only.
  size_t text_bytes() const { return arena_.used_bytes(); }

  uint64_t base_sequence() const { return base_sequence_; }
  uint32_t size() const { return size_.load(std::memory_order_acquire); }
  const OpenRow& row(uint32_t ordinal) const { return blocks_[ordinal / kChunkEvents][ordinal % kChunkEvents]; }
  // Undefined when empty. May already count events that are being appended.
  int64_t min_time_us() const { return min_time_us_.load(std::memory_order_relaxed); }
  int64_t max_time_us() const { return max_time_us_.load(std::memory_order_relaxed); }

  const StringDictionary& dimension(size_t d) const { return *dimensions_[d]; }
  // Message templates and repeated stack traces.
  const StringDictionary& texts() const { return texts_; }
  const SignatureDictionary& signatures() const { return signatures_; }

  static std::string_view Id(const OpenRow& row, size_t kind);
  static RowTexts Texts(const OpenRow& row);
  std::string Message(const OpenRow& row) const;
  std::string_view Stacktrace(const OpenRow& row) const;

  // Hash of the id of `kind` by ordinal, 0 for none; null when no event has one.
  const uint64_t* id_hashes(size_t kind) const { return published_hashes_[kind].load(std::memory_order_acquire); }
  static uint64_t HashId(std::string_view id);  // never 0

 private:
  // Own signatures and values that the event does not count as, as attributes.
  using Originals = std::vector<std::pair<std::string, std::string>>;
  void EncodeSignature(const Event& event, OpenRow& row, Originals& originals);
  // The code of a value that the last event did not have.
  uint16_t CodeOf(size_t dimension, std::string_view value, Originals& originals);
  void CopyStrings(const Event& event, OpenRow& row);
  void AppendIdHashes(const Event& event, uint32_t ordinal, OpenRow& row);
  void EncodeDimensions(const Event& event, OpenRow& row, Originals& originals);
  uint16_t TextCode(std::string_view text, uint16_t& last);

  const uint64_t base_sequence_;
  ValueLimits* const limits_;
  Arena arena_;
  std::array<std::unique_ptr<OpenRow[]>, (kMaxSegmentEvents + kChunkEvents - 1) / kChunkEvents> blocks_;
  std::array<std::unique_ptr<StringDictionary>, kDimensions> dimensions_;
  StringDictionary texts_;
  SignatureDictionary signatures_;
  struct FreeBytes {
    void operator()(uint64_t* p) const;
  };
  std::array<std::unique_ptr<uint64_t[], FreeBytes>, kIdKinds> id_hashes_;
  std::array<uint16_t, kDimensions> last_codes_{};
  struct LastTexts {  // codes in texts_, 0 for none yet
    uint16_t message_template = 0, stacktrace = 0;
  };
  std::vector<LastTexts> last_texts_;  // by signature

  std::array<std::atomic<const uint64_t*>, kIdKinds> published_hashes_{};
  std::atomic<int64_t> min_time_us_{INT64_MAX};
  std::atomic<int64_t> max_time_us_{INT64_MIN};
  std::atomic<uint32_t> size_{0};
};

}  // namespace faultline::store
