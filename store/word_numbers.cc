#include "store/word_numbers.h"

#include <xxhash.h>

#include <algorithm>

#include "store/text_chunk.h"

namespace faultline::store {
namespace {

bool IsOfWord(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || std::string_view("@._-").find(c) != std::string_view::npos;
}

}  // namespace

bool WordNumbers::IsInWord(std::string_view form, size_t at) {
  return at > 0 && at + 1 < form.size() && IsOfWord(form[at - 1]) && IsOfWord(form[at + 1]);
}

uint16_t WordNumbers::Hash(std::string_view digits) {
  return static_cast<uint16_t>(XXH3_64bits(digits.data(), digits.size()));
}

void WordNumbers::EndChunk() {
  std::sort(open_.begin(), open_.end());
  open_.erase(std::unique(open_.begin(), open_.end()), open_.end());
  const bool any = open_.size() > kMaxOfChunk;
  if (!any) numbers_.insert(numbers_.end(), open_.begin(), open_.end());
  chunks_.push_back({static_cast<uint32_t>(numbers_.size()), any});
  open_.clear();
}

bool WordNumbers::MayHave(uint32_t ordinal, std::string_view digits) const {
  const size_t chunk = ordinal / kEventsPerTextChunk;
  if (chunk >= chunks_.size() || chunks_[chunk].any) return true;
  const auto begin = numbers_.begin() + (chunk == 0 ? 0 : chunks_[chunk - 1].end);
  return std::binary_search(begin, numbers_.begin() + chunks_[chunk].end, Hash(digits));
}

}  // namespace faultline::store
