// Restrictions on text that only whole events hold.
#include <algorithm>
#include <span>
#include <utility>

#include "base/status_macros.h"
#include "base/varint.h"
#include "query/bound_leaf.h"

namespace faultline::query {
namespace {

using Kind = FilterField::Kind;

// The value of `key`, empty when there is none.
std::string_view FindAttribute(std::string_view attributes, std::string_view key) {
  std::string_view name, value;
  while (ReadString(attributes, name) && ReadString(attributes, value)) {
    if (name == key) return value;
  }
  return {};
}

class WholeEventLeaf : public BoundLeaf {
 public:
  WholeEventLeaf(const Restriction& restriction, const store::Segment& segment)
      : restriction_(restriction), segment_(segment) {}

  LeafCost cost() const override { return LeafCost::kWholeEvents; }

  absl::Status Evaluate(uint32_t, const store::Columns& columns, const std::vector<uint8_t>& wanted,
                        std::vector<Truth>& truth) override {
    std::vector<uint32_t> ordinals;
    for (uint32_t i = 0; i < truth.size(); ++i) {
      if (wanted[i] != 0) ordinals.push_back(columns.first_ordinal + i);
    }
    // A few at a time: whole events may be large.
    constexpr size_t kBatch = 256;
    for (size_t at = 0; at < ordinals.size(); at += kBatch) {
      const auto some = std::span<const uint32_t>(ordinals).subspan(at, std::min(kBatch, ordinals.size() - at));
      ASSIGN_OR_RETURN(const std::vector<store::OwnedEvent> events, segment_.ReadEvents(some));
      if (events.size() != some.size()) return absl::InternalError("ReadEvents left events out");
      for (size_t i = 0; i < some.size(); ++i) {
        truth[some[i] - columns.first_ordinal] = ValueFits(restriction_, ValueOf(events[i].event)) ? kYes : kNo;
      }
    }
    return absl::OkStatus();
  }

 private:
  std::string_view ValueOf(const store::Event& event) const {
    if (restriction_.field.kind == Kind::kExceptionMessage) return event.exception_message;
    if (restriction_.field.kind == Kind::kStacktrace) return event.stacktrace;
    return FindAttribute(event.attributes, restriction_.field.attribute);
  }

  const Restriction& restriction_;
  const store::Segment& segment_;
};

}  // namespace

std::unique_ptr<BoundLeaf> BindTextLeaf(const Restriction& restriction, const store::Segment& segment) {
  return std::make_unique<WholeEventLeaf>(restriction, segment);
}

}  // namespace faultline::query
