// Restrictions on messages. Where a phrase is looked for, the forms of a signature's messages mostly say whether they
// hold it: then nothing but the signature column is read. Else the parameters of a chunk are looked at, which are a
// fraction of its texts, and at last the messages.
#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "query/bound_leaf.h"
#include "query/phrase_memory.h"
#include "store/message_forms.h"
#include "store/text_chunk.h"

namespace faultline::query {
namespace {

class MessageLeaf : public BoundLeaf {
 public:
  // Only the messages tell.
  MessageLeaf(const Restriction& restriction, const store::Segment& segment)
      : restriction_(restriction), segment_(segment) {}
  // `answers` are by signature code, those of `forms` to the restriction's phrase.
  MessageLeaf(const Restriction& restriction, const store::Segment& segment, std::vector<PhraseAnswer> answers,
              std::shared_ptr<const store::MessageForms> forms)
      : restriction_(restriction),
        segment_(segment),
        answers_(std::move(answers)),
        forms_(std::move(forms)),
        digits_(restriction.phrase->digits()) {
    decided_ = AllAre([](PhraseAnswer answer) { return !NeedsText(answer); });
    with_number_ = AllAre(
        [](PhraseAnswer answer) { return answer == PhraseAnswer::kNever || answer == PhraseAnswer::kWithNumber; });
  }

  LeafCost cost() const override { return decided_ ? LeafCost::kColumns : LeafCost::kMessages; }
  uint32_t columns() const override { return answers_.empty() ? 0U : uint32_t{store::kSignatureColumn}; }

  Truth OfSegment() const override {
    if (!decided_) return kOpen;
    const auto differs = [this](PhraseAnswer answer) { return answer != answers_.front(); };
    return std::any_of(answers_.begin(), answers_.end(), differs) ? kOpen : TruthOf(answers_.front());
  }

  Truth OfChunk(uint32_t chunk) const override {
    if (decided_ || !with_number_) return OfSegment();
    const uint32_t end = std::min(segment_.size(), (chunk + 1) * store::kChunkEvents);
    for (uint32_t ordinal = chunk * store::kChunkEvents; ordinal < end; ordinal += store::kEventsPerTextChunk) {
      if (forms_->numbers.MayHave(ordinal, digits_)) return kOpen;
    }
    return kNo;
  }

  absl::Status Evaluate(uint32_t chunk, const store::Columns& columns, const std::vector<uint8_t>& wanted,
                        std::vector<Truth>& truth) override {
    open_.clear();
    bool any_text = false, any_parameter = false, any_digits = false;
    for (size_t i = 0; i < truth.size(); ++i) {
      if (wanted[i] == 0) continue;
      const PhraseAnswer answer = AnswerAt(columns, i);
      truth[i] = TruthOf(answer);
      if (!NeedsText(answer)) continue;
      const auto ordinal = columns.first_ordinal + static_cast<uint32_t>(i);
      const bool by_number = answer == PhraseAnswer::kWithNumber;
      if (by_number && !forms_->numbers.MayHave(ordinal, digits_)) continue;
      open_.push_back(ordinal);
      any_text |= answer == PhraseAnswer::kSome || by_number;
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
    return any_text ? ReadOpen(columns.first_ordinal, truth) : absl::OkStatus();
  }

 private:
  static bool NeedsText(PhraseAnswer answer) {
    return answer != PhraseAnswer::kAlways && answer != PhraseAnswer::kNever;
  }
  static Truth TruthOf(PhraseAnswer answer) { return answer == PhraseAnswer::kAlways ? kYes : kNo; }

  template <typename Is>
  bool AllAre(Is is) const {
    return !answers_.empty() && std::all_of(answers_.begin(), answers_.end(), is);
  }

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

  absl::Status ReadOpen(uint32_t first, std::vector<Truth>& truth) const {
    return segment_.ReadMessages(open_, [&](uint32_t ordinal, std::string_view message) {
      truth[ordinal - first] = ValueFits(restriction_, message) ? kYes : kNo;
    });
  }

  const Restriction& restriction_;
  const store::Segment& segment_;
  const std::vector<PhraseAnswer> answers_;
  const std::shared_ptr<const store::MessageForms> forms_;
  const std::string_view digits_;
  bool decided_ = false;
  bool with_number_ = false;    // no message holds the phrase but by a number inside a word
  std::vector<uint32_t> open_;  // ordinals of the chunk at hand of which only the message tells
};

}  // namespace

absl::StatusOr<std::unique_ptr<BoundLeaf>> BindMessageLeaf(const Restriction& restriction,
                                                           const store::Segment& segment) {
  std::shared_ptr<const store::MessageForms> forms;
  if (restriction.phrase != nullptr) {
    ASSIGN_OR_RETURN(forms, segment.message_forms());
  }
  if (forms == nullptr) return std::make_unique<MessageLeaf>(restriction, segment);
  return std::make_unique<MessageLeaf>(restriction, segment, restriction.phrase->AnswersOf(*forms), forms);
}

}  // namespace faultline::query
