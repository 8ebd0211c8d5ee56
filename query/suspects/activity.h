// What services did in a window: lines by signature, spans by operation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "query/query_control.h"
#include "query/scan.h"
#include "query/suspects/span_times.h"
#include "store/store.h"

namespace faultline::query {

// Spans read of a window; of more, whole traces are taken by a hash.
inline constexpr int64_t kMaxWindowSpans = 200'000;

// Codes of names, shared by the windows that are compared. 0 is the empty name.
class NameCodes {
 public:
  uint32_t CodeOf(std::string_view name);
  const std::string& name(uint32_t code) const { return names_[code]; }
  size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_ = {""};
  absl::flat_hash_map<std::string, uint32_t> codes_;
};

struct LineKey {
  uint32_t service = 0;
  uint64_t signature = 0;
  bool operator==(const LineKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const LineKey& key) {
    return H::combine(std::move(h), key.service, key.signature);
  }
};

struct LineCount {
  int64_t lines = 0;
  uint8_t severity = 0;   // the highest seen; OTel number, 0 not stated
  bool failures = false;  // they count as failures
};

struct Activity {
  absl::flat_hash_map<LineKey, LineCount> lines;
  std::vector<Span> spans;
  int64_t events = 0;  // lines and spans
  int64_t traces = 0;  // distinct, of spans
  bool sampled = false;
  ScanResult scan;
};

// Errors: `control`'s and the store's.
absl::StatusOr<Activity> ReadActivity(const store::View& view, const store::TimeRange& range, NameCodes& services,
                                      NameCodes& operations, const QueryControl& control);

}  // namespace faultline::query
