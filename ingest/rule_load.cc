// RuleSet::Load, Parse and Reload: files -> specs -> compiled rules -> a pack.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "ingest/rule_files.h"
#include "ingest/rule_pack.h"

namespace faultline::ingest {
namespace {

// Instructions of all patterns together; RE2 needs 16 bytes for each, twice.
constexpr int64_t kMaxProgramSize = 2'000'000;

// A rule and where it stands, which decides between rules of equal order.
struct Placed {
  std::shared_ptr<const Rule> rule;
  size_t file;
  size_t place;
};

class Loader {
 public:
  Loader(const RulePack* previous, std::vector<RuleError>& errors) : previous_(previous), errors_(errors) {}

  void AddFile(std::string_view yaml, const std::string& name) {
    RuleFile file = ReadRuleFile(yaml, name);
    for (const RuleError& error : file.errors) Refuse(error, file.readable ? error.rule : "");
    if (!file.readable) unreadable_.insert(name);
    size_t place = 0;
    for (RuleSpec& spec : file.rules) AddRule(std::move(spec), place++);
    ++files_;
  }

  void AddUnreadable(const std::string& name, std::string reason) {
    Refuse({name, 0, "", std::move(reason)}, "");
    unreadable_.insert(name);
    ++files_;
  }

  std::shared_ptr<const RuleSet> Finish() {
    KeepPrevious();
    std::stable_sort(placed_.begin(), placed_.end(), [](const Placed& a, const Placed& b) {
      return std::tuple(a.rule->spec().order, a.file, a.place) < std::tuple(b.rule->spec().order, b.file, b.place);
    });
    std::vector<std::shared_ptr<const Rule>> rules;
    for (Placed& placed : placed_) rules.push_back(std::move(placed.rule));
    return std::make_shared<RulePack>(std::move(rules));
  }

 private:
  void Refuse(RuleError error, const std::string& name) {
    if (!name.empty()) broken_.insert(name);
    errors_.push_back(std::move(error));
  }

  void AddRule(RuleSpec spec, size_t place) {
    const auto known = names_.find(spec.name);
    if (known != names_.end()) {
      // The first of two stays, so the older version has no place.
      Refuse({spec.file, spec.line, spec.name, absl::StrCat("duplicate name; the first is at ", known->second)}, "");
      return;
    }
    if (placed_.size() >= kMaxRules) {
      Refuse({spec.file, spec.line, spec.name, absl::StrCat("more than ", kMaxRules, " rules in all")}, spec.name);
      return;
    }
    const std::string name = spec.name;
    names_[name] = absl::StrCat(spec.file, ":", spec.line);
    RuleError error;
    const auto rule = Rule::Compile(std::move(spec), error);
    if (rule != nullptr && program_size_ + rule->program_size() > kMaxProgramSize) {
      error = {rule->spec().file, rule->spec().match_line, name, "the patterns of the pack are too large together"};
    } else if (rule != nullptr) {
      program_size_ += rule->program_size();
      placed_.push_back({rule, files_, place});
      return;
    }
    Refuse(std::move(error), name);
  }

  // What worked before and cannot be read now stays as it was.
  void KeepPrevious() {
    if (previous_ == nullptr) return;
    std::set<std::string> present;
    for (const Placed& placed : placed_) present.insert(placed.rule->name());
    size_t place = 0;
    for (const auto& rule : previous_->rules()) {
      const bool broken = broken_.contains(rule->name()) || unreadable_.contains(rule->spec().file);
      if (broken && present.insert(rule->name()).second) placed_.push_back({rule, files_, place++});
    }
  }

  const RulePack* const previous_;
  std::vector<RuleError>& errors_;
  std::vector<Placed> placed_;
  std::map<std::string, std::string> names_;  // -> where
  std::set<std::string> broken_;
  std::set<std::string> unreadable_;
  int64_t program_size_ = 0;
  size_t files_ = 0;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const RuleSet>> RuleSet::Reload(const std::vector<std::string>& paths,
                                                               const RuleSet* previous,
                                                               std::vector<RuleError>& errors) {
  Loader loader(dynamic_cast<const RulePack*>(previous), errors);
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const auto files, ListRuleFiles(path));
    for (const std::string& file : files) {
      const auto text = ReadRuleFileText(file);
      if (text) {
        loader.AddFile(*text, file);
      } else {
        loader.AddUnreadable(file, "cannot be read");
      }
    }
  }
  return loader.Finish();
}

absl::StatusOr<std::shared_ptr<const RuleSet>> RuleSet::Load(const std::vector<std::string>& paths,
                                                             std::vector<RuleError>& errors) {
  return Reload(paths, nullptr, errors);
}

std::shared_ptr<const RuleSet> RuleSet::Parse(std::string_view yaml, std::string_view file_name,
                                              std::vector<RuleError>& errors) {
  Loader loader(nullptr, errors);
  loader.AddFile(yaml, std::string(file_name));
  return loader.Finish();
}

}  // namespace faultline::ingest
