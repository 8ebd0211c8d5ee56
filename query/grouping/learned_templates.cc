#include "query/grouping/learned_templates.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "query/grouping/variable_places.h"

namespace faultline::query {
namespace {

constexpr int kMaxRounds = 8;

// Puts a hole at each place that `variable` has; false when there is none.
bool Generalise(const std::unordered_set<uint64_t>& variable, TemplateWords& words) {
  thread_local std::vector<uint64_t> places;
  HashPlaces(words, places);
  bool changed = false;
  for (size_t i = 0; i < words.size(); i += 2) {
    if (places[i] == 0 || words[i] == kHole || !variable.contains(places[i])) continue;
    words[i] = kHole;
    changed = true;
  }
  if (changed) words = CoarseForm(words);
  return changed;
}

// What all of `forms` have in common, a hole where their words differ; nullopt when their delimiters or
// numbers of words differ, or a unit does.
std::optional<std::string> CommonText(const std::set<TemplateWords>& forms) {
  TemplateWords common = *forms.begin();
  for (const TemplateWords& form : forms) {
    if (form.size() != common.size()) return std::nullopt;
    for (size_t i = 0; i < form.size(); ++i) {
      if (form[i] == common[i]) continue;
      if (i % 2 != 0 || IsUnit(form[i]) || IsUnit(common[i])) return std::nullopt;
      common[i] = kHole;
    }
  }
  return JoinWords(common);
}

// The most that can be said of messages with these normal forms.
std::string TextToShow(const std::set<TemplateWords>& forms, const std::string& coarse) {
  if (auto text = CommonText(forms)) return *std::move(text);
  std::set<TemplateWords> without_units;
  for (const TemplateWords& form : forms) without_units.insert(WithoutUnits(form));
  if (auto text = CommonText(without_units)) return *std::move(text);
  return coarse;
}

}  // namespace

LearnedTemplates LearnedTemplates::Learn(const MaskedSet& set) {
  LearnedTemplates learned;
  // Normal forms by the coarse form that they have now.
  std::map<TemplateWords, std::set<TemplateWords>> kinds;
  for (const auto& [hash, text] : set.texts()) {
    TemplateWords normal = NormalForm(text);
    kinds[CoarseForm(normal)].insert(std::move(normal));
  }
  KnownValues known;
  for (int round = 0; round < kMaxRounds; ++round) {
    std::vector<const TemplateWords*> messages;
    for (const auto& [words, forms] : kinds) messages.push_back(&words);
    const std::unordered_set<uint64_t> variable = FindVariablePlaces(messages, known);
    std::map<TemplateWords, std::set<TemplateWords>> next;
    bool changed = false;
    for (auto& [words, forms] : kinds) {
      TemplateWords generalised = words;
      changed = Generalise(variable, generalised) || changed;
      next[std::move(generalised)].merge(forms);
    }
    kinds = std::move(next);
    if (!changed) break;
    learned.rounds_.push_back(variable);
  }
  for (const auto& [words, forms] : kinds) {
    std::string coarse = JoinWords(words);
    std::string text = TextToShow(forms, coarse);
    if (text != coarse) learned.shown_.emplace(std::move(coarse), std::move(text));
  }
  return learned;
}

TemplateWords LearnedTemplates::Apply(TemplateWords words) const {
  for (const Round& round : rounds_) Generalise(round, words);
  return words;
}

std::string LearnedTemplates::TemplateOf(std::string_view masked) const {
  const TemplateWords normal = NormalForm(masked);
  std::string coarse = JoinWords(Apply(CoarseForm(normal)));
  const auto shown = shown_.find(coarse);
  if (shown != shown_.end()) return shown->second;
  return coarse;
}

}  // namespace faultline::query
