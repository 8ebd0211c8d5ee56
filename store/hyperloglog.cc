#include "store/hyperloglog.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace faultline::store {
namespace {

constexpr int kIndexBits = 12;
constexpr size_t kRegisters = size_t{1} << kIndexBits;
constexpr int kMostRun = 64 - kIndexBits + 1;

double Sigma(double x) {
  if (x == 1) return INFINITY;
  double power = 1, sum = x;
  for (double before = -1; before != sum;) {
    x *= x;
    before = sum;
    sum += x * power;
    power += power;
  }
  return sum;
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double power = 1, sum = 1 - x;
  for (double before = -1; before != sum;) {
    x = std::sqrt(x);
    before = sum;
    power /= 2;
    sum -= (1 - x) * (1 - x) * power;
  }
  return sum / 3;
}

}  // namespace

void HyperLogLog::Add(uint64_t hash) {
  if (registers_.empty()) registers_.assign(kRegisters, '\0');
  char& at = registers_[hash >> (64 - kIndexBits)];
  const uint64_t rest = hash << kIndexBits | (uint64_t{1} << (kIndexBits - 1));  // ends the run at the latest
  at = std::max(at, static_cast<char>(std::countl_zero(rest) + 1));
}

void HyperLogLog::Merge(const HyperLogLog& other) {
  if (registers_.empty()) registers_.assign(other.registers_.size(), '\0');
  for (size_t i = 0; i < other.registers_.size(); ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
}

double HyperLogLog::Estimate() const {
  if (registers_.empty()) return 0;
  std::array<double, kMostRun + 1> with{};
  for (const char run : registers_) ++with[static_cast<size_t>(run)];
  constexpr double kCount = kRegisters;
  double sum = kCount * Tau(1 - with[kMostRun] / kCount);
  for (size_t run = kMostRun - 1; run >= 1; --run) sum = (sum + with[run]) / 2;
  sum += kCount * Sigma(with[0] / kCount);
  return kCount * kCount / (2 * std::log(2) * sum);
}

bool HyperLogLog::SetBytes(std::string_view bytes) {
  registers_.clear();
  const auto is_run = [](char run) { return run >= 0 && run <= kMostRun; };
  if (!bytes.empty() && (bytes.size() != kRegisters || !std::all_of(bytes.begin(), bytes.end(), is_run))) return false;
  registers_ = bytes;
  return true;
}

}  // namespace faultline::store
