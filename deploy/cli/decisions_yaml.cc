#include "deploy/cli/decisions_yaml.h"

#include <yaml-cpp/yaml.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "google/protobuf/util/time_util.h"
#include "query/did_you_mean.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;
using google::protobuf::util::TimeUtil;

constexpr const char* kForm = "faultline.decisions/1";
constexpr std::array<std::pair<std::string_view, v1::DecisionKind>, 6> kWords = {{
    {"merge", v1::DECISION_KIND_MERGE},
    {"split", v1::DECISION_KIND_SPLIT},
    {"rename", v1::DECISION_KIND_RENAME},
    {"mute", v1::DECISION_KIND_MUTE},
    {"resolve", v1::DECISION_KIND_RESOLVE},
    {"undo", v1::DECISION_KIND_UNDO},
}};

absl::Status Invalid(const YAML::Node& at, const std::string& what) {
  const int line = at.IsDefined() ? at.Mark().line : -1;
  return absl::InvalidArgumentError(line < 0 ? what : absl::StrCat("line ", line + 1, ": ", what));
}

absl::StatusOr<std::string> TextOf(const YAML::Node& node, const std::string& key) {
  if (!node.IsScalar()) return Invalid(node, key + ": must be one text");
  if (!IsUtf8(node.Scalar())) return Invalid(node, key + ": is no UTF-8");
  return node.Scalar();
}

absl::StatusOr<int64_t> NumberOf(const YAML::Node& node, const std::string& key) {
  ASSIGN_OR_RETURN(const std::string text, TextOf(node, key));
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) {
    return Invalid(node, key + ": must be a whole number, 1 or more");
  }
  return number;
}

absl::Status ReadTime(const YAML::Node& node, const std::string& key, google::protobuf::Timestamp& time) {
  ASSIGN_OR_RETURN(const std::string text, TextOf(node, key));
  if (TimeUtil::FromString(text, &time)) return absl::OkStatus();
  return Invalid(node, key + ": must be a time as 2026-11-24T15:00:00Z");
}

absl::Status ReadKind(const YAML::Node& node, v1::Decision& decision) {
  ASSIGN_OR_RETURN(const std::string text, TextOf(node, "kind"));
  std::vector<std::string_view> known;
  for (const auto& [word, kind] : kWords) {
    if (word == text) {
      decision.set_kind(kind);
      return absl::OkStatus();
    }
    known.push_back(word);
  }
  return Invalid(node,
                 absl::StrCat("kind: there is no ", TerminalLine(CutUtf8(text, 60)), query::DidYouMean(text, known)));
}

absl::Status ReadOthers(const YAML::Node& node, v1::Decision& decision) {
  if (!node.IsSequence()) return Invalid(node, "others: must be a list of signatures");
  for (const YAML::Node& other : node) {
    ASSIGN_OR_RETURN(*decision.add_others(), TextOf(other, "others"));
  }
  return absl::OkStatus();
}

absl::Status ReadTemplates(const YAML::Node& node, v1::Decision& decision) {
  if (!node.IsMap()) return Invalid(node, "templates: must be a map of signatures");
  for (const auto& entry : node) {
    ASSIGN_OR_RETURN(const std::string signature, TextOf(entry.first, "templates"));
    ASSIGN_OR_RETURN((*decision.mutable_templates())[signature], TextOf(entry.second, "templates"));
  }
  return absl::OkStatus();
}

absl::Status ReadText(const YAML::Node& node, const std::string& key, std::string& to) {
  ASSIGN_OR_RETURN(to, TextOf(node, key));
  return absl::OkStatus();
}

absl::Status ReadEntry(const YAML::Node& key_node, const YAML::Node& value, v1::Decision& decision) {
  static constexpr std::array<std::string_view, 12> kKeys = {"number",   "kind", "signature", "others",
                                                             "split_by", "name", "until",     "undoes",
                                                             "who",      "time", "why",       "templates"};
  ASSIGN_OR_RETURN(const std::string key, TextOf(key_node, "key"));
  if (key == "number") {
    ASSIGN_OR_RETURN(const int64_t number, NumberOf(value, key));
    decision.set_number(number);
    return absl::OkStatus();
  }
  if (key == "undoes") {
    ASSIGN_OR_RETURN(const int64_t number, NumberOf(value, key));
    decision.set_undoes(number);
    return absl::OkStatus();
  }
  if (key == "kind") return ReadKind(value, decision);
  if (key == "others") return ReadOthers(value, decision);
  if (key == "templates") return ReadTemplates(value, decision);
  if (key == "until") return ReadTime(value, key, *decision.mutable_until());
  if (key == "time") return ReadTime(value, key, *decision.mutable_time());
  if (key == "signature") return ReadText(value, key, *decision.mutable_signature());
  if (key == "split_by") return ReadText(value, key, *decision.mutable_split_by());
  if (key == "name") return ReadText(value, key, *decision.mutable_name());
  if (key == "who") return ReadText(value, key, *decision.mutable_who());
  if (key == "why") return ReadText(value, key, *decision.mutable_why());
  const std::vector<std::string_view> known(kKeys.begin(), kKeys.end());
  return Invalid(key_node, absl::StrCat("unknown key ", TerminalLine(CutUtf8(key, 60)), query::DidYouMean(key, known)));
}

absl::StatusOr<v1::Decision> ReadDecision(const YAML::Node& node) {
  if (!node.IsMap()) return Invalid(node, "a decision must be a map");
  v1::Decision decision;
  for (const auto& entry : node) RETURN_IF_ERROR(ReadEntry(entry.first, entry.second, decision));
  if (decision.kind() == v1::DECISION_KIND_UNSPECIFIED) return Invalid(node, "a decision needs a kind");
  return decision;
}

absl::StatusOr<std::vector<v1::Decision>> ReadFile(const YAML::Node& file) {
  if (!file.IsMap() || !file["format"] || !file["format"].IsScalar() || file["format"].Scalar() != kForm) {
    return Invalid(file, absl::StrCat("is no file of decisions: it must say \"format: ", kForm, "\""));
  }
  std::vector<v1::Decision> decisions;
  for (const auto& entry : file) {
    ASSIGN_OR_RETURN(const std::string key, TextOf(entry.first, "key"));
    if (key == "format") continue;
    if (key != "decisions") {
      return Invalid(entry.first, "unknown key " + TerminalLine(CutUtf8(key, 60)) + "; there are format and decisions");
    }
    if (entry.second.IsNull()) continue;
    if (!entry.second.IsSequence()) return Invalid(entry.second, "decisions: must be a list");
    for (const YAML::Node& node : entry.second) {
      ASSIGN_OR_RETURN(decisions.emplace_back(), ReadDecision(node));
    }
  }
  return decisions;
}

void WriteDecision(const v1::Decision& decision, YAML::Emitter& out) {
  const auto text = [&out](const char* key, const std::string& value) {
    if (!value.empty()) out << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << value << YAML::Auto;
  };
  out << YAML::BeginMap;
  if (decision.number() != 0) out << YAML::Key << "number" << YAML::Value << decision.number();
  out << YAML::Key << "kind" << YAML::Value << std::string(DecisionWord(decision.kind()));
  text("signature", decision.signature());
  if (decision.others_size() > 0) {
    out << YAML::Key << "others" << YAML::Value << YAML::BeginSeq;
    for (const std::string& other : decision.others()) out << YAML::DoubleQuoted << other;
    out << YAML::Auto << YAML::EndSeq;
  }
  text("split_by", decision.split_by());
  text("name", decision.name());
  if (decision.has_until()) text("until", TimeUtil::ToString(decision.until()));
  if (decision.undoes() != 0) out << YAML::Key << "undoes" << YAML::Value << decision.undoes();
  text("who", decision.who());
  if (decision.has_time()) text("time", TimeUtil::ToString(decision.time()));
  text("why", decision.why());
  if (decision.templates_size() > 0) {
    const std::map<std::string, std::string> ordered(decision.templates().begin(), decision.templates().end());
    out << YAML::Key << "templates" << YAML::Value << YAML::BeginMap;
    for (const auto& [signature, title] : ordered) {
      out << YAML::Key << YAML::DoubleQuoted << signature << YAML::Value << YAML::DoubleQuoted << title;
    }
    out << YAML::EndMap;
  }
  out << YAML::EndMap;
}

}  // namespace

std::string_view DecisionWord(v1::DecisionKind kind) {
  for (const auto& [word, of] : kWords) {
    if (of == kind) return word;
  }
  return "";
}

std::string WriteDecisions(const std::vector<v1::Decision>& decisions) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "format" << YAML::Value << kForm;
  out << YAML::Key << "decisions" << YAML::Value << YAML::BeginSeq;
  for (const v1::Decision& decision : decisions) WriteDecision(decision, out);
  out << YAML::EndSeq << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

absl::StatusOr<std::vector<v1::Decision>> ReadDecisions(const std::string& text) {
  if (text.size() > kMaxDecisionsFileBytes) return absl::InvalidArgumentError("is larger than 16 MB");
  try {
    return ReadFile(YAML::Load(text));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("line ", error.mark.line + 1, ": ", error.msg));
  }
}

}  // namespace faultline::deploy
