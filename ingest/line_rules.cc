#include "ingest/line_rules.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "ingest/line_rules_text.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxLineBytes = 4096;  // what stands behind says nothing of the kind of line
constexpr std::string_view kStart = "start";
constexpr std::string_view kEndName = "end";

RE2::Options PatternOptions() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingLatin1);  // a line may hold broken UTF-8
  return options;
}

std::vector<std::string> Texts(const YAML::Node& node) {
  if (node.IsScalar()) return {node.Scalar()};
  std::vector<std::string> texts;
  for (const YAML::Node& each : node) texts.push_back(each.Scalar());
  return texts;
}

}  // namespace

LineRules::State LineRules::StateOf(const std::string& machine, const std::string& name) {
  if (name == kEndName) return kEnd;
  const std::string whole = machine + "." + name;
  const auto found = std::find(names_.begin(), names_.end(), whole);
  if (found != names_.end()) return static_cast<State>(found - names_.begin());
  names_.push_back(whole);
  steps_.emplace_back();
  return static_cast<State>(names_.size() - 1);
}

absl::StatusOr<std::unique_ptr<const LineRules>> LineRules::Parse(std::string_view yaml) {
  std::unique_ptr<LineRules> rules(new LineRules());
  rules->names_ = {"plain", std::string(kEndName)};
  rules->steps_.resize(2);
  rules->start_set_ = std::make_unique<RE2::Set>(PatternOptions(), RE2::UNANCHORED);
  YAML::Node file;
  try {
    file = YAML::Load(std::string(yaml));
    for (const YAML::Node& machine : file["machines"]) {
      const std::string name = machine["name"].as<std::string>();
      int number = 0;
      for (const YAML::Node& node : machine["steps"]) {
        const std::string where = absl::StrCat("line rules: ", name, ", step ", ++number, ": ");
        Step step;
        const bool any = node["any"] && node["any"].as<bool>();
        const std::string pattern = any ? std::string() : node["match"].as<std::string>();
        if (!any) step.match = std::make_shared<const RE2>(pattern, PatternOptions());
        if (!any && !step.match->ok()) return absl::InvalidArgumentError(where + step.match->error());
        step.to = rules->StateOf(name, node["to"].as<std::string>());
        for (const std::string& from : Texts(node["from"])) {
          if (from != kStart) {
            rules->steps_[rules->StateOf(name, from)].push_back(step);
          } else if (any) {
            return absl::InvalidArgumentError(where + "`any` cannot be where a record starts");
          } else {
            rules->start_set_->Add(pattern, nullptr);
            rules->starts_.push_back(step);
          }
        }
      }
    }
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("line rules: ", error.what()));
  }
  if (!rules->start_set_->Compile()) return absl::InvalidArgumentError("line rules: too large together");
  return rules;
}

const LineRules& LineRules::BuiltIn() {
  static const LineRules& rules = *[] {
    auto parsed = Parse(kLineRulesText);
    if (!parsed.ok()) std::abort();  // a test loads them
    return std::move(*parsed).release();
  }();
  return rules;
}

LineRules::State LineRules::Start(std::string_view line) const {
  thread_local std::vector<int> matching;
  line = line.substr(0, kMaxLineBytes);
  const re2::StringPiece text(line.data(), line.size());
  // Most lines start nothing: asking whether they do needs no memory.
  if (!start_set_->Match(text, nullptr) || !start_set_->Match(text, &matching)) return kPlain;
  return starts_[static_cast<size_t>(*std::min_element(matching.begin(), matching.end()))].to;
}

std::optional<LineRules::State> LineRules::Next(State state, std::string_view line, bool starts) const {
  line = line.substr(0, kMaxLineBytes);
  for (const Step& step : steps_[state]) {
    const bool fits = step.match == nullptr ? !starts : RE2::PartialMatch({line.data(), line.size()}, *step.match);
    if (fits) return step.to;
  }
  return std::nullopt;
}

}  // namespace faultline::ingest
