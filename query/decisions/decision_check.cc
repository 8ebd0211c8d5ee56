#include "query/decisions/decision_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "query/event_proto.h"

namespace faultline::query {
namespace {

absl::Status Invalid(std::string_view field, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("decision.{}: {}", field, what));
}

// Makes `text` one line that a terminal may show, and checks its length.
absl::Status CheckLine(std::string_view field, size_t max_bytes, bool required, std::string& text) {
  if (text.size() > max_bytes) {
    return Invalid(field, absl::StrCat("is ", text.size(), " bytes long, and at most ", max_bytes, " are kept"));
  }
  text = TerminalLine(text);
  if (required && text.find_first_not_of(' ') == std::string::npos) return Invalid(field, "is required");
  return absl::OkStatus();
}

absl::Status CheckSignature(std::string_view field, const std::string& text) {
  if (store::ParseSignature(text).value_or(0) != 0) return absl::OkStatus();
  return Invalid(field, absl::StrCat("\"", TerminalLine(CutUtf8(text, 60)),
                                     "\" is no signature; write v1: and 16 lower-case hex digits"));
}

absl::Status CheckMergeForm(const v1::Decision& decision) {
  if (decision.others_size() == 0) return Invalid("others", "name at least one signature to merge");
  if (decision.others_size() > kMaxMerged) {
    return Invalid("others", absl::StrCat("at most ", kMaxMerged, " signatures can be merged at once"));
  }
  for (const std::string& other : decision.others()) {
    RETURN_IF_ERROR(CheckSignature("others", other));
    if (other == decision.signature()) return Invalid("others", absl::StrCat(other, " cannot be merged into itself"));
  }
  return absl::OkStatus();
}

absl::Status CheckSplitForm(const v1::Decision& decision) {
  if (decision.split_by().empty() || SplitDimension(decision.split_by())) return absl::OkStatus();
  std::string known;
  for (int i = 0; i < store::kDimensions; ++i) {
    absl::StrAppend(&known, i == 0 ? "" : ", ", std::string(store::DimensionName(static_cast<store::Dimension>(i))));
  }
  return Invalid("split_by", absl::StrCat("\"", TerminalLine(CutUtf8(decision.split_by(), 60)),
                                          "\" is no dimension; there are ", known));
}

absl::Status CheckMergeEffect(const v1::Decision& decision, uint64_t signature, const Overlay& overlay) {
  for (const std::string& other : decision.others()) {
    if (overlay.RootOf(*store::ParseSignature(other)) != overlay.RootOf(signature)) return absl::OkStatus();
  }
  return Invalid("others",
                 absl::StrCat("all of them count as ", store::FormatSignature(overlay.RootOf(signature)), " already"));
}

absl::Status CheckSplitEffect(const v1::Decision& decision, uint64_t signature, const Overlay& overlay) {
  const uint64_t root = overlay.RootOf(signature);
  if (decision.split_by().empty()) {
    if (root != signature) return absl::OkStatus();
    return Invalid("split_by", "is required: the signature was merged into none that it could leave");
  }
  if (overlay.SplitOf(signature)) {
    return Invalid("signature",
                   absl::StrCat("is split by ", std::string(store::DimensionName(*overlay.SplitOf(signature))),
                                " already; split one of its parts, or take that back first"));
  }
  if (root != signature) {
    return Invalid("signature", absl::StrCat("counts as ", store::FormatSignature(root),
                                             "; split that, or take this one out of it first"));
  }
  return absl::OkStatus();
}

absl::Status CheckUndoEffect(const v1::Decision& decision, const Overlay& overlay) {
  if (decision.undoes() > overlay.last_decision()) {
    return absl::NotFoundError(absl::StrCat("decision.undoes: there is no decision ", decision.undoes(),
                                            "; the last is ", overlay.last_decision()));
  }
  const v1::Decision& target = overlay.decisions()[static_cast<size_t>(decision.undoes() - 1)];
  if (target.undone_by() == 0) return absl::OkStatus();
  return Invalid("undoes", absl::StrCat("decision ", decision.undoes(), " was taken back by ", target.undone_by(),
                                        " already; take that back to have it again"));
}

}  // namespace

absl::Status CheckForm(v1::Decision& decision) {
  RETURN_IF_ERROR(CheckLine("who", kMaxNameBytes, /*required=*/true, *decision.mutable_who()));
  RETURN_IF_ERROR(CheckLine("why", kMaxWhyBytes, /*required=*/false, *decision.mutable_why()));
  if (decision.kind() == v1::DECISION_KIND_UNDO) {
    return decision.undoes() >= 1 ? absl::OkStatus() : Invalid("undoes", "is the number of a decision, 1 or more");
  }
  RETURN_IF_ERROR(CheckSignature("signature", decision.signature()));
  switch (decision.kind()) {
    case v1::DECISION_KIND_MERGE:
      return CheckMergeForm(decision);
    case v1::DECISION_KIND_SPLIT:
      return CheckSplitForm(decision);
    case v1::DECISION_KIND_RENAME:
      return CheckLine("name", kMaxNameBytes, /*required=*/true, *decision.mutable_name());
    case v1::DECISION_KIND_MUTE:
      return decision.has_until() ? FromTimestamp(decision.until()).status() : absl::OkStatus();
    case v1::DECISION_KIND_RESOLVE:
      return absl::OkStatus();
    default:
      return Invalid("kind", "is MERGE, SPLIT, RENAME, MUTE, RESOLVE or UNDO");
  }
}

absl::Status CheckEffect(const v1::Decision& decision, const Overlay& overlay) {
  if (decision.kind() == v1::DECISION_KIND_UNDO) return CheckUndoEffect(decision, overlay);
  const uint64_t signature = store::ParseSignature(decision.signature()).value_or(0);
  if (decision.kind() == v1::DECISION_KIND_MERGE) return CheckMergeEffect(decision, signature, overlay);
  if (decision.kind() == v1::DECISION_KIND_SPLIT) return CheckSplitEffect(decision, signature, overlay);
  const uint64_t root = overlay.RootOf(signature);
  if (root != signature) {
    return Invalid("signature", absl::StrCat("counts as ", store::FormatSignature(root), "; decide about that"));
  }
  if (decision.kind() == v1::DECISION_KIND_MUTE && decision.has_until() &&
      FromTimestamp(decision.until()).value_or(0) <= FromTimestamp(decision.time()).value_or(0)) {
    return Invalid("until", "lies in the past");
  }
  return absl::OkStatus();
}

absl::Status AddTemplates(const OverlaidStore& store, v1::Decision& decision, std::vector<std::string>& unknown) {
  std::vector<std::string> signatures(decision.others().begin(), decision.others().end());
  if (!decision.signature().empty()) signatures.push_back(decision.signature());
  for (const std::string& text : signatures) {
    ASSIGN_OR_RETURN(const auto definition, store.FindUnnamed(store::ParseSignature(text).value_or(0)));
    if (definition) {
      (*decision.mutable_templates())[text] = definition->title;
    } else {
      unknown.push_back(text);
    }
  }
  return absl::OkStatus();
}

}  // namespace faultline::query
