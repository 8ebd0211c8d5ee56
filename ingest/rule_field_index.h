// Finds the rules without a pattern: those for records whose fields tell what
// they are, as JSON of Zeek or Caddy does, by the name of one attribute.
//
// Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/log_record.h"
#include "ingest/rule.h"

namespace faultline::ingest {

class RuleFieldIndex {
 public:
  // Names are kept as views into `rules`, which must outlive the index.
  explicit RuleFieldIndex(const std::vector<std::shared_ptr<const Rule>>& rules);

  // The smallest index of a rule that fits `record` and is below `bound`, or
  // `bound` itself; -1 for a `bound` means none.
  int Best(const LogRecord& record, const std::vector<std::shared_ptr<const Rule>>& rules, int bound) const;
  // Appends the indices of the rules whose attribute `record` has.
  void AddCandidates(const LogRecord& record, std::vector<int>& found) const;

 private:
  // A name's size and first byte as bits: most names of a record are none of ours.
  bool MayKnow(std::string_view name) const {
    return !name.empty() && (sizes_ >> (name.size() & 63) & 1) != 0 &&
           (first_bytes_ >> (static_cast<uint8_t>(name[0]) & 63) & 1) != 0;
  }

  std::unordered_map<std::string_view, std::vector<int>> rules_of_;  // by attribute, in ascending order
  uint64_t sizes_ = 0;
  uint64_t first_bytes_ = 0;
};

}  // namespace faultline::ingest
