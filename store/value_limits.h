// How many signatures, and values of each dimension, a store may know. What comes beyond is kept whole, but counts
// under one value for all others, so that memory and answers do not grow with what strangers write.
//
// What is known is a function of what is stored and of what comes after it, so a record that is read again after a
// crash is treated as the first time. The writing thread only.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "store/event.h"
#include "store/hyperloglog.h"
#include "store/record_outcome.h"
#include "store/store.h"

namespace faultline::store {

// The value of a dimension for all those beyond the limit. An event has the own one as attribute "other.service.name",
// ….
inline constexpr std::string_view kOtherValue = "(other)";
// The signature for all those beyond the limit, by side. The own one is attribute "other.signature".
constexpr uint64_t OtherSignature(Side side) { return 0xffffffffffffff00u | static_cast<uint8_t>(side); }
constexpr bool IsOtherSignature(uint64_t signature) { return signature >= 0xffffffffffffff00u; }

class ValueLimits {
 public:
  // Both limits >= 1; Load fills what is known.
  ValueLimits(int64_t max_signatures, int64_t max_values) : max_signatures_(max_signatures), max_values_(max_values) {}
  // `signatures` have a definition in the store. Errors: those of reading the dictionaries of its segments.
  absl::Status Load(const std::vector<uint64_t>& signatures, const Store& store);

  bool Knows(uint64_t signature) const { return signatures_.contains(signature); }
  bool HasRoom() const { return known_signatures() < max_signatures_; }
  // Makes a signature known; whether it was not before and there is room.
  bool Define(uint64_t signature);

  // What a signature, and a value that a segment does not have yet, count as. Those that count as others are counted
  // as such: ask once for each event.
  uint64_t SignatureFor(uint64_t signature, Side side);
  std::string_view ValueFor(Dimension dimension, std::string_view value);
  // The same of attempts. Those of values that no event has are limited too, but forgotten at a restart.
  std::string_view AttemptsValueFor(Dimension dimension, std::string_view value);

  // Definitions of the signatures of others that were given out for the first time since the last call.
  std::vector<SignatureDefinition> TakeDefinitions();
  // What changed since the last call, as it is stored: value by name.
  std::map<std::string, std::string> TakeChanged();

 private:
  struct Bucket {
    int64_t known = 0, events = 0;
    HyperLogLog distinct;
    bool changed = false;
  };
  // The bucket of signatures comes behind those of the dimensions.
  static constexpr size_t kBuckets = kDimensions + 1;
  static std::string_view NameOf(size_t bucket);
  int64_t LimitOf(size_t bucket) const { return bucket == kDimensions ? max_signatures_ : max_values_; }
  void CountOther(size_t bucket, uint64_t hash);
  // Without those that stand for others.
  int64_t known_signatures() const { return static_cast<int64_t>(signatures_.size() - other_signatures_); }

  const int64_t max_signatures_, max_values_;
  absl::flat_hash_set<uint64_t> signatures_;
  size_t other_signatures_ = 0;                                             // of signatures_
  std::array<absl::flat_hash_set<uint64_t>, kDimensions> values_;           // hashes
  std::array<absl::flat_hash_set<uint64_t>, kDimensions> attempts_values_;  // not among values_ when they came
  std::array<Bucket, kBuckets> buckets_;
  std::vector<SignatureDefinition> definitions_;
};

// The other way round. Errors: DataLoss.
absl::StatusOr<OtherValues> DecodeOtherValues(std::string_view name, std::string_view value);

// `attributes` (Event::attributes) with one more, in its place among them; one of the same key goes.
std::string WithAttribute(std::string_view attributes, std::string_view key, std::string_view value);

}  // namespace faultline::store
