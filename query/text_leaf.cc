// Restrictions on attributes, exceptions and stack traces, which the text chunks hold.
#include <memory>
#include <string_view>
#include <vector>

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

class VariableLeaf : public BoundLeaf {
 public:
  VariableLeaf(const Restriction& restriction, const store::Segment& segment)
      : restriction_(restriction), segment_(segment) {}

  LeafCost cost() const override { return LeafCost::kOtherTexts; }

  absl::Status Evaluate(uint32_t, const store::Columns& columns, const std::vector<uint8_t>& wanted,
                        std::vector<Truth>& truth) override {
    std::vector<uint32_t> ordinals;
    for (uint32_t i = 0; i < truth.size(); ++i) {
      if (wanted[i] != 0) ordinals.push_back(columns.first_ordinal + i);
    }
    const auto set = restriction_.field.kind == Kind::kAttribute ? store::VariableSet::kWithoutTraces
                                                                 : store::VariableSet::kWithTraces;
    size_t next = 0;
    return segment_.ReadVariables(ordinals, set, [&](const store::EventVariables& event) {
      truth[ordinals[next++] - columns.first_ordinal] = ValueFits(restriction_, ValueOf(event)) ? kYes : kNo;
    });
  }

 private:
  std::string_view ValueOf(const store::EventVariables& event) const {
    if (restriction_.field.kind == Kind::kExceptionMessage) return event.exception_message;
    if (restriction_.field.kind == Kind::kStacktrace) return event.stacktrace;
    return FindAttribute(event.attributes, restriction_.field.attribute);
  }

  const Restriction& restriction_;
  const store::Segment& segment_;
};

}  // namespace

std::unique_ptr<BoundLeaf> BindTextLeaf(const Restriction& restriction, const store::Segment& segment) {
  return std::make_unique<VariableLeaf>(restriction, segment);
}

}  // namespace faultline::query
