// What the messages of a segment can look like, by signature: for most phrases enough to say which
// signatures' messages all hold them and which do not, without reading one.
//
// Not stored: the templates and shapes of the segment's text chunks tell it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/byte_buffer.h"
#include "store/parameter_set.h"
#include "store/string_list.h"
#include "store/word_numbers.h"

namespace faultline::store {

// Groups of characters, as bits: what a parameter consists of. An e-mail address has an '@' and no space, so that no
// phrase of two words lies in it.
inline constexpr size_t kGroups = 16;
uint16_t CharacterGroup(char c);
inline constexpr uint16_t kDigitsAlone = 1;  // the group of digits, and no other
inline uint16_t CharacterGroups(std::string_view text) {
  uint16_t groups = 0;
  for (const char c : text) groups |= CharacterGroup(c);
  return groups;
}

struct MessageForms {
  struct Form {
    std::string_view text;        // with a kTemplateHole for each hole
    std::vector<uint16_t> holes;  // groups of the characters that occur in each
    std::vector<bool> in_word;    // by hole: its numbers are among `numbers`
    uint64_t fingerprint = 0;     // of all that, once it is finished
  };
  struct OfSignature {
    std::vector<uint16_t> forms;  // indexes of `forms` that occur, each once
    bool free_text = false;       // some messages have no template
  };
  std::vector<Form> forms;              // by the code of their text; those that do not occur have no holes
  std::vector<OfSignature> signatures;  // by signature code
  WordNumbers numbers;
  std::shared_ptr<const StringLists> texts;  // what the forms view
};

// Of a segment with this many signatures and without events yet.
MessageForms MakeMessageForms(std::shared_ptr<const StringLists> texts, size_t signatures);
// Adds those of the next text chunk (store/text_chunk.h). `signatures` are the codes of its events. Errors: DataLoss.
absl::Status AddMessageForms(std::string_view text_chunk, std::span<const uint16_t> signatures, MessageForms& forms);

// To be called after the last chunk.
void FinishMessageForms(MessageForms& forms);

// Calls `visit` with the bytes of the chunk's parameters, those of one kind behind each other; they end with the call.
// Errors: DataLoss.
absl::Status ReadParameterBytes(std::string_view text_chunk, ParameterSet set, ByteBuffer& buffer,
                                const std::function<void(std::string_view bytes)>& visit);

}  // namespace faultline::store
