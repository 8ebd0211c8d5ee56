#include "store/text_rows.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/column_codec.h"
#include "store/column_pick.h"
#include "store/message_template.h"
#include "store/parameter_pick.h"

namespace faultline::store {
namespace {

absl::Status Malformed() { return absl::DataLossError("malformed text chunk"); }

}  // namespace

absl::Status TextRows::ReadStrings(TextChunkLayout::Strings from, Picks picks, StoredBytes* stored, Strings& strings) {
  ByteBuffer buffer;
  std::string_view lengths;
  strings.codes.assign(picks.size(), 0);
  strings.at.assign(picks.size(), {});
  RETURN_IF_ERROR(ReadBlock(from.lengths, buffer, lengths));
  if (lengths.empty()) return absl::OkStatus();  // all are empty
  uint64_t offset = 0;
  uint32_t place = 0;
  std::vector<uint64_t> offsets(picks.size());
  bool any = false;
  for (const Pick& pick : picks) {
    for (; place <= pick.place; ++place) {
      uint64_t code = 0;
      if (!ReadVarint(lengths, code)) return Malformed();
      strings.codes[pick.row] = code;
      offsets[pick.row] = offset;
      offset += stored(code);
    }
    any |= stored(strings.codes[pick.row]) > 0;
  }
  if (!any) return absl::OkStatus();
  std::string_view bytes;
  RETURN_IF_ERROR(ReadBlock(from.bytes, strings.buffer, bytes));
  for (size_t row = 0; row < offsets.size(); ++row) {
    const uint64_t length = stored(strings.codes[row]);
    if (offsets[row] > bytes.size() || length > bytes.size() - offsets[row]) return Malformed();
    strings.at[row] = bytes.substr(offsets[row], length);
  }
  return absl::OkStatus();
}

absl::Status TextRows::ReadMessages(const TextChunkLayout& layout, size_t events, Picks picks) {
  std::vector<uint16_t> codes;
  RETURN_IF_ERROR(DecodeCodes(layout.template_codes, events, codes));
  const bool known = std::all_of(codes.begin(), codes.end(), [this](uint16_t code) { return code < texts_.size(); });
  if (!known) return Malformed();
  const auto holes = [this](uint16_t code) { return static_cast<uint32_t>(CountHoles(texts_[code])); };
  RETURN_IF_ERROR(PickParameters(codes, holes, layout.parameters, picks, parameters_));
  RETURN_IF_ERROR(ReadStrings(layout.messages, picks, &WholeCode, messages_));
  templates_.resize(picks.size());
  made_messages_.assign(picks.size(), {});
  for (const auto& [place, row] : picks) {
    templates_[row] = texts_[codes[place]];
    if (codes[place] == 0) continue;
    AppendMessage(templates_[row], parameters_[row], made_messages_[row]);
    messages_.at[row] = made_messages_[row];
  }
  return absl::OkStatus();
}

absl::Status TextRows::ReadExceptions(TextChunkLayout::Strings from, Picks picks) {
  RETURN_IF_ERROR(ReadStrings(from, picks, &StoredPart, exceptions_));
  for (size_t row = 0; row < picks.size(); ++row) {
    const uint64_t code = exceptions_.codes[row];
    if ((code & 1) == 0) continue;
    const std::string_view message = messages_.at[row];
    if (code >> 1 > message.size()) return Malformed();
    exceptions_.at[row] = message.substr(message.size() - (code >> 1));
  }
  return absl::OkStatus();
}

absl::Status TextRows::ReadStacktraces(const TextChunkLayout& layout, size_t events, Picks picks) {
  std::vector<uint16_t> codes;
  RETURN_IF_ERROR(PickCodes(layout.stacktrace_codes, events, picks, codes));
  RETURN_IF_ERROR(ReadStrings(layout.stacktraces, picks, &WholeCode, stacktraces_));
  for (size_t row = 0; row < codes.size(); ++row) {
    if (codes[row] >= texts_.size()) return Malformed();
    if (codes[row] != 0) stacktraces_.at[row] = texts_[codes[row]];
  }
  return absl::OkStatus();
}

absl::Status TextRows::Decode(std::string_view value, std::span<const uint16_t> signatures,
                              std::span<const std::string_view> texts, std::span<const uint32_t> indexes) {
  texts_ = texts;
  TextChunkLayout layout;
  if (texts.empty()) return Malformed();
  RETURN_IF_ERROR(FindTextChunkParts(value, signatures.size(), layout));
  const std::vector<Pick> picks = PicksInSignatureOrder(signatures, indexes);
  RETURN_IF_ERROR(ReadMessages(layout, signatures.size(), picks));
  RETURN_IF_ERROR(ReadExceptions(layout.exceptions, picks));
  RETURN_IF_ERROR(ReadStacktraces(layout, signatures.size(), picks));
  return ReadStrings(layout.attributes, picks, &WholeCode, attributes_);
}

}  // namespace faultline::store
