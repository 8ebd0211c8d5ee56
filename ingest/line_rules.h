// Which lines go on with a record, as data: machines over lines that
// ingest/line_rules.yaml describes and holds.
//
// Immutable and thread-safe.
#pragma once

#include <re2/re2.h>
#include <re2/set.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::ingest {

class LineRules {
 public:
  // The state of a record. kPlain: in no machine.
  using State = uint16_t;
  static constexpr State kPlain = 0;
  static constexpr State kEnd = 1;  // nothing follows

  // Errors: InvalidArgument, which names the machine and the step.
  static absl::StatusOr<std::unique_ptr<const LineRules>> Parse(std::string_view yaml);
  // Those of ingest/line_rules.yaml, as it was when this was built.
  static const LineRules& BuiltIn();

  // The state that `line` begins a record in; kPlain where it starts no machine.
  State Start(std::string_view line) const;
  // The state after `line`; nullopt where it does not go on with a record in
  // `state`. `starts`: the line begins a record of its own, or has a time.
  std::optional<State> Next(State state, std::string_view line, bool starts) const;
  // "python.traceback", "plain", "end".
  std::string_view NameOf(State state) const { return names_[state]; }

 private:
  struct Step {
    std::shared_ptr<const RE2> match;  // null: any
    State to = kPlain;
  };

  LineRules() = default;
  State StateOf(const std::string& machine, const std::string& name);

  std::vector<std::string> names_;        // by state
  std::vector<std::vector<Step>> steps_;  // by state
  std::vector<Step> starts_;              // in the order of `start_set_`
  std::unique_ptr<RE2::Set> start_set_;
};

}  // namespace faultline::ingest
