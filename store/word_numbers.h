// Numbers inside words of messages, such as the 4711 of "user4711@example.com", by text chunk: who looks for one such
// word then reads the few chunks that may have it.
//
// In a template the number is a hole with characters of words on both sides. Of each number 16 bits of a hash are kept:
// a chunk with n of them is said to have one that it has not once in 65,536 / n times. Not stored: made
// with store/message_forms.h, from the parameters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::store {

class WordNumbers {
 public:
  // Different numbers that are kept of a chunk, 2 bytes each. One with more may have any.
  static constexpr size_t kMaxOfChunk = 256;

  // Whether the hole at index `at` of a template is inside a word.
  static bool IsInWord(std::string_view form, size_t at);

  // Adds a number to the chunk at hand.
  void Add(std::string_view digits) { open_.push_back(Hash(digits)); }
  // The chunk at hand is complete; the next one begins.
  void EndChunk();

  // Whether the message of event `ordinal`, or of another one of its text chunk, may have this number in a word.
  bool MayHave(uint32_t ordinal, std::string_view digits) const;

 private:
  static uint16_t Hash(std::string_view digits);

  std::vector<uint16_t> open_;     // of the chunk at hand
  std::vector<uint16_t> numbers_;  // chunk by chunk, ascending in each
  struct Chunk {
    uint32_t end;  // of its numbers
    bool any;      // has too many to keep
  };
  std::vector<Chunk> chunks_;
};

}  // namespace faultline::store
