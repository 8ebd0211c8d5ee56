// The texts of single events of a text chunk (store/text_chunk.h reads whole ones). What nobody asked for is neither
// decompressed, where it lies apart, nor made into strings.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/packed_block.h"
#include "store/pick.h"
#include "store/text_chunk_layout.h"

namespace faultline::store {

// Keeps memory of its own; not thread-safe.
class TextRows {
 public:
  // `signatures` are the codes of all events of the chunk, `indexes` (ascending) those that are wanted, a row each.
  // `value` and `texts`, all of the segment, must outlive the reading of rows. Errors: DataLoss, also unless the chunk
  // holds that many events.
  absl::Status Decode(std::string_view value, std::span<const uint16_t> signatures,
                      std::span<const std::string_view> texts, std::span<const uint32_t> indexes);

  // All for `row` < the number of indexes. Views live until the next Decode.
  std::string_view Message(size_t row) const { return messages_.at[row]; }
  std::string_view MessageTemplate(size_t row) const { return templates_[row]; }
  std::string_view Parameters(size_t row) const { return parameters_[row]; }
  std::string_view ExceptionMessage(size_t row) const { return exceptions_.at[row]; }
  std::string_view Stacktrace(size_t row) const { return stacktraces_.at[row]; }
  std::string_view Attributes(size_t row) const { return attributes_.at[row]; }

 private:
  // A string for each row.
  struct Strings {
    ByteBuffer buffer;
    std::vector<uint64_t> codes;  // as stored in front of it: its length, or more
    std::vector<std::string_view> at;
  };
  // How many of the stored bytes belong to a string with this code.
  using StoredBytes = uint64_t(uint64_t code);
  static uint64_t WholeCode(uint64_t code) { return code; }
  static uint64_t StoredPart(uint64_t code) { return (code & 1) == 0 ? code >> 1 : 0; }

  static absl::Status ReadStrings(TextChunkLayout::Strings from, Picks picks, StoredBytes* stored, Strings& strings);
  absl::Status ReadMessages(const TextChunkLayout& layout, size_t events, Picks picks);
  absl::Status ReadExceptions(TextChunkLayout::Strings from, Picks picks);
  absl::Status ReadStacktraces(const TextChunkLayout& layout, size_t events, Picks picks);

  std::span<const std::string_view> texts_;
  // All by row.
  std::vector<std::string_view> templates_;
  std::vector<std::string> parameters_;
  std::vector<std::string> made_messages_;  // from templates
  Strings messages_, exceptions_, stacktraces_, attributes_;
};

}  // namespace faultline::store
