// The texts of up to kEventsPerTextChunk events, in the order of
// store/signature_order.h:
//   version, varint events,
//   column of template codes, parameters (store/parameter_streams.h),
//   messages of events without a template: lengths, bytes,
//   exception messages: lengths, bytes,
//   column of stack trace codes, stack traces without a code: lengths, bytes,
//   attributes: lengths, bytes
// Columns are behind their varint length (store/column_codec.h); lengths and
// bytes are blocks. Lengths are varints; none at all when all are 0. An exception
// message's length is shifted left by one, with bit 0 set when it is the end of
// the event's message and not repeated.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/packed_block.h"
#include "store/parameter_streams.h"
#include "store/text_chunk_layout.h"

namespace faultline::store {

// Codes index the segment's texts; 0 is none.
struct EventTexts {
  uint16_t signature = 0;
  uint16_t message_template = 0;
  uint16_t stacktrace_code = 0;
  std::string_view message;  // or its parameters, with a template
  std::string_view exception_message;
  std::string_view stacktrace;  // empty with a code
  std::string_view attributes;
  bool exception_ends_message = false;
};

// `texts` are all texts of the segment by code.
std::string EncodeTextChunk(std::span<const EventTexts> events, std::span<const std::string_view> texts,
                            BlockPacker& packer);

// Reads a chunk. Keeps its own memory; not thread-safe.
class TextChunk {
 public:
  enum class Part {
    kAll,
    kVariables,  // only templates, parameters and attributes can then be asked for
    kMessages,   // only messages
  };

  // `signatures` are the codes of its events, `texts` all texts of the segment; the
  // latter must outlive it. Errors: DataLoss, also unless it holds that many events.
  absl::Status Decode(std::string_view value, std::span<const uint16_t> signatures,
                      std::span<const std::string_view> texts, Part wanted = Part::kAll);

  // All for `index` < the number of events. Views live until the next Decode or,
  // for Message, call.
  std::string_view Message(uint32_t index) const { return MessageAt(places_[index]); }
  std::string_view MessageTemplate(uint32_t index) const { return texts_[use_.templates[places_[index]]]; }
  std::string_view Parameters(uint32_t index) const { return parameters_.At(places_[index]); }
  std::string ExceptionMessage(uint32_t index) const;
  std::string_view Stacktrace(uint32_t index) const;
  std::string_view Attributes(uint32_t index) const { return attributes_.at[places_[index]]; }

 private:
  // One string per event.
  struct Strings {
    ByteBuffer buffer;
    std::vector<std::string_view> at;
  };
  absl::Status ReadStrings(TextChunkLayout::Strings from, Strings& strings);
  absl::Status ReadCodes(std::string_view column, std::vector<uint16_t>& codes) const;
  absl::Status ReadExceptions(TextChunkLayout::Strings from);
  absl::Status ReadTemplates(const TextChunkLayout& layout);
  std::string_view MessageAt(uint32_t place) const;

  // All by place.
  uint32_t size_ = 0;
  std::vector<uint16_t> places_;  // by event
  std::string value_;
  std::span<const std::string_view> texts_;
  TemplateUse use_;
  store::Parameters parameters_;
  Strings messages_, exceptions_, stacktraces_, attributes_;
  std::vector<uint32_t> exception_tails_;  // bytes taken from the message's end
  std::vector<uint16_t> stacktrace_codes_;
  mutable std::string message_;
};

}  // namespace faultline::store
