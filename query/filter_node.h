// The syntax tree of a filter. Immutable once parsed, but for what it remembers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "query/filter_field.h"
#include "query/phrase_memory.h"
#include "query/text_pattern.h"

namespace faultline::query {

enum class Comparator { kEqual, kHas, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// FIELD COMPARATOR VALUE. `!=` is a negated kEqual.
struct Restriction {
  FilterField field;
  Comparator comparator = Comparator::kEqual;
  std::string value;                     // canonical: enum names in capitals, ids as they are stored
  TextPattern pattern;                   // for kEqual and kHas on text, signatures and ids with `*`
  std::shared_ptr<PhraseMemory> phrase;  // of a pattern that looks for one in messages
  int number = 0;                        // for side, severity, outcome, notice: what is stored
  // For an exact id: every form it may be stored in.
  std::vector<std::string> id_candidates;
};

struct FilterNode {
  enum class Kind { kAnd, kOr, kNot, kRestriction };
  Kind kind = Kind::kRestriction;
  std::vector<std::shared_ptr<const FilterNode>> children;  // one for kNot
  Restriction restriction;
};

using FilterNodePtr = std::shared_ptr<const FilterNode>;

std::string ToString(const FilterNode& node);

}  // namespace faultline::query
