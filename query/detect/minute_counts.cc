#include "query/detect/minute_counts.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "query/failure_state.h"
#include "query/minute.h"
#include "query/natural_order.h"
#include "query/segment_scanner.h"

namespace faultline::query {
namespace {

using store::Dimension;

class Counter {
 public:
  explicit Counter(const QueryControl& control) : control_(control) {}

  void AddAttempts(std::span<const store::AttemptsCell> cells) {
    for (const store::AttemptsCell& cell : cells) {
      for (size_t d = 0; d < store::kDimensions; ++d) {
        if (cell.dimensions[d].empty()) continue;
        const auto dimension = static_cast<Dimension>(d);
        stated_ |= store::DimensionColumn(dimension);
        attempts_[WatchedKey{0, 0, dimension, cell.dimensions[d]}][cell.minute] += cell.count;
      }
    }
  }

  absl::Status Add(const store::Segment& segment, const store::TimeRange& range) {
    const uint32_t columns = store::kStateColumns | store::kSignatureColumn | stated_ |
                             store::DimensionColumn(Dimension::kServiceVersion) |
                             store::DimensionColumn(Dimension::kAppVersion);
    const Filter everything;
    ASSIGN_OR_RETURN(SegmentScanner scanner, SegmentScanner::Open(segment, everything, columns));
    for (size_t d = 0; d < store::kDimensions; ++d) {
      ASSIGN_OR_RETURN(dictionaries_[d], segment.dictionary(static_cast<Dimension>(d)));
      failures_of_code_[d].clear();
    }
    ASSIGN_OR_RETURN(signatures_, segment.signatures());
    for (uint32_t chunk = 0; chunk < scanner.chunk_count() && !counts_.scan.budget_exceeded; ++chunk) {
      ASSIGN_OR_RETURN(const auto hits, scanner.ScanChunk(chunk, range, control_, counts_.scan));
      for (const uint32_t at : hits) AddEvent(scanner.columns(), at);
    }
    TakeFailuresOfCodes();
    return absl::OkStatus();
  }

  void AddPairs(const std::vector<PairMinute>& pairs) {
    for (const PairMinute& pair : pairs) {
      counts_.series[WatchedKey{pair.client, pair.server, Dimension{}, ""}].push_back({pair.minute, pair.units, 0, 0});
    }
  }

  MinuteCounts Finish() && {
    for (auto& [signature, minutes] : by_signature_) {
      auto& series = counts_.series[WatchedKey{signature, 0, Dimension{}, ""}];
      for (const auto& [minute, tally] : minutes) series.push_back({minute, tally.count, 0, tally.version});
    }
    for (auto& [key, minutes] : attempts_) {
      auto& series = counts_.series[key];
      const auto failures = failures_.find(key);
      for (const auto& [minute, attempts] : minutes) {
        int64_t count = 0;
        if (failures != failures_.end()) {
          const auto found = failures->second.find(minute);
          if (found != failures->second.end()) count = found->second;
        }
        if (count > attempts && attempts > 0) ++counts_.overfull;
        series.push_back({minute, count, attempts > 0 ? std::max(attempts, count) : 0, 0});
      }
    }
    return std::move(counts_);
  }

 private:
  struct Tally {
    int64_t count = 0;
    uint32_t version = 0;
  };

  std::string_view Value(const store::Columns& columns, Dimension dimension, uint32_t at) const {
    const auto d = static_cast<size_t>(dimension);
    const size_t code = columns.dimensions[d][at];
    return code < dictionaries_[d]->size() ? std::string_view((*dictionaries_[d])[code]) : std::string_view();
  }

  void AddEvent(const store::Columns& columns, uint32_t at) {
    if (!IsFailure(columns, at) || columns.signature[at] >= signatures_->size()) return;
    const int64_t minute = MinuteOf(columns.time_us[at]);
    if (const uint64_t signature = (*signatures_)[columns.signature[at]]; signature != 0) {
      std::string_view version = Value(columns, Dimension::kServiceVersion, at);
      if (version.empty()) version = Value(columns, Dimension::kAppVersion, at);
      Tally& tally = by_signature_[signature][minute];
      ++tally.count;
      tally.version = Newer(tally.version, CodeOf(version));
    }
    for (size_t d = 0; d < store::kDimensions; ++d) {
      if ((stated_ & store::DimensionColumn(static_cast<Dimension>(d))) == 0) continue;
      ++failures_of_code_[d][{columns.dimensions[d][at], minute}];
    }
  }

  // Codes are a segment's own; their values are not.
  void TakeFailuresOfCodes() {
    for (size_t d = 0; d < store::kDimensions; ++d) {
      for (const auto& [at, count] : failures_of_code_[d]) {
        if (at.first >= dictionaries_[d]->size()) continue;
        const std::string_view value = (*dictionaries_[d])[at.first];
        if (value.empty()) continue;
        failures_[WatchedKey{0, 0, static_cast<Dimension>(d), std::string(value)}][at.second] += count;
      }
    }
  }

  uint32_t Newer(uint32_t a, uint32_t b) const {
    if (a == b || b == 0) return a;
    return a != 0 && CompareNatural(counts_.versions[a], counts_.versions[b]) >= 0 ? a : b;
  }

  uint32_t CodeOf(std::string_view version) {
    if (version.empty()) return 0;
    const auto [found, is_new] =
        version_codes_.try_emplace(std::string(version), static_cast<uint32_t>(counts_.versions.size()));
    if (is_new) counts_.versions.emplace_back(version);
    return found->second;
  }

  const QueryControl& control_;
  MinuteCounts counts_;
  uint32_t stated_ = 0;  // columns of the dimensions that attempts state
  std::map<WatchedKey, std::map<int64_t, int64_t>> attempts_, failures_;  // by minute
  absl::flat_hash_map<uint64_t, std::map<int64_t, Tally>> by_signature_;
  std::array<absl::flat_hash_map<std::pair<uint32_t, int64_t>, int64_t>, store::kDimensions> failures_of_code_;
  std::array<std::shared_ptr<const store::Segment::Dictionary>, store::kDimensions> dictionaries_;
  std::shared_ptr<const std::vector<uint64_t>> signatures_;
  absl::flat_hash_map<std::string, uint32_t> version_codes_;
};

}  // namespace

absl::StatusOr<MinuteCounts> CountMinutes(const store::Store& store, const store::View& view, Correlator& correlator,
                                          int64_t first, int64_t end, const QueryControl& control) {
  Counter counter(control);
  ASSIGN_OR_RETURN(const auto cells, store.ReadAttempts(first, end));
  counter.AddAttempts(cells);
  const store::TimeRange range{first * kMinuteMicros, end * kMinuteMicros};
  for (const auto& segment : view.segments) {
    RETURN_IF_ERROR(control.Check());
    if (segment->size() > 0 && Overlaps(*segment, range)) RETURN_IF_ERROR(counter.Add(*segment, range));
  }
  ASSIGN_OR_RETURN(const auto pairs, correlator.CountPairMinutes(range, control));
  counter.AddPairs(pairs);
  return std::move(counter).Finish();
}

}  // namespace faultline::query
