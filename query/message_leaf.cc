// Restrictions on messages. Where a phrase is looked for, the forms of a signature's messages mostly say whether they
// hold it: then nothing but the signature column is read. Else the parameters of a chunk are looked at, which are a
// fraction of its texts, and at last the messages.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "query/bound_leaf.h"
#include "query/phrase_in_form.h"
#include "store/message_forms.h"

namespace faultline::query {
namespace {

class MessageLeaf : public BoundLeaf {
 public:
  // `answers` are by signature code; none when only the messages tell. `digits` are those of kWithDigits.
  MessageLeaf(const Restriction& restriction, const store::Segment& segment, std::vector<PhraseAnswer> answers,
              std::string digits)
      : restriction_(restriction), segment_(segment), answers_(std::move(answers)), digits_(std::move(digits)) {
    decided_ = !answers_.empty() && std::none_of(answers_.begin(), answers_.end(), NeedsText);
  }

  LeafCost cost() const override { return decided_ ? LeafCost::kColumns : LeafCost::kMessages; }
  uint32_t columns() const override { return answers_.empty() ? 0U : uint32_t{store::kSignatureColumn}; }

  Truth OfSegment() const override {
    if (!decided_) return kOpen;
    const auto differs = [this](PhraseAnswer answer) { return answer != answers_.front(); };
    return std::any_of(answers_.begin(), answers_.end(), differs) ? kOpen : TruthOf(answers_.front());
  }

  absl::Status Evaluate(uint32_t chunk, const store::Columns& columns, const std::vector<uint8_t>& wanted,
                        std::vector<Truth>& truth) override {
    open_.assign(truth.size(), 0);
    bool any_text = false, any_parameter = false, any_digits = false;
    for (size_t i = 0; i < truth.size(); ++i) {
      if (wanted[i] == 0) continue;
      const PhraseAnswer answer = AnswerAt(columns, i);
      truth[i] = TruthOf(answer);
      open_[i] = NeedsText(answer) ? 1 : 0;
      any_text |= answer == PhraseAnswer::kSome;
      any_parameter |= answer == PhraseAnswer::kInParameter;
      any_digits |= answer == PhraseAnswer::kWithDigits;
    }
    // TruthOf says no until the messages say otherwise.
    if (!any_text && any_parameter) {
      const auto holds_phrase = [this](std::string_view bytes) { return restriction_.pattern.Matches(bytes); };
      ASSIGN_OR_RETURN(any_text, AnyParameters(chunk, store::ParameterSet::kOther, holds_phrase));
    }
    if (!any_text && any_digits) {
      const auto holds_digits = [this](std::string_view bytes) {
        return bytes.find(digits_) != std::string_view::npos;
      };
      ASSIGN_OR_RETURN(any_text, AnyParameters(chunk, store::ParameterSet::kAll, holds_digits));
    }
    return any_text ? ReadOpen(chunk, columns.first_ordinal, truth) : absl::OkStatus();
  }

 private:
  static bool NeedsText(PhraseAnswer answer) {
    return answer != PhraseAnswer::kAlways && answer != PhraseAnswer::kNever;
  }
  static Truth TruthOf(PhraseAnswer answer) { return answer == PhraseAnswer::kAlways ? kYes : kNo; }

  PhraseAnswer AnswerAt(const store::Columns& columns, size_t i) const {
    if (answers_.empty()) return PhraseAnswer::kSome;
    const uint16_t code = columns.signature[i];
    return code < answers_.size() ? answers_[code] : PhraseAnswer::kSome;
  }

  template <typename Holds>
  absl::StatusOr<bool> AnyParameters(uint32_t chunk, store::ParameterSet set, Holds holds) const {
    bool found = false;
    const auto look = [&](std::string_view bytes) { found = found || holds(bytes); };
    RETURN_IF_ERROR(segment_.ReadParameterBytes(chunk, set, look));
    return found;
  }

  absl::Status ReadOpen(uint32_t chunk, uint32_t first, std::vector<Truth>& truth) const {
    return segment_.ReadMessages(chunk, [&](uint32_t ordinal, std::string_view message) {
      const uint32_t i = ordinal - first;  // an open segment may have grown beyond `truth`
      if (i < truth.size() && open_[i] != 0) truth[i] = ValueFits(restriction_, message) ? kYes : kNo;
    });
  }

  const Restriction& restriction_;
  const store::Segment& segment_;
  const std::vector<PhraseAnswer> answers_;
  const std::string digits_;
  bool decided_ = false;
  std::vector<uint8_t> open_;  // of the chunk at hand: only its message tells
};

// One answer for messages of both forms.
PhraseAnswer Combined(PhraseAnswer a, PhraseAnswer b) {
  if (a == b) return a;
  const auto is_one = [&](PhraseAnswer answer) { return a == answer || b == answer; };
  if (is_one(PhraseAnswer::kSome) || is_one(PhraseAnswer::kAlways)) return PhraseAnswer::kSome;
  // A parameter that holds the phrase holds its digits.
  return is_one(PhraseAnswer::kWithDigits) ? PhraseAnswer::kWithDigits : PhraseAnswer::kInParameter;
}

// One answer for all messages of a signature.
PhraseAnswer AnswerOf(const store::MessageForms::OfSignature& signature, const std::vector<PhraseAnswer>& forms) {
  if (signature.free_text || signature.forms.empty()) return PhraseAnswer::kSome;
  PhraseAnswer answer = forms[signature.forms.front()];
  for (const uint16_t form : signature.forms) answer = Combined(answer, forms[form]);
  return answer;
}

struct PhraseAnswers {
  std::vector<PhraseAnswer> by_signature;
  std::string digits;
};

absl::StatusOr<PhraseAnswers> AnswersOf(const Restriction& restriction, const store::Segment& segment) {
  PhraseAnswers answers;
  const bool is_text = restriction.comparator == Comparator::kEqual || restriction.comparator == Comparator::kHas;
  const auto phrase = is_text ? restriction.pattern.phrase() : std::nullopt;
  if (!phrase) return answers;
  ASSIGN_OR_RETURN(const auto known, segment.message_forms());
  if (known == nullptr) return answers;
  const PhraseFinder finder(*phrase, restriction.pattern.ignores_case());
  answers.digits = finder.digits();
  std::vector<PhraseAnswer> forms;
  for (const store::MessageForms::Form& form : known->forms) forms.push_back(finder.In(form));
  for (const store::MessageForms::OfSignature& signature : known->signatures) {
    answers.by_signature.push_back(AnswerOf(signature, forms));
  }
  return answers;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BoundLeaf>> BindMessageLeaf(const Restriction& restriction,
                                                           const store::Segment& segment) {
  ASSIGN_OR_RETURN(PhraseAnswers answers, AnswersOf(restriction, segment));
  return std::make_unique<MessageLeaf>(restriction, segment, std::move(answers.by_signature),
                                       std::move(answers.digits));
}

}  // namespace faultline::query
