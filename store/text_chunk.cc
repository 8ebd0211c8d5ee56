#include "store/text_chunk.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/column_codec.h"
#include "store/keys.h"
#include "store/message_template.h"
#include "store/signature_order.h"

namespace faultline::store {
namespace {

// Lengths and bytes of one string per event, as two blocks.
class StringStream {
 public:
  void Add(std::string_view text) { Add(text.size(), text); }
  void Add(uint64_t code, std::string_view text) {
    AppendVarint(lengths_, code);
    any_ |= code != 0;
    bytes_.append(text);
  }
  void Finish(BlockPacker& packer, std::string& to) const {
    packer.Append(any_ ? std::string_view(lengths_) : std::string_view(), to);
    packer.Append(bytes_, to);
  }

 private:
  std::string lengths_;
  std::string bytes_;
  bool any_ = false;
};

void AppendCodes(const std::vector<uint16_t>& codes, BlockPacker& packer, std::string& to) {
  std::string column;
  EncodeCodes(codes, packer, column);
  AppendString(to, column);
}

std::vector<uint32_t> HolesOf(const std::vector<uint16_t>& templates, std::span<const std::string_view> texts) {
  std::vector<uint32_t> holes(texts.size(), UINT32_MAX);
  for (const uint16_t code : templates) {
    if (holes[code] == UINT32_MAX) holes[code] = static_cast<uint32_t>(CountHoles(texts[code]));
  }
  return holes;
}

absl::Status Malformed() { return absl::DataLossError("malformed text chunk"); }

// Calls `take(i, code, bytes)` for each event, which returns how many of the
// bytes it used, or nothing when they do not do.
template <typename Take>
absl::Status TakeStrings(std::string_view lengths, std::string_view bytes, uint32_t size, Take take) {
  const bool none = lengths.empty();
  for (uint32_t i = 0; i < size; ++i) {
    uint64_t code = 0;
    if (!none && !ReadVarint(lengths, code)) return Malformed();
    const std::optional<size_t> used = take(i, code, bytes);
    if (!used.has_value()) return Malformed();
    bytes.remove_prefix(*used);
  }
  return lengths.empty() && bytes.empty() ? absl::OkStatus() : Malformed();
}

}  // namespace

std::string EncodeTextChunk(std::span<const EventTexts> events, std::span<const std::string_view> texts,
                            BlockPacker& packer) {
  TemplateUse use;
  std::vector<uint16_t> stacktrace_codes;
  std::vector<std::string_view> parameters;
  StringStream messages;
  StringStream exceptions;
  StringStream stacktraces;
  StringStream attributes;
  std::vector<uint16_t> signatures;
  for (const EventTexts& event : events) signatures.push_back(event.signature);
  std::vector<uint16_t> order;
  MakeSignatureOrder(signatures, order);
  for (const uint16_t index : order) {
    const EventTexts& event = events[index];
    use.templates.push_back(event.message_template);
    stacktrace_codes.push_back(event.stacktrace_code);
    parameters.push_back(event.message);
    messages.Add(event.message_template == 0 ? event.message : std::string_view());
    exceptions.Add(event.exception_message.size() << 1 | (event.exception_ends_message ? 1 : 0),
                   event.exception_ends_message ? std::string_view() : event.exception_message);
    stacktraces.Add(event.stacktrace);
    attributes.Add(event.attributes);
  }
  use.holes = HolesOf(use.templates, texts);
  std::string value(1, static_cast<char>(kPartVersion));
  AppendVarint(value, events.size());
  AppendCodes(use.templates, packer, value);
  EncodeParameters(use, parameters, packer, value);
  messages.Finish(packer, value);
  exceptions.Finish(packer, value);
  AppendCodes(stacktrace_codes, packer, value);
  stacktraces.Finish(packer, value);
  attributes.Finish(packer, value);
  return value;
}

absl::Status TextChunk::ReadStrings(TextChunkLayout::Strings from, Strings& strings) {
  ByteBuffer buffer;
  std::string_view lengths;
  std::string_view bytes;
  RETURN_IF_ERROR(ReadBlock(from.lengths, buffer, lengths));
  RETURN_IF_ERROR(ReadBlock(from.bytes, strings.buffer, bytes));
  strings.at.assign(size_, {});
  return TakeStrings(lengths, bytes, size_,
                     [&](uint32_t i, uint64_t length, std::string_view rest) -> std::optional<size_t> {
                       if (length > rest.size()) return std::nullopt;
                       strings.at[i] = rest.substr(0, length);
                       return length;
                     });
}

absl::Status TextChunk::ReadExceptions(TextChunkLayout::Strings from) {
  ByteBuffer buffer;
  std::string_view lengths;
  std::string_view bytes;
  RETURN_IF_ERROR(ReadBlock(from.lengths, buffer, lengths));
  RETURN_IF_ERROR(ReadBlock(from.bytes, exceptions_.buffer, bytes));
  exceptions_.at.assign(size_, {});
  exception_tails_.assign(size_, 0);
  return TakeStrings(lengths, bytes, size_,
                     [&](uint32_t i, uint64_t code, std::string_view rest) -> std::optional<size_t> {
                       const uint64_t length = code >> 1;
                       if ((code & 1) != 0) {
                         if (length > MessageAt(i).size()) return std::nullopt;
                         exception_tails_[i] = static_cast<uint32_t>(length);
                         return 0;
                       }
                       if (length > rest.size()) return std::nullopt;
                       exceptions_.at[i] = rest.substr(0, length);
                       return length;
                     });
}

absl::Status TextChunk::ReadCodes(std::string_view column, std::vector<uint16_t>& codes) const {
  RETURN_IF_ERROR(DecodeCodes(column, size_, codes));
  const bool known = std::all_of(codes.begin(), codes.end(), [this](uint16_t code) { return code < texts_.size(); });
  return known ? absl::OkStatus() : Malformed();
}

absl::Status TextChunk::ReadTemplates(const TextChunkLayout& layout) {
  RETURN_IF_ERROR(ReadCodes(layout.template_codes, use_.templates));
  use_.holes = HolesOf(use_.templates, texts_);
  std::string_view parameters = layout.parameters;
  return parameters_.Decode(use_, parameters);
}

absl::Status TextChunk::Decode(std::string_view value, std::span<const uint16_t> signatures,
                               std::span<const std::string_view> texts, Part wanted) {
  value_ = value;
  texts_ = texts;
  size_ = static_cast<uint32_t>(signatures.size());
  TextChunkLayout layout;
  if (texts.empty()) return Malformed();
  RETURN_IF_ERROR(FindTextChunkParts(value_, size_, layout));
  std::vector<uint16_t> order;
  MakeSignatureOrder(signatures, order);
  places_.resize(size_);
  for (uint32_t place = 0; place < size_; ++place) places_[order[place]] = static_cast<uint16_t>(place);
  RETURN_IF_ERROR(ReadTemplates(layout));
  if (wanted != Part::kVariables) RETURN_IF_ERROR(ReadStrings(layout.messages, messages_));
  if (wanted == Part::kMessages) return absl::OkStatus();
  if (wanted == Part::kAll) {
    RETURN_IF_ERROR(ReadExceptions(layout.exceptions));
    RETURN_IF_ERROR(ReadCodes(layout.stacktrace_codes, stacktrace_codes_));
    RETURN_IF_ERROR(ReadStrings(layout.stacktraces, stacktraces_));
  }
  return ReadStrings(layout.attributes, attributes_);
}

std::string_view TextChunk::MessageAt(uint32_t place) const {
  if (use_.templates[place] == 0) return messages_.at[place];
  message_.clear();
  AppendMessage(texts_[use_.templates[place]], parameters_.At(place), message_);
  return message_;
}

std::string TextChunk::ExceptionMessage(uint32_t index) const {
  const uint32_t place = places_[index];
  const uint32_t tail = exception_tails_[place];
  if (tail == 0) return std::string(exceptions_.at[place]);
  const std::string_view message = MessageAt(place);
  return std::string(message.substr(message.size() - tail));
}

std::string_view TextChunk::Stacktrace(uint32_t index) const {
  const uint32_t place = places_[index];
  return stacktrace_codes_[place] != 0 ? texts_[stacktrace_codes_[place]] : stacktraces_.at[place];
}

}  // namespace faultline::store
