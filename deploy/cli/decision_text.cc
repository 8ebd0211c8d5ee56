#include "deploy/cli/decision_text.h"

#include "absl/strings/str_join.h"
#include "deploy/cli/output.h"
#include "fmt/format.h"

namespace faultline::deploy {

namespace v1 = faultline::v1;

std::string DecisionText(const v1::Decision& decision) {
  switch (decision.kind()) {
    case v1::DECISION_KIND_MERGE:
      return fmt::format("merge {} into it", absl::StrJoin(decision.others(), ", "));
    case v1::DECISION_KIND_SPLIT:
      return decision.split_by().empty() ? "take it out of what it was merged into"
                                         : "split it by " + decision.split_by();
    case v1::DECISION_KIND_RENAME:
      return fmt::format("call it \"{}\"", decision.name());
    case v1::DECISION_KIND_MUTE:
      return decision.has_until() ? "mute it until " + TableTime(decision.until()) : "mute it";
    case v1::DECISION_KIND_RESOLVE:
      return "resolved";
    default:
      return fmt::format("take {} back", decision.undoes());
  }
}

}  // namespace faultline::deploy
