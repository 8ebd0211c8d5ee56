#include "store/message_forms.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/column_codec.h"
#include "store/keys.h"
#include "store/parameter_streams.h"
#include "store/segment.h"
#include "store/signature_order.h"

namespace faultline::store {
namespace {

constexpr std::array<uint16_t, 256> kGroupOf = [] {
  std::array<uint16_t, 256> groups{};
  constexpr std::string_view kAlone = " @.-_/:=+";
  for (size_t c = 0; c < groups.size(); ++c) {
    const auto at = kAlone.find(static_cast<char>(c));
    int bit = 15;                      // control characters and beyond ASCII
    if (c > ' ' && c < 0x7f) bit = 4;  // punctuation
    if (at != std::string_view::npos) bit = 5 + static_cast<int>(at);
    if (c >= '0' && c <= '9') bit = 0;
    if (c >= 'a' && c <= 'z') bit = c <= 'f' ? 1 : 2;
    if (c >= 'A' && c <= 'Z') bit = 3;
    groups[c] = static_cast<uint16_t>(1 << bit);
  }
  return groups;
}();

absl::Status Malformed() { return absl::DataLossError("malformed text chunk"); }

// The template codes at the front of a text chunk, by place; leaves `from` at its parameters.
absl::Status ReadTemplateCodes(std::string_view& from, std::vector<uint16_t>& codes) {
  uint64_t events = 0;
  std::string_view column;
  if (from.empty() || static_cast<uint8_t>(from.front()) != kPartVersion) return Malformed();
  from.remove_prefix(1);
  if (!ReadVarint(from, events) || events > kMaxSegmentEvents || !ReadString(from, column)) return Malformed();
  return DecodeCodes(column, events, codes);
}

void AddHoles(MessageForms::Form& form) {
  for (size_t at = 0; at < form.text.size(); ++at) {
    if (form.text[at] != kTemplateHole) continue;
    form.holes.push_back(0);
    form.in_word.push_back(WordNumbers::IsInWord(form.text, at));
  }
}

void AddForm(uint16_t code, MessageForms::OfSignature& to) {
  if (code == 0) {
    to.free_text = true;
  } else if (std::find(to.forms.begin(), to.forms.end(), code) == to.forms.end()) {
    to.forms.push_back(code);
  }
}

}  // namespace

uint16_t CharacterGroup(char c) { return kGroupOf[static_cast<uint8_t>(c)]; }

MessageForms MakeMessageForms(std::shared_ptr<const StringLists> texts, size_t signatures) {
  MessageForms forms;
  forms.signatures.resize(signatures);
  for (const std::string_view text : texts->lists[0]) forms.forms.push_back({text, {}, {}, 0});
  forms.texts = std::move(texts);
  return forms;
}

absl::Status AddMessageForms(std::string_view text_chunk, std::span<const uint16_t> signatures, MessageForms& forms) {
  TemplateUse use;
  RETURN_IF_ERROR(ReadTemplateCodes(text_chunk, use.templates));
  if (use.templates.size() != signatures.size()) return Malformed();
  std::vector<uint16_t> order;
  MakeSignatureOrder(signatures, order);
  use.holes.assign(forms.forms.size(), 0);
  uint32_t last = UINT32_MAX;
  bool any_in_word = false;
  for (size_t place = 0; place < order.size(); ++place) {
    const uint16_t code = use.templates[place], signature = signatures[order[place]];
    if (code >= forms.forms.size() || signature >= forms.signatures.size()) return Malformed();
    if (last == (uint32_t{signature} << 16 | code)) continue;
    last = uint32_t{signature} << 16 | code;
    AddForm(code, forms.signatures[signature]);
    MessageForms::Form& form = forms.forms[code];
    if (code != 0 && form.holes.empty()) AddHoles(form);
    use.holes[code] = static_cast<uint32_t>(form.holes.size());
    any_in_word = any_in_word || std::find(form.in_word.begin(), form.in_word.end(), true) != form.in_word.end();
  }
  const auto digits = any_in_word ? DigitsAs::kTheyAre : DigitsAs::kSample;
  RETURN_IF_ERROR(
      VisitParameters(use, text_chunk, digits, [&forms](uint16_t code, uint32_t hole, std::string_view parameter) {
        MessageForms::Form& form = forms.forms[code];
        const uint16_t groups = CharacterGroups(parameter);
        form.holes[hole] |= groups;
        if (groups == kDigitsAlone && form.in_word[hole]) forms.numbers.Add(parameter);
      }));
  forms.numbers.EndChunk();
  return absl::OkStatus();
}

void FinishMessageForms(MessageForms& forms) {
  for (MessageForms::Form& form : forms.forms) {
    const uint64_t holes = XXH3_64bits(form.holes.data(), form.holes.size() * sizeof(uint16_t));
    form.fingerprint = XXH3_64bits_withSeed(form.text.data(), form.text.size(), holes);
  }
}

absl::Status ReadParameterBytes(std::string_view text_chunk, ParameterSet set, ByteBuffer& buffer,
                                const std::function<void(std::string_view)>& visit) {
  std::vector<uint16_t> codes;
  RETURN_IF_ERROR(ReadTemplateCodes(text_chunk, codes));
  RETURN_IF_ERROR(SkipBlock(text_chunk));  // shapes
  constexpr int kKinds = 3;                // digits, hex, other
  for (int kind = 0; kind < kKinds; ++kind) {
    if (set == ParameterSet::kOther && kind + 1 < kKinds) {
      RETURN_IF_ERROR(SkipBlock(text_chunk));
      continue;
    }
    std::string_view bytes;
    RETURN_IF_ERROR(ReadBlock(text_chunk, buffer, bytes));
    visit(bytes);
  }
  return absl::OkStatus();
}

}  // namespace faultline::store
