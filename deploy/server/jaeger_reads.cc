#include "deploy/server/jaeger_reads.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/server/json_text.h"
#include "deploy/server/loki_call.h"
#include "deploy/server/loki_labels.h"
#include "deploy/server/loki_pattern.h"
#include "fmt/format.h"
#include "query/event_proto.h"

namespace faultline::deploy {
namespace {

using Service = v1::FailureQueryService::StubInterface;

constexpr int kMaxNames = 1'000;
constexpr int kMaxTraces = 100;
constexpr int kDefaultTraces = 20;
constexpr int kMaxEvents = 1'000;  // looked at for traces
constexpr int64_t kHourUs = 3'600'000'000;

int64_t MicrosOf(const google::protobuf::Timestamp& time) { return time.seconds() * 1'000'000 + time.nanos() / 1'000; }

std::string Data(const std::string& list) { return fmt::format(R"({{"data":[{}],"errors":null}})", list); }

std::string Tag(std::string_view name, std::string_view value) {
  return fmt::format(R"({{"key":{},"type":"string","value":{}}})", JsonString(name), JsonString(value));
}

std::string Tags(const v1::Event& event) {
  std::string tags = R"({"key":"error","type":"bool","value":true})";
  if (event.outcome() == v1::OUTCOME_SUCCESS) tags = R"({"key":"error","type":"bool","value":false})";
  for (const auto& [name, value] : LokiLabelsOf(event)) {
    if (name != "service") tags += "," + Tag(name, value);
  }
  return tags;
}

// The operation that Jaeger shows: what failed, in few words.
std::string Operation(const v1::Event& event) {
  if (!event.endpoint().empty()) return event.endpoint();
  if (!event.exception_type().empty()) return event.exception_type();
  return event.side().empty() ? "failure" : event.side() + " failure";
}

std::string Span(const std::string& trace, const v1::Event& event, const std::string& process) {
  const int64_t at = MicrosOf(event.time());
  return fmt::format(
      R"({{"traceID":{0},"spanID":"{1:016x}","operationName":{2},"references":[{{"refType":"CHILD_OF","traceID":{0},"spanID":"{3:016x}"}}],)"
      R"("startTime":{4},"duration":1,"tags":[{5}],"logs":[{{"timestamp":{4},"fields":[{6}]}}],"processID":"{7}","warnings":null}})",
      JsonString(trace), std::stoull(event.id()) + 2, JsonString(Operation(event)), 1, at, Tags(event),
      Tag("message", event.message()), process);
}

std::string Root(const std::string& trace, int64_t start, int64_t end, const std::string& process) {
  return fmt::format(
      R"({{"traceID":{0},"spanID":"{1:016x}","operationName":"journey","references":[],"startTime":{2},"duration":{3},"tags":[],"logs":[],"processID":"{4}","warnings":null}})",
      JsonString(trace), 1, start, std::max<int64_t>(1, end - start), process);
}

std::string TraceJson(const std::string& id, const v1::GetJourneyResponse& journey) {
  std::map<std::string, std::string> processes;  // by service
  const auto process_of = [&processes](const std::string& service) {
    return processes.emplace(service, fmt::format("p{}", processes.size() + 1)).first->second;
  };
  int64_t start = MicrosOf(journey.events(0).time());
  int64_t end = start;
  std::string spans;
  for (const v1::Event& event : journey.events()) {
    start = std::min(start, MicrosOf(event.time()));
    end = std::max(end, MicrosOf(event.time()) + 1);
    spans += "," + Span(id, event, process_of(event.service().empty() ? "unknown" : event.service()));
  }
  spans = Root(id, start, end, process_of("journey")) + spans;
  std::string list;
  for (const auto& [service, process] : processes) {
    list +=
        fmt::format(R"({}"{}":{{"serviceName":{},"tags":[]}})", list.empty() ? "" : ",", process, JsonString(service));
  }
  return fmt::format(R"({{"traceID":{},"spans":[{}],"processes":{{{}}},"warnings":null}})", JsonString(id), spans,
                     list);
}

// The id that a record's journey is found by: its trace, else another exact one.
std::string JourneyId(const v1::Event& event) {
  std::string found;
  for (const v1::TypedId& id : event.ids()) {
    if (id.kind() == v1::ID_KIND_TRACE) return id.value();
    if (found.empty() && (id.kind() == v1::ID_KIND_REQUEST || id.kind() == v1::ID_KIND_MESSAGE)) found = id.value();
  }
  return found;
}

absl::StatusOr<int64_t> TimeOf(const HttpForm& form, const char* name, int64_t fallback_us) {
  const std::string text = form.Get(name);
  if (text.empty()) return fallback_us;
  const std::optional<int64_t> time = ParseTime(text);
  if (!time) return absl::InvalidArgumentError(fmt::format("{}: \"{}\" is no time", name, text.substr(0, 60)));
  return *time;
}

}  // namespace

absl::StatusOr<std::string> JaegerReads::Services() {
  v1::CountEventsRequest request;
  request.set_by("service");
  request.set_limit(kMaxNames);
  v1::CountEventsResponse response;
  RETURN_IF_ERROR(CallService(service_, &Service::CountEvents, request, response));
  std::set<std::string> names;
  for (const v1::CountRow& row : response.rows()) {
    if (!row.value().empty()) names.insert(row.value());
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + JsonString(name);
  return Data(list);
}

absl::StatusOr<std::string> JaegerReads::Operations(const std::string& service) {
  std::set<std::string> names;
  for (const char* field : {"endpoint", "exception"}) {
    v1::CountEventsRequest request;
    ASSIGN_OR_RETURN(*request.mutable_filter(), LabelRestriction("service", "=", service));
    request.set_by(field);
    request.set_limit(kMaxNames);
    v1::CountEventsResponse response;
    RETURN_IF_ERROR(CallService(service_, &Service::CountEvents, request, response));
    for (const v1::CountRow& row : response.rows()) {
      if (!row.value().empty()) names.insert(row.value());
    }
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + JsonString(name);
  return Data(list);
}

absl::StatusOr<std::string> JaegerReads::Trace(const std::string& id) {
  v1::GetJourneyRequest request;
  request.set_id(id);
  v1::GetJourneyResponse journey;
  RETURN_IF_ERROR(CallService(service_, &Service::GetJourney, request, journey));
  return journey.events().empty() ? std::string() : TraceJson(id, journey);
}

absl::StatusOr<std::string> JaegerReads::Traces(const HttpForm& form) {
  v1::SearchEventsRequest request;
  ASSIGN_OR_RETURN(const int64_t end_us, TimeOf(form, "end", NowMicros()));
  ASSIGN_OR_RETURN(const int64_t start_us, TimeOf(form, "start", end_us - kHourUs));
  if (start_us > end_us) return absl::InvalidArgumentError("end is before start");
  *request.mutable_range()->mutable_start() = query::ToTimestamp(start_us);
  *request.mutable_range()->mutable_end() = query::ToTimestamp(end_us);
  ASSIGN_OR_RETURN(*request.mutable_filter(), LabelRestriction("service", "=", form.Get("service")));
  if (const std::string operation = form.Get("operation"); !operation.empty() && operation != "all") {
    ASSIGN_OR_RETURN(const std::string endpoint, LabelRestriction("endpoint", "=", operation));
    ASSIGN_OR_RETURN(const std::string exception, LabelRestriction("exception", "=", operation));
    *request.mutable_filter() += " AND (" + endpoint + " OR " + exception + ")";
  }
  request.set_page_size(kMaxEvents);
  v1::SearchEventsResponse response;
  RETURN_IF_ERROR(CallService(service_, &Service::SearchEvents, request, response));
  const std::string limit_text = form.Get("limit");
  const bool number =
      !limit_text.empty() && limit_text.size() < 6 && limit_text.find_first_not_of("0123456789") == limit_text.npos;
  const size_t limit = number ? std::clamp(std::stoi(limit_text), 1, kMaxTraces) : kDefaultTraces;
  std::set<std::string> seen;
  std::string list;
  for (const v1::Event& event : response.events()) {
    const std::string id = JourneyId(event);
    if (id.empty() || !seen.insert(id).second) continue;
    ASSIGN_OR_RETURN(const std::string trace, Trace(id));
    if (!trace.empty()) list += (list.empty() ? "" : ",") + trace;
    if (seen.size() == limit) break;
  }
  return Data(list);
}

absl::StatusOr<std::string> JaegerReads::Answer(std::string_view path, const HttpForm& form) {
  if (path == "services") return Services();
  if (path == "traces") return Traces(form);
  if (path.starts_with("services/") && path.ends_with("/operations")) {
    return Operations(std::string(path.substr(9, path.size() - 9 - 11)));
  }
  if (path.starts_with("traces/")) {
    const std::string id(path.substr(7));
    ASSIGN_OR_RETURN(const std::string trace, Trace(id));
    if (trace.empty()) return absl::NotFoundError("trace not found: no record carries the id " + id.substr(0, 100));
    return Data(trace);
  }
  return absl::NotFoundError("not one of the reads of Jaeger's API that are answered here; docs/grafana.md lists them");
}

}  // namespace faultline::deploy
