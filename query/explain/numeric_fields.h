// The numbers that events carry, of a target and of a baseline, and which of them
// differ.
//
// Numbers are attributes whose whole value is one, and those of the masked message: the
// same place in the same template. Left out are numbers that stand for something else: more than
// 15 characters, a leading zero, or a time within a day of the event's.
//
// Belongs to one thread. Memory: kMaxNumericFields sketches.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "faultline/v1/explanation.pb.h"
#include "query/explain/quantile_sketch.h"
#include "store/segment.h"

namespace faultline::query {

inline constexpr size_t kMaxNumericFields = 1'000;
// Fewer values on either side say nothing.
inline constexpr int64_t kMinNumericValues = 20;
inline constexpr double kMinDistance = 0.1;
// Of the chance that any field without a difference is listed (Bonferroni).
inline constexpr double kNumericError = 0.01;
inline constexpr size_t kMaxNumericRows = 20;

class NumericFields {
 public:
  void Add(const store::EventVariables& event, bool is_target);

  // Those that differ, the largest distance first, at most kMaxNumericRows.
  std::vector<faultline::v1::NumericDifference> Differences() const;
  // Fields beyond kMaxNumericFields were not looked at.
  bool full() const { return full_; }

 private:
  struct Field {
    std::string name, context;
    QuantileSketch target, baseline;
  };

  void AddNumber(std::string_view key, std::string_view text, const store::EventVariables& event, bool is_target,
                 std::string_view name, std::string_view message_template, size_t hole);

  absl::flat_hash_map<std::string, Field> fields_;
  std::string key_;  // reused
  bool full_ = false;
};

}  // namespace faultline::query
