#include "store/text_chunk_layout.h"

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/keys.h"
#include "store/packed_block.h"

namespace faultline::store {
namespace {

absl::Status Malformed() { return absl::DataLossError("malformed text chunk"); }

absl::Status FindBlock(std::string_view& from, std::string_view& block) {
  block = from;
  return SkipBlock(from);
}

absl::Status FindStrings(std::string_view& from, TextChunkLayout::Strings& strings) {
  RETURN_IF_ERROR(FindBlock(from, strings.lengths));
  return FindBlock(from, strings.bytes);
}

}  // namespace

absl::Status FindTextChunkParts(std::string_view value, size_t events, TextChunkLayout& layout) {
  constexpr int kParameterBlocks = 4;
  uint64_t stored = 0;
  std::string_view from = value;
  if (from.empty() || static_cast<uint8_t>(from.front()) != kPartVersion) return Malformed();
  from.remove_prefix(1);
  if (!ReadVarint(from, stored) || stored != events || events > kEventsPerTextChunk) return Malformed();
  if (!ReadString(from, layout.template_codes)) return Malformed();
  layout.parameters = from;
  for (int i = 0; i < kParameterBlocks; ++i) RETURN_IF_ERROR(SkipBlock(from));
  RETURN_IF_ERROR(FindStrings(from, layout.messages));
  RETURN_IF_ERROR(FindStrings(from, layout.exceptions));
  if (!ReadString(from, layout.stacktrace_codes)) return Malformed();
  RETURN_IF_ERROR(FindStrings(from, layout.stacktraces));
  RETURN_IF_ERROR(FindStrings(from, layout.attributes));
  return from.empty() ? absl::OkStatus() : Malformed();
}

}  // namespace faultline::store
