#include "deploy/server/loki_reads.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/build_version.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/server/json_text.h"
#include "deploy/server/loki_call.h"
#include "deploy/server/loki_counts.h"
#include "deploy/server/loki_json.h"
#include "deploy/server/loki_labels.h"
#include "deploy/server/loki_query.h"
#include "fmt/format.h"
#include "query/event_proto.h"

namespace faultline::deploy {
namespace {

using Service = v1::FailureQueryService::StubInterface;

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kHour = 3'600 * kSecond;
constexpr int kMaxValues = 1'000;
constexpr int kDefaultLines = 100;
constexpr int kMaxLines = 5'000;
constexpr int kMaxPatterns = 50;
constexpr int kMaxSteps = 10'000;

std::string List(const std::vector<std::string>& values) {
  std::string json = "[";
  for (const std::string& value : values) json += (json.size() > 1 ? "," : "") + JsonString(value);
  return json + "]";
}

absl::StatusOr<int64_t> TimeOf(const HttpForm& form, const char* name, int64_t fallback_us) {
  const std::string text = form.Get(name);
  if (text.empty()) return fallback_us;
  const std::optional<int64_t> time = ParseTime(text);
  if (!time) return absl::InvalidArgumentError(fmt::format("{}: \"{}\" is no time", name, text.substr(0, 60)));
  return *time;
}

// "15", "15.5" and "15s". 0 for none.
absl::StatusOr<int64_t> StepOf(const HttpForm& form) {
  const std::string text = form.Get("step");
  if (text.empty()) return 0;
  const bool plain = text.find_first_not_of("0123456789.") == std::string::npos;
  return ParseLokiDuration(plain ? text + "s" : text);
}

void SetRange(int64_t start_us, int64_t end_us, v1::TimeRange& range) {
  *range.mutable_start() = query::ToTimestamp(start_us);
  *range.mutable_end() = query::ToTimestamp(end_us);
}

}  // namespace

absl::StatusOr<LokiReads::Window> LokiReads::ReadWindow(const HttpForm& form) const {
  Window window;
  ASSIGN_OR_RETURN(window.end_us, TimeOf(form, "end", NowMicros()));
  ASSIGN_OR_RETURN(window.start_us, TimeOf(form, "start", window.end_us - kHour));
  if (window.start_us > window.end_us) return absl::InvalidArgumentError("end is before start");
  ASSIGN_OR_RETURN(const int64_t step, StepOf(form));
  const int64_t seconds = (window.end_us - window.start_us) / kSecond;
  window.step_seconds = step > 0 ? step : std::max<int64_t>(1, seconds / 250);
  if (seconds / window.step_seconds > kMaxSteps) return absl::InvalidArgumentError("step: more than 10000 points");
  return window;
}

absl::StatusOr<std::string> LokiReads::FilterOf(const HttpForm& form, const char* name) const {
  const std::string text = form.Get(name);
  if (text.empty() || text == "{}") return std::string();
  ASSIGN_OR_RETURN(const LokiQuery query, ParseLokiQuery(text));
  return query.filter;
}

absl::StatusOr<std::string> LokiReads::Query(const HttpForm& form) {
  ASSIGN_OR_RETURN(const LokiQuery query, ParseLokiQuery(form.Get("query")));
  ASSIGN_OR_RETURN(const int64_t time_us, TimeOf(form, "time", NowMicros()));
  if (query.kind == LokiQuery::Kind::kConstant) return LokiVector({{{}, query.constant}}, time_us);
  if (query.kind == LokiQuery::Kind::kLog) {
    return absl::InvalidArgumentError("log queries are not supported as an instant query type: ask a range");
  }
  const int64_t second = time_us / kSecond;
  ASSIGN_OR_RETURN(const auto series, LokiCounts(service_, query, {second, second, query.range_seconds}));
  std::map<LokiLabels, double> values;
  for (const auto& [labels, points] : series) {
    if (!points.empty() && points[0] != 0) values[labels] = points[0];
  }
  return LokiVector(values, time_us);
}

absl::StatusOr<std::string> LokiReads::QueryRange(const HttpForm& form) {
  ASSIGN_OR_RETURN(const LokiQuery query, ParseLokiQuery(form.Get("query")));
  ASSIGN_OR_RETURN(const Window window, ReadWindow(form));
  if (query.kind == LokiQuery::Kind::kLog) return Lines(query.filter, window, form);
  const LokiGrid grid{window.start_us / kSecond, window.end_us / kSecond, window.step_seconds};
  if (query.kind == LokiQuery::Kind::kConstant) {
    const auto points = static_cast<size_t>((grid.end - grid.start) / grid.step + 1);
    return LokiMatrix({{{}, std::vector<double>(points, query.constant)}}, grid);
  }
  ASSIGN_OR_RETURN(const auto series, LokiCounts(service_, query, grid));
  return LokiMatrix(series, grid);
}

absl::StatusOr<std::string> LokiReads::Lines(const std::string& filter, const Window& window, const HttpForm& form) {
  int limit = kDefaultLines;
  if (const std::string text = form.Get("limit"); !text.empty()) {
    limit = text.size() > 6 || text.find_first_not_of("0123456789") != text.npos ? 0 : std::stoi(text);
    if (limit < 1) return absl::InvalidArgumentError("limit: write a number from 1 to 5000");
  }
  limit = std::min(limit, kMaxLines);
  std::vector<v1::Event> events;
  v1::SearchEventsRequest request;
  SetRange(window.start_us, window.end_us, *request.mutable_range());
  request.set_filter(filter);
  request.set_ascending(form.Get("direction") == "forward" || form.Get("direction") == "FORWARD");
  do {
    request.set_page_size(std::min(1'000, limit - static_cast<int>(events.size())));
    v1::SearchEventsResponse response;
    RETURN_IF_ERROR(CallService(service_, &Service::SearchEvents, request, response));
    for (v1::Event& event : *response.mutable_events()) events.push_back(std::move(event));
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && static_cast<int>(events.size()) < limit);
  return LokiStreams(events);
}

absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> LokiReads::CountBy(const std::string& label,
                                                                                const std::string& filter,
                                                                                const Window& window) {
  const std::string_view field = LokiField(label);
  if (field.empty()) return absl::NotFoundError(fmt::format("there is no label {}", label.substr(0, 100)));
  v1::CountEventsRequest request;
  SetRange(window.start_us, window.end_us, *request.mutable_range());
  request.set_filter(filter);
  request.set_by(std::string(field));
  request.set_limit(kMaxValues);
  v1::CountEventsResponse response;
  RETURN_IF_ERROR(CallService(service_, &Service::CountEvents, request, response));
  std::map<std::string, int64_t> counts;
  for (const v1::CountRow& row : response.rows()) {
    if (row.other() || row.value().empty()) continue;
    counts[field == "severity" ? LokiLevel(row.value()) : row.value()] += row.count();
  }
  std::vector<std::pair<std::string, int64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

absl::StatusOr<std::string> LokiReads::Values(const std::string& label, const HttpForm& form) {
  ASSIGN_OR_RETURN(const Window window, ReadWindow(form));
  ASSIGN_OR_RETURN(const std::string filter, FilterOf(form, "query"));
  ASSIGN_OR_RETURN(const auto counts, CountBy(label, filter, window));
  std::vector<std::string> values;
  values.reserve(counts.size());
  for (const auto& [value, count] : counts) values.push_back(value);
  std::sort(values.begin(), values.end());
  return LokiSuccess(List(values));
}

absl::StatusOr<std::string> LokiReads::Series(const HttpForm& form) {
  ASSIGN_OR_RETURN(const Window window, ReadWindow(form));
  std::vector<std::string> selectors;
  for (const char* name : {"match[]", "match"}) {
    for (auto [at, end] = form.All(name); at != end; ++at) selectors.push_back(at->second);
  }
  if (selectors.empty()) selectors.emplace_back("{}");
  std::set<LokiLabels> series;
  for (const std::string& selector : selectors) {
    LokiQuery query;
    ASSIGN_OR_RETURN(query, ParseLokiQuery(selector));
    query.by = {"service", "side"};
    query.summed = true;
    query.range_seconds = std::max<int64_t>(1, (window.end_us - window.start_us) / kSecond);
    const int64_t end = window.end_us / kSecond + 1;
    ASSIGN_OR_RETURN(const auto counts, LokiCounts(service_, query, {end, end, query.range_seconds}));
    for (const auto& [labels, points] : counts) {
      if (!points.empty() && points[0] > 0) series.insert(labels);
    }
  }
  std::string list;
  for (const LokiLabels& labels : series) list += (list.empty() ? "" : ",") + LokiLabelsJson(labels);
  return LokiSuccess("[" + list + "]");
}

absl::StatusOr<std::string> LokiReads::Stats(const HttpForm& form) {
  ASSIGN_OR_RETURN(const Window window, ReadWindow(form));
  ASSIGN_OR_RETURN(const std::string filter, FilterOf(form, "query"));
  ASSIGN_OR_RETURN(const auto services, CountBy("service", filter, window));
  v1::CountEventsRequest request;
  SetRange(window.start_us, window.end_us, *request.mutable_range());
  request.set_filter(filter);
  v1::CountEventsResponse all;
  RETURN_IF_ERROR(CallService(service_, &Service::CountEvents, request, all));
  v1::GetStatusResponse status;
  RETURN_IF_ERROR(CallService(service_, &Service::GetStatus, v1::GetStatusRequest(), status));
  const double events = std::max<double>(1, static_cast<double>(status.store().events()));
  const double bytes = static_cast<double>(status.store().disk_bytes()) / events * static_cast<double>(all.total());
  return fmt::format(R"({{"streams":{},"chunks":{},"entries":{},"bytes":{}}})", services.size(),
                     status.store().segments(), all.total(), static_cast<int64_t>(bytes));
}

absl::StatusOr<std::string> LokiReads::Volume(const HttpForm& form) {
  ASSIGN_OR_RETURN(const Window window, ReadWindow(form));
  ASSIGN_OR_RETURN(const std::string filter, FilterOf(form, "query"));
  ASSIGN_OR_RETURN(const auto services, CountBy("service", filter, window));
  std::map<LokiLabels, double> values;
  for (const auto& [service, count] : services) values[{{"service", service}}] = static_cast<double>(count);
  return LokiVector(values, window.end_us);
}

absl::StatusOr<std::string> LokiReads::DetectedLabels(const HttpForm& form) {
  ASSIGN_OR_RETURN(const Window window, ReadWindow(form));
  ASSIGN_OR_RETURN(const std::string filter, FilterOf(form, "query"));
  std::string list;
  for (const std::string& label : LokiLabelNames()) {
    ASSIGN_OR_RETURN(const auto values, CountBy(label, filter, window));
    if (values.empty()) continue;
    list +=
        fmt::format(R"({}{{"label":{},"cardinality":{}}})", list.empty() ? "" : ",", JsonString(label), values.size());
  }
  return fmt::format(R"({{"detectedLabels":[{}]}})", list);
}

absl::StatusOr<std::string> LokiReads::Patterns(const HttpForm& form) {
  ASSIGN_OR_RETURN(const Window window, ReadWindow(form));
  ASSIGN_OR_RETURN(const std::string filter, FilterOf(form, "query"));
  v1::ListSignaturesRequest request;
  SetRange(window.start_us, window.end_us, *request.mutable_range());
  request.set_filter(filter);
  request.set_page_size(kMaxPatterns);
  v1::ListSignaturesResponse signatures;
  RETURN_IF_ERROR(CallService(service_, &Service::ListSignatures, request, signatures));
  v1::CountEventsRequest count;
  *count.mutable_range() = request.range();
  count.set_filter(filter);
  count.set_by("signature");
  count.set_limit(kMaxPatterns * 2);
  count.mutable_step()->set_seconds(window.step_seconds);
  v1::CountEventsResponse counts;
  RETURN_IF_ERROR(CallService(service_, &Service::CountEvents, count, counts));
  std::map<std::string, std::string> samples;
  for (const v1::CountRow& row : counts.rows()) {
    std::string& list = samples[row.value()];
    for (int i = 0; i < row.counts_size(); ++i) {
      if (row.counts(i) == 0) continue;
      list += fmt::format("{}[{},{}]", list.empty() ? "" : ",", counts.bucket_starts(i).seconds(), row.counts(i));
    }
  }
  std::string data;
  for (const v1::Signature& one : signatures.signatures()) {
    const std::string& pattern = one.title().empty() ? one.exemplar() : one.title();
    data += fmt::format(R"({}{{"pattern":{},"samples":[{}]}})", data.empty() ? "" : ",", JsonString(pattern),
                        samples[one.signature()]);
  }
  return LokiSuccess("[" + data + "]");
}

absl::StatusOr<std::string> LokiReads::Answer(std::string_view path, const HttpForm& form) {
  using Method = absl::StatusOr<std::string> (LokiReads::*)(const HttpForm&);
  static const std::map<std::string_view, Method> methods{
      {"query", &LokiReads::Query},         {"query_range", &LokiReads::QueryRange},
      {"series", &LokiReads::Series},       {"index/stats", &LokiReads::Stats},
      {"index/volume", &LokiReads::Volume}, {"detected_labels", &LokiReads::DetectedLabels},
      {"patterns", &LokiReads::Patterns}};
  if (const auto found = methods.find(path); found != methods.end()) return (this->*found->second)(form);
  if (path == "labels" || path == "label") return LokiSuccess(List(LokiLabelNames()));
  if (path == "detected_fields") return std::string(R"({"fields":[],"limit":1000})");
  if (path == "status/buildinfo") {
    return fmt::format(R"({{"version":"3.0.0","revision":{},"branch":"faultline {}"}})", JsonString(BuildCommit()),
                       Version());
  }
  if (path.starts_with("label/") && path.ends_with("/values")) {
    return Values(std::string(path.substr(6, path.size() - 6 - 7)), form);
  }
  return absl::NotFoundError("not one of the reads of Loki's API that are answered here; docs/grafana.md lists them");
}

}  // namespace faultline::deploy
