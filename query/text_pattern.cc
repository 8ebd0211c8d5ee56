#include "query/text_pattern.h"

#include <cstring>

#include "absl/strings/ascii.h"

namespace faultline::query {
namespace {

void FoldInto(std::string_view text, std::string& folded) {
  folded.resize(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    folded[i] = static_cast<char>(c + (static_cast<unsigned char>(c - 'A') < 26 ? 32 : 0));
  }
}

// Position of `piece` in `text`, or npos. memmem is several times faster than
// string_view::find on text where the first byte is frequent.
size_t Find(std::string_view text, std::string_view piece) {
  if (piece.empty()) return 0;
  const void* at = memmem(text.data(), text.size(), piece.data(), piece.size());
  return at == nullptr ? std::string_view::npos : static_cast<size_t>(static_cast<const char*>(at) - text.data());
}

}  // namespace

TextPattern::TextPattern(std::string_view text, Match match, bool fold_case) : fold_case_(fold_case) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*') {
      if (pieces_.size() == 1 || !pieces_.back().empty()) pieces_.emplace_back();
      continue;
    }
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '\\')) ++i;
    pieces_.back().push_back(text[i]);
  }
  presence_ = pieces_.size() == 2 && pieces_[0].empty() && pieces_[1].empty();
  contains_ = match == Match::kContains && pieces_.size() == 1;
  if (!fold_case) return;
  for (std::string& piece : pieces_) {
    std::string folded;
    FoldInto(piece, folded);
    piece = std::move(folded);
  }
}

std::optional<std::string_view> TextPattern::phrase() const {
  const bool anywhere = pieces_.size() == 3 && pieces_.front().empty() && pieces_.back().empty();
  if (!contains_ && !anywhere) return std::nullopt;
  const std::string& phrase = contains_ ? pieces_[0] : pieces_[1];
  if (phrase.empty()) return std::nullopt;
  return phrase;
}

bool TextPattern::Matches(std::string_view text) const {
  if (presence_) return !text.empty();
  if (!fold_case_) return MatchesFolded(text);
  thread_local std::string folded;
  FoldInto(text, folded);
  return MatchesFolded(folded);
}

// The first piece is a prefix, the last a suffix, and those between follow one
// another: taking the earliest place for each never loses a match.
bool TextPattern::MatchesFolded(std::string_view text) const {
  if (contains_) return Find(text, pieces_[0]) != std::string_view::npos;
  if (pieces_.size() == 1) return text == pieces_[0];
  if (!text.starts_with(pieces_.front())) return false;
  text.remove_prefix(pieces_.front().size());
  for (size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const size_t at = Find(text, pieces_[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + pieces_[i].size());
  }
  return text.ends_with(pieces_.back());
}

}  // namespace faultline::query
