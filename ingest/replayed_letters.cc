#include "ingest/replayed_letters.h"

#include <charconv>

#include "absl/strings/str_cat.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxStreamBytes = 1'024;

// Takes a whole number and the blank behind it off the front of `text`.
template <typename Integer>
bool TakeNumber(std::string_view& text, Integer& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return true;
}

}  // namespace

std::string ReplayHeaderValue(const store::LetterName& letter) {
  return absl::StrCat(letter.number, " ", letter.offset, " ", letter.stream);
}

std::optional<store::LetterName> ParseReplayHeader(std::string_view value) {
  store::LetterName letter;
  if (!TakeNumber(value, letter.number) || !TakeNumber(value, letter.offset)) return std::nullopt;
  if (letter.number == 0 || value.empty() || value.size() > kMaxStreamBytes) return std::nullopt;
  letter.stream = value;
  return letter;
}

}  // namespace faultline::ingest
