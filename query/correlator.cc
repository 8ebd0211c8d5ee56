// A question goes through these steps: bring the graph up to date, select the
// failures of both sides, lay out the cells that chance is computed in, count,
// judge, and write the answer. Only the last needs no graph, and reads the store
// for texts without holding others up.
#include "query/correlator.h"

#include <algorithm>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "query/attempts_cache.h"
#include "query/cell_table.h"
#include "query/completeness.h"
#include "query/contradiction_answer.h"
#include "query/contradictions.h"
#include "query/correlation_answer.h"
#include "query/coverage.h"
#include "query/coverage_answer.h"
#include "query/failure_selection.h"
#include "query/graph_keeper.h"
#include "query/minute.h"
#include "query/pair_ranking.h"
#include "query/pair_table.h"
#include "query/server_side.h"
#include "query/shared_dimension.h"
#include "query/signature_list.h"

namespace faultline::query {
namespace {

int64_t Shifted(int64_t time_us, int64_t by) {
  if (time_us == INT64_MIN || time_us == INT64_MAX) return time_us;
  int64_t sum = 0;
  if (__builtin_add_overflow(time_us, by, &sum)) return by < 0 ? INT64_MIN : INT64_MAX;
  return sum;
}

class GraphCorrelator : public Correlator {
 public:
  GraphCorrelator(const CorrelatorOptions& options, const store::Store& store)
      : store_(store),
        link_window_us_(std::clamp<int64_t>(options.link_window_seconds, 0, INT64_MAX / 2'000'000) * 1'000'000),
        keeper_(GraphBounds{static_cast<uint32_t>(std::max(1, options.max_events_per_id)), link_window_us_,
                            std::clamp<int64_t>(options.max_graph_events, 1, INT32_MAX)}),
        attempts_(store) {}

  absl::StatusOr<v1::CorrelateResponse> Correlate(const Question& question, const QueryControl& control) override {
    const auto view = store_.view();
    CorrelationAnswer answer;
    *answer.response().mutable_completeness() = CompletenessOf(*view);
    RETURN_IF_ERROR(CountPairsOf(question, *view, control, answer));
    RETURN_IF_ERROR(answer.ReadTexts(store_, *view, control));
    return std::move(answer.response());
  }

  absl::StatusOr<v1::ListSignaturesResponse> ListSignatures(const store::TimeRange& range, const Filter& filter,
                                                            const QueryControl& control) override {
    const auto view = store_.view();
    SignatureList list;
    *list.response().mutable_completeness() = CompletenessOf(*view);
    RETURN_IF_ERROR(CountSignaturesOf(range, filter, *view, control, list));
    RETURN_IF_ERROR(list.ReadTexts(store_, *view, control));
    return std::move(list.response());
  }

  absl::StatusOr<v1::GetCoverageResponse> Cover(const CoverageQuestion& question,
                                                const QueryControl& control) override {
    const auto view = store_.view();
    CoverageAnswer answer;
    *answer.response().mutable_completeness() = CompletenessOf(*view);
    RETURN_IF_ERROR(CountCoverageOf(question, *view, control, answer));
    RETURN_IF_ERROR(answer.ReadTexts(*view, control));
    return std::move(answer.response());
  }

  absl::StatusOr<v1::GetContradictionsResponse> Contradict(const ContradictionQuestion& question,
                                                           const QueryControl& control) override {
    const auto view = store_.view();
    ContradictionAnswer answer;
    *answer.response().mutable_completeness() = CompletenessOf(*view);
    RETURN_IF_ERROR(FindContradictionsOf(question, *view, control, answer));
    RETURN_IF_ERROR(answer.AddRows(store_, *view, question.range, question.limit, control));
    return std::move(answer.response());
  }

  absl::StatusOr<std::vector<PairMinute>> CountPairMinutes(const store::TimeRange& range,
                                                           const QueryControl& control) override {
    const auto view = store_.view();
    const MutexLock lock(mu_);
    v1::Completeness completeness;
    ASSIGN_OR_RETURN(const UnitGraph* const graph, Refresh(*view, range, control, completeness));
    return query::CountPairMinutes(*graph, range, control);
  }

  int64_t graph_events() const override { return graph_events_.load(std::memory_order_relaxed); }

 private:
  absl::Status CountPairsOf(const Question& question, const store::View& view, const QueryControl& control,
                            CorrelationAnswer& answer) ABSL_LOCKS_EXCLUDED(mu_) {
    const MutexLock lock(mu_);
    ASSIGN_OR_RETURN(const UnitGraph* const graph,
                     Refresh(view, question.range, control, *answer.response().mutable_completeness()));
    ScanResult scan;
    ASSIGN_OR_RETURN(const auto clients, FailureSelection::Make(*graph, view, store::Side::kClient, question.range,
                                                                question.client_filter, control, scan));
    ASSIGN_OR_RETURN(ServerSide* const servers, ServersOf(question, *graph, view, control, scan));
    AddScan(scan, *answer.response().mutable_completeness());
    ASSIGN_OR_RETURN(const auto attempts, ReadAttempts(view, servers->minutes));
    const CellTable& cells = servers->cells;
    ASSIGN_OR_RETURN(const PairTable table,
                     CountPairs(*graph, cells, clients, servers->failures, servers->tallies, room_, control));
    if (table.cut) {
      AddPartialReason(absl::StrCat("only the first ", kMaxPairs, " pairs were looked at; narrow the filters"),
                       *answer.response().mutable_completeness());
    }
    ASSIGN_OR_RETURN(const SideTotals server_totals, ServerTotals(question, *servers, *graph, control));
    Ranking ranking = RankPairs(table, *graph);
    SharedDimensionCheck check(*graph, view, clients, servers->failures, attempts, cells.by_region, control);
    RETURN_IF_ERROR(check.Check(table, ranking));
    answer.AddPairs(*graph, table, ranking, cells, question.all_pairs);
    answer.AddTotals(server_totals, table, ranking, cells);
    answer.AddCrowdedIds(*graph, Around(question.range));
    return absl::OkStatus();
  }

  absl::Status CountSignaturesOf(const store::TimeRange& range, const Filter& filter, const store::View& view,
                                 const QueryControl& control, SignatureList& list) ABSL_LOCKS_EXCLUDED(mu_) {
    const MutexLock lock(mu_);
    v1::Completeness& completeness = *list.response().mutable_completeness();
    ASSIGN_OR_RETURN(const UnitGraph* const graph, Refresh(view, range, control, completeness));
    ScanResult scan;
    ASSIGN_OR_RETURN(const auto failures,
                     FailureSelection::Make(*graph, view, std::nullopt, range, filter, control, scan));
    AddScan(scan, completeness);
    return list.Count(*graph, failures, room_.of_signature, control);
  }

  absl::Status CountCoverageOf(const CoverageQuestion& question, const store::View& view, const QueryControl& control,
                               CoverageAnswer& answer) ABSL_LOCKS_EXCLUDED(mu_) {
    const MutexLock lock(mu_);
    v1::Completeness& completeness = *answer.response().mutable_completeness();
    ASSIGN_OR_RETURN(const UnitGraph* const graph, Refresh(view, question.range, control, completeness));
    ScanResult scan;
    ASSIGN_OR_RETURN(const auto failures, FailureSelection::Make(*graph, view, question.side, question.range,
                                                                 question.filter, control, scan));
    AddScan(scan, completeness);
    const CoverageTimes times{question.range, Shifted(question.read_us, -link_window_us_),
                              Shifted(question.kept_from_us, link_window_us_)};
    ASSIGN_OR_RETURN(const Coverage coverage,
                     CountCoverage(*graph, question.side, failures, times, room_.of_signature, control));
    answer.AddCounts(*graph, coverage, question.side, times);
    answer.AddCrowdedIds(*graph, Around(question.range));
    return absl::OkStatus();
  }

  absl::Status FindContradictionsOf(const ContradictionQuestion& question, const store::View& view,
                                    const QueryControl& control, ContradictionAnswer& answer) ABSL_LOCKS_EXCLUDED(mu_) {
    const MutexLock lock(mu_);
    v1::Completeness& completeness = *answer.response().mutable_completeness();
    ASSIGN_OR_RETURN(const UnitGraph* const graph, Refresh(view, question.range, control, completeness));
    ScanResult scan;
    ASSIGN_OR_RETURN(const auto clients, FailureSelection::Make(*graph, view, store::Side::kClient, question.range,
                                                                question.client_filter, control, scan));
    ASSIGN_OR_RETURN(const auto servers, FailureSelection::Make(*graph, view, store::Side::kServer, question.range,
                                                                question.server_filter, control, scan));
    AddScan(scan, completeness);
    ASSIGN_OR_RETURN(const Contradictions found, FindContradictions(*graph, clients, servers, question.range, control));
    answer.AddUnits(*graph, found);
    return absl::OkStatus();
  }

  absl::StatusOr<const UnitGraph*> Refresh(const store::View& view, const store::TimeRange& range,
                                           const QueryControl& control, v1::Completeness& completeness)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    ASSIGN_OR_RETURN(const GraphKeeper::Answer answer, keeper_.Refresh(view, range, control));
    graph_events_.store(keeper_.kept_events(), std::memory_order_relaxed);
    graph_version_ = answer.version;
    if (!answer.partial_reason.empty()) AddPartialReason(answer.partial_reason, completeness);
    return answer.graph;
  }

  // Until the next call. Those of all servers are kept as long as graph, window and attempts stay the same.
  absl::StatusOr<ServerSide*> ServersOf(const Question& question, const UnitGraph& graph, const store::View& view,
                                        const QueryControl& control, ScanResult& scan)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    const bool all = question.server_filter.matches_everything();
    ServerSide::Key key{graph_version_, question.range.start_us, question.range.end_us, attempts_.version()};
    if (all && servers_ && servers_->key == key) {
      RETURN_IF_ERROR(ReadAttempts(view, servers_->minutes).status());
      if (attempts_.version() == key.attempts_version) return &*servers_;
    }
    servers_.reset();
    ServerSide side;
    side.minutes = MinutesOf(graph, question.range);
    ASSIGN_OR_RETURN(const auto attempts, ReadAttempts(view, side.minutes));
    side.cells = MakeCellTable(graph.strata(), graph.regions(), attempts, side.minutes);
    ASSIGN_OR_RETURN(side.failures, FailureSelection::Make(graph, view, store::Side::kServer, question.range,
                                                           question.server_filter, control, scan));
    key.attempts_version = attempts_.version();
    if (all) side.key = key;
    return &servers_.emplace(std::move(side));
  }

  absl::StatusOr<SideTotals> ServerTotals(const Question& question, ServerSide& servers, const UnitGraph& graph,
                                          const QueryControl& control) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (servers.totals) return *servers.totals;
    auto totals = question.server_filter.matches_everything()
                      ? CountSide(graph, store::Side::kServer, question.range, room_.of_signature, control)
                      : CountSelected(graph, servers.failures, room_.of_signature, control);
    if (totals.ok()) servers.totals = *totals;
    return totals;
  }

  store::TimeRange Around(const store::TimeRange& range) const {
    return {Shifted(range.start_us, -link_window_us_), Shifted(range.end_us, link_window_us_)};
  }

  // Of all units with an event in the range. One may have begun before, but not after.
  MinuteRange MinutesOf(const UnitGraph& graph, const store::TimeRange& range) const {
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (const Stratum& stratum : graph.strata()) {
      if (stratum.units == 0) continue;
      first = std::min(first, stratum.minute);
      last = std::max(last, stratum.minute);
    }
    first = std::max(first, Around(range).start_us / kMinuteMicros);
    last = std::min(last, range.end_us / kMinuteMicros);
    return {first, std::max(first, last == INT64_MIN ? last : last + 1)};
  }

  absl::StatusOr<std::span<const store::AttemptsCell>> ReadAttempts(const store::View& view, const MinuteRange& minutes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (minutes.first >= minutes.end) return std::span<const store::AttemptsCell>();
    return attempts_.Read(view, minutes.first, minutes.end);
  }

  const store::Store& store_;
  const int64_t link_window_us_;
  std::atomic<int64_t> graph_events_{0};
  Mutex mu_;
  GraphKeeper keeper_ ABSL_GUARDED_BY(mu_);
  AttemptsCache attempts_ ABSL_GUARDED_BY(mu_);
  PairRoom room_ ABSL_GUARDED_BY(mu_);
  uint64_t graph_version_ ABSL_GUARDED_BY(mu_) = 0;         // of the graph that was refreshed last
  std::optional<ServerSide> servers_ ABSL_GUARDED_BY(mu_);  // of the last question
};

}  // namespace

std::unique_ptr<Correlator> Correlator::Create(const CorrelatorOptions& options, const store::Store& store) {
  return std::make_unique<GraphCorrelator>(options, store);
}

}  // namespace faultline::query
