#include "query/grouping/variable_places.h"

#include <xxhash.h>

#include <algorithm>
#include <string_view>

namespace faultline::query {
namespace {

// Different words at one place, from which on it varies.
constexpr size_t kEnough = 4;
constexpr size_t kEnoughDotted = 2;     // names of hosts, classes, packages: seldom part of a message
constexpr size_t kEnoughCapitals = 16;  // states say what happened
constexpr size_t kEnoughFirst = 100;    // messages begin with what they are about

uint64_t Mix(uint64_t x) {  // the finaliser of SplitMix64
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}
uint64_t HashOf(std::string_view word, uint64_t seed) { return XXH3_64bits_withSeed(word.data(), word.size(), seed); }

bool HasLetter(std::string_view word) {
  return std::any_of(word.begin(), word.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; });
}

// "ASSIGNED", "TIME_TICK", "a.b.TIME_TICK"
bool IsCapitals(std::string_view word) {
  const size_t dot = word.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? word : word.substr(dot + 1);
  if (last.size() < 2 || last[0] < 'A' || last[0] > 'Z') return false;
  return std::all_of(last.begin(), last.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

struct Candidate {
  uint64_t place_hash;
  uint32_t message;
  uint32_t place;
};

// Of one word behind the word in front of it; 0 where that says nothing.
uint64_t ValueHash(const TemplateWords& words, size_t place) {
  if (place < 2 || words[place - 2].empty() || words[place - 2] == kHole) return 0;
  return HashOf(words[place], HashOf(words[place - 2], static_cast<unsigned char>(words[place - 1][0])));
}

std::string_view DelimiterBehind(const TemplateWords& words, size_t place) {
  return place + 1 < words.size() ? std::string_view(words[place + 1]) : std::string_view();
}

// The messages that are equal but for one word.
class Alternatives {
 public:
  Alternatives(const std::vector<const TemplateWords*>& messages, const Candidate* begin, const Candidate* end)
      : messages_(messages), begin_(begin), end_(end) {}

  bool Vary(const KnownValues& known) const {
    const auto count = static_cast<size_t>(end_ - begin_);
    if (count < 2) return false;
    const size_t place = begin_->place;
    const std::string_view behind = DelimiterBehind(*messages_[begin_->message], place);
    if (behind == "=" || behind == ":") return false;
    if (place == 0) return count >= kEnoughFirst;
    bool hole = false, dotted = false, capitals = true, all_known = true;
    for (const Candidate* it = begin_; it != end_; ++it) {
      const TemplateWords& words = *messages_[it->message];
      const std::string& word = words[place];
      if (word == kHole) {
        hole = true;
        continue;
      }
      const bool in_capitals = IsCapitals(word);
      dotted = dotted || (IsDottedName(word) && !in_capitals);
      capitals = capitals && in_capitals;
      all_known = all_known && known.contains(ValueHash(words, place));
    }
    if (hole || all_known) return true;
    return count >= (capitals ? kEnoughCapitals : dotted ? kEnoughDotted : kEnough);
  }

  void AddTo(KnownValues& known) const {
    for (const Candidate* it = begin_; it != end_; ++it) {
      const TemplateWords& words = *messages_[it->message];
      if (words[it->place] == kHole) continue;
      if (const uint64_t value = ValueHash(words, it->place); value != 0) known.insert(value);
    }
  }

 private:
  const std::vector<const TemplateWords*>& messages_;
  const Candidate* const begin_;
  const Candidate* const end_;
};

}  // namespace

void HashPlaces(const TemplateWords& words, std::vector<uint64_t>& places) {
  places.assign(words.size(), 0);
  size_t filled = 0, with_letters = 0;
  uint64_t sum = words.size();
  for (size_t i = 0; i < words.size(); ++i) {
    places[i] = HashOf(words[i], i);
    sum += places[i];
    if (i % 2 != 0 || words[i].empty()) continue;
    ++filled;
    with_letters += HasLetter(words[i]);
  }
  for (size_t i = 0; i < words.size(); ++i) {
    const bool may_vary = i % 2 == 0 && !words[i].empty() && filled <= kMaxPlaces &&
                          with_letters > static_cast<size_t>(HasLetter(words[i]));
    places[i] = may_vary ? Mix(Mix(sum - places[i]) + i) | 1 : 0;
  }
}

std::unordered_set<uint64_t> FindVariablePlaces(const std::vector<const TemplateWords*>& messages, KnownValues& known) {
  std::vector<Candidate> candidates;
  std::vector<uint64_t> places;
  for (uint32_t m = 0; m < messages.size(); ++m) {
    HashPlaces(*messages[m], places);
    for (uint32_t i = 0; i < places.size(); i += 2) {
      if (places[i] != 0) candidates.push_back({places[i], m, i});
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.place_hash != b.place_hash ? a.place_hash < b.place_hash : a.message < b.message;
  });
  std::unordered_set<uint64_t> variable;
  std::vector<Alternatives> found;
  for (size_t begin = 0, end = 0; begin < candidates.size(); begin = end) {
    while (end < candidates.size() && candidates[end].place_hash == candidates[begin].place_hash) ++end;
    const Alternatives alternatives(messages, candidates.data() + begin, candidates.data() + end);
    if (!alternatives.Vary(known)) continue;
    variable.insert(candidates[begin].place_hash);
    found.push_back(alternatives);
  }
  for (const Alternatives& alternatives : found) alternatives.AddTo(known);
  return variable;
}

}  // namespace faultline::query
