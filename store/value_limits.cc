#include "store/value_limits.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/varint.h"
#include "faultline/store/v1/segment.pb.h"

namespace faultline::store {
namespace {

constexpr std::string_view kSignatureName = "signature";

uint64_t Hash(std::string_view value) { return XXH3_64bits(value.data(), value.size()); }
uint64_t Hash(uint64_t signature) { return XXH3_64bits(&signature, sizeof signature); }

// Rules, formats and sources are ours and the operator's: there are as many as were configured.
bool IsLimited(Dimension dimension) {
  return dimension != Dimension::kRule && dimension != Dimension::kFormat && dimension != Dimension::kSource;
}

}  // namespace

std::string_view ValueLimits::NameOf(size_t bucket) {
  return bucket == kDimensions ? kSignatureName : DimensionName(static_cast<Dimension>(bucket));
}

absl::Status ValueLimits::Load(const std::vector<uint64_t>& signatures, const Store& store) {
  signatures_.insert(signatures.begin(), signatures.end());
  other_signatures_ = static_cast<size_t>(std::count_if(signatures_.begin(), signatures_.end(), IsOtherSignature));
  for (const auto& segment : store.view()->segments) {
    for (size_t d = 0; d < kDimensions; ++d) {
      ASSIGN_OR_RETURN(const auto dictionary, segment->dictionary(static_cast<Dimension>(d)));
      for (const std::string_view value : *dictionary) {
        if (!value.empty() && value != kOtherValue) values_[d].insert(Hash(value));
      }
    }
  }
  ASSIGN_OR_RETURN(const std::vector<OtherValues> others, store.ReadOther());
  for (const OtherValues& other : others) {
    for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
      if (NameOf(bucket) != other.what) continue;
      buckets_[bucket].events = other.events;
      buckets_[bucket].distinct = other.distinct;
    }
  }
  return absl::OkStatus();
}

bool ValueLimits::Define(uint64_t signature) {
  if (Knows(signature) || !HasRoom()) return false;
  signatures_.insert(signature);
  buckets_[kDimensions].changed = true;
  return true;
}

uint64_t ValueLimits::SignatureFor(uint64_t signature, Side side) {
  if (signature == 0 || HasRoom() || Knows(signature)) return signature;
  CountOther(kDimensions, Hash(signature));
  const uint64_t other = OtherSignature(side);
  if (signatures_.insert(other).second) {
    ++other_signatures_;
    SignatureDefinition definition;
    definition.signature = other;
    definition.title = absl::StrCat("(other) messages beyond the limit of ", max_signatures_, " signatures");
    definition.origin = "limit";
    definitions_.push_back(std::move(definition));
  }
  return other;
}

std::string_view ValueLimits::ValueFor(Dimension dimension, std::string_view value) {
  if (!IsLimited(dimension) || value == kOtherValue) return value;
  const auto d = static_cast<size_t>(dimension);
  const uint64_t hash = Hash(value);
  if (values_[d].contains(hash)) return value;
  if (static_cast<int64_t>(values_[d].size()) >= max_values_) {
    CountOther(d, hash);
    return kOtherValue;
  }
  values_[d].insert(hash);
  buckets_[d].changed = true;
  return value;
}

std::string_view ValueLimits::AttemptsValueFor(Dimension dimension, std::string_view value) {
  if (value.empty() || !IsLimited(dimension)) return value;
  const auto limit = static_cast<size_t>(max_values_);
  const auto& known = values_[static_cast<size_t>(dimension)];
  auto& others = attempts_values_[static_cast<size_t>(dimension)];
  const uint64_t hash = Hash(value);
  if (known.contains(hash)) return value;
  if (known.size() >= limit) return kOtherValue;
  if (others.size() < limit) others.insert(hash);
  return others.contains(hash) ? value : kOtherValue;
}

void ValueLimits::CountOther(size_t bucket, uint64_t hash) {
  ++buckets_[bucket].events;
  buckets_[bucket].distinct.Add(hash);
  buckets_[bucket].changed = true;
}

std::vector<SignatureDefinition> ValueLimits::TakeDefinitions() { return std::exchange(definitions_, {}); }

std::map<std::string, std::string> ValueLimits::TakeChanged() {
  std::map<std::string, std::string> changed;
  for (size_t i = 0; i < kBuckets; ++i) {
    Bucket& bucket = buckets_[i];
    if (!std::exchange(bucket.changed, false)) continue;
    v1::OtherValues stored;
    stored.set_limit(LimitOf(i));
    stored.set_known(i == kDimensions ? known_signatures() : static_cast<int64_t>(values_[i].size()));
    stored.set_events(bucket.events);
    stored.set_registers(bucket.distinct.bytes());
    changed.emplace(NameOf(i), stored.SerializeAsString());
  }
  return changed;
}

absl::StatusOr<OtherValues> DecodeOtherValues(std::string_view name, std::string_view value) {
  v1::OtherValues stored;
  OtherValues other;
  if (!stored.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      !other.distinct.SetBytes(stored.registers())) {
    return absl::DataLossError(absl::StrCat("malformed count of other values: ", std::string(name)));
  }
  other.what = name;
  other.limit = stored.limit();
  other.known = stored.known();
  other.events = stored.events();
  return other;
}

std::string WithAttribute(std::string_view attributes, std::string_view key, std::string_view value) {
  std::string with;
  std::string_view name, own;
  bool added = false;
  const auto add = [&] {
    AppendString(with, key);
    AppendString(with, value);
    added = true;
  };
  while (ReadString(attributes, name) && ReadString(attributes, own)) {
    if (!added && name >= key) add();
    if (name == key) continue;
    AppendString(with, name);
    AppendString(with, own);
  }
  if (!added) add();
  return with;
}

}  // namespace faultline::store
