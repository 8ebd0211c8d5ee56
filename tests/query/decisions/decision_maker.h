// Decisions as tests tell them.
#pragma once

#include <string>
#include <vector>

#include "faultline/v1/decision.pb.h"
#include "google/protobuf/util/time_util.h"
#include "store/event.h"

namespace faultline::query {

inline v1::Decision Made(v1::DecisionKind kind, uint64_t signature) {
  v1::Decision decision;
  decision.set_kind(kind);
  if (signature != 0) decision.set_signature(store::FormatSignature(signature));
  decision.set_who("ada");
  *decision.mutable_time() = google::protobuf::util::TimeUtil::SecondsToTimestamp(1'767'225'600);
  return decision;
}
inline v1::Decision Merge(uint64_t into, const std::vector<uint64_t>& others) {
  v1::Decision decision = Made(v1::DECISION_KIND_MERGE, into);
  for (const uint64_t other : others) decision.add_others(store::FormatSignature(other));
  return decision;
}
// Without `by` it leaves what it was merged into.
inline v1::Decision Split(uint64_t signature, const std::string& by) {
  v1::Decision decision = Made(v1::DECISION_KIND_SPLIT, signature);
  decision.set_split_by(by);
  return decision;
}
inline v1::Decision Rename(uint64_t signature, const std::string& name) {
  v1::Decision decision = Made(v1::DECISION_KIND_RENAME, signature);
  decision.set_name(name);
  return decision;
}
inline v1::Decision Undo(int64_t number) {
  v1::Decision decision = Made(v1::DECISION_KIND_UNDO, 0);
  decision.set_undoes(number);
  return decision;
}

}  // namespace faultline::query
