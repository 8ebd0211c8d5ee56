#include "store/fuse_filter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace faultline::store {
namespace {

constexpr int kMaxSeeds = 16;
constexpr int kMaxBlockBits = 18;
constexpr uint32_t kFingerprintBits = 12;
constexpr size_t kHeadBytes = 7;

uint64_t Mix(uint64_t hash, uint64_t seed) {  // the finaliser of MurmurHash3
  hash += seed * 0x9e3779b97f4a7c15u;
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
  hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
  return hash ^ hash >> 33;
}

uint32_t FingerprintOf(uint64_t mixed) {
  return static_cast<uint32_t>(mixed ^ mixed >> 32) & ((1u << kFingerprintBits) - 1);
}

// One place in each of three blocks behind each other.
std::array<uint32_t, 3> PlacesOf(uint64_t mixed, uint32_t block, uint32_t starts) {
  const auto first = static_cast<uint32_t>(((mixed >> 32) * starts) >> 32);
  const uint32_t mask = block - 1;
  return {first, (first + block) ^ (static_cast<uint32_t>(mixed >> 18) & mask),
          (first + 2 * block) ^ (static_cast<uint32_t>(mixed) & mask)};
}

uint32_t At(const uint8_t* bytes, uint32_t place) {
  uint16_t both = 0;
  std::memcpy(&both, bytes + place * 3 / 2, sizeof both);
  return place % 2 == 0 ? both & 0xfffu : both >> 4u;
}

// What hashes lie at a place: how many, and the exclusive or of their numbers.
struct Place {
  uint32_t hashes = 0;
  uint32_t numbers = 0;
};

struct Peeled {
  uint32_t hash;  // its number
  uint32_t place;
};

}  // namespace

bool FuseFilter::Reader::MayContain(uint64_t hash) const {
  const uint64_t mixed = Mix(hash, seed_);
  uint32_t fingerprint = FingerprintOf(mixed);
  for (const uint32_t place : PlacesOf(mixed, block_, starts_)) fingerprint ^= At(bytes_, place);
  return fingerprint == 0;
}

void FuseFilter::Reader::Prefetch(uint64_t hash) const {
  constexpr int kToRead = 0, kSecondCache = 2;  // the first holds far fewer of what is on its way
  for (const uint32_t place : PlacesOf(Mix(hash, seed_), block_, starts_)) {
    __builtin_prefetch(bytes_ + place * 3 / 2, kToRead, kSecondCache);
  }
}

FuseFilter::Reader FuseFilter::reader() const {
  Reader reader;
  reader.bytes_ = bytes_.data();
  reader.seed_ = seed_;
  reader.block_ = 1u << block_bits_;
  reader.starts_ = blocks_ << block_bits_;
  return reader;
}

// The sizes are those that the paper found to have a solution for almost every seed.
std::optional<FuseFilter> FuseFilter::Build(std::span<const uint64_t> hashes) {
  FuseFilter filter;
  const double size = static_cast<double>(std::max<size_t>(hashes.size(), 2));
  filter.block_bits_ =
      static_cast<uint8_t>(std::clamp<int>(static_cast<int>(std::log(size) / std::log(3.33) + 2.25), 2, kMaxBlockBits));
  const double places = size * std::max(1.125, 0.875 + 0.25 * std::log(1e6) / std::log(size));
  const auto blocks = static_cast<uint32_t>(std::ceil(places / static_cast<double>(1u << filter.block_bits_)));
  filter.blocks_ = blocks > 3 ? blocks - 2 : 1;
  filter.bytes_.assign(filter.places() * kFingerprintBits / 8, 0);
  for (int seed = 0; seed < kMaxSeeds; ++seed) {
    filter.seed_ = static_cast<uint8_t>(seed);
    if (filter.Solve(hashes)) return filter;
  }
  return std::nullopt;
}

// Takes away, again and again, a hash that has a place of its own; whatever the others are given, that place can then
// still be given what makes its three a fingerprint. So they are given in the reverse order.
bool FuseFilter::Solve(std::span<const uint64_t> hashes) {
  const Reader geometry = reader();
  const auto places_of = [&](uint32_t hash) {
    return PlacesOf(Mix(hashes[hash], seed_), geometry.block_, geometry.starts_);
  };
  std::vector<Place> at(places());
  for (uint32_t i = 0; i < hashes.size(); ++i) {
    for (const uint32_t place : places_of(i)) {
      ++at[place].hashes;
      at[place].numbers ^= i;
    }
  }
  std::vector<uint32_t> alone;
  for (uint32_t place = 0; place < at.size(); ++place) {
    if (at[place].hashes == 1) alone.push_back(place);
  }
  std::vector<Peeled> peeled;
  peeled.reserve(hashes.size());
  while (!alone.empty()) {
    const uint32_t own = alone.back();
    alone.pop_back();
    if (at[own].hashes != 1) continue;
    const uint32_t hash = at[own].numbers;
    peeled.push_back({hash, own});
    for (const uint32_t place : places_of(hash)) {
      at[place].numbers ^= hash;
      if (--at[place].hashes == 1) alone.push_back(place);
    }
  }
  if (peeled.size() != hashes.size()) return false;
  for (auto next = peeled.rbegin(); next != peeled.rend(); ++next) {
    uint32_t fingerprint = FingerprintOf(Mix(hashes[next->hash], seed_));
    for (const uint32_t place : places_of(next->hash)) fingerprint ^= At(bytes_.data(), place);
    Set(next->place, fingerprint);  // it was 0 until now
  }
  return true;
}

void FuseFilter::Set(uint32_t place, uint32_t fingerprint) {
  uint8_t* const to = bytes_.data() + place * 3 / 2;
  uint16_t both = 0;
  std::memcpy(&both, to, sizeof both);
  both = static_cast<uint16_t>(both | fingerprint << (place % 2 * 4));
  std::memcpy(to, &both, sizeof both);
}

std::string FuseFilter::Encode() const {
  std::string value = {kVersion, static_cast<char>(seed_), static_cast<char>(block_bits_)};
  value.append(reinterpret_cast<const char*>(&blocks_), sizeof blocks_);
  return value.append(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
}

absl::StatusOr<FuseFilter> FuseFilter::Decode(std::string_view value) {
  const absl::Status malformed = absl::DataLossError("malformed id filter");
  if (value.size() <= kHeadBytes || value.front() != kVersion) return malformed;
  FuseFilter filter;
  filter.seed_ = static_cast<uint8_t>(value[1]);
  filter.block_bits_ = static_cast<uint8_t>(value[2]);
  std::memcpy(&filter.blocks_, value.data() + 3, sizeof filter.blocks_);
  value.remove_prefix(kHeadBytes);
  if (filter.block_bits_ < 2 || filter.block_bits_ > kMaxBlockBits || filter.blocks_ == 0) return malformed;
  if (filter.blocks_ > value.size() || filter.places() * kFingerprintBits / 8 != value.size()) return malformed;
  const auto* bytes = reinterpret_cast<const uint8_t*>(value.data());
  filter.bytes_.assign(bytes, bytes + value.size());
  return filter;
}

}  // namespace faultline::store
