#include "query/revision_log.h"

#include <fmt/format.h>

#include "base/timestamp.h"

namespace faultline::query {

std::string RevisionLog::Add(const Answer& answer) {
  const MutexLock lock(mu_);
  const auto found = by_question_.find(answer.question);
  if (found == by_question_.end()) {
    kept_.push_front({answer, ""});
    by_question_.emplace(answer.question, kept_.begin());
    if (kept_.size() > kMaxQuestions) {
      by_question_.erase(kept_.back().answer.question);
      kept_.pop_back();
    }
    return "";
  }
  kept_.splice(kept_.begin(), kept_, found->second);
  Kept& kept = kept_.front();
  if (kept.answer.content == answer.content) {
    kept.answer.settled = answer.settled;
    return kept.note;
  }
  kept.note = !kept.answer.settled || answer.revision == kept.answer.revision
                  ? ""
                  : fmt::format(
                        "other numbers were answered at {}, when everything up to then was read; {} records have "
                        "come since, some of them late",
                        FormatTime(kept.answer.answered_us), answer.revision - kept.answer.revision);
  kept.answer = answer;
  return kept.note;
}

}  // namespace faultline::query
