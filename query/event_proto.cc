#include "query/event_proto.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "base/varint.h"
#include "query/event_notice.h"

namespace faultline::query {
namespace {

using store::Dimension;

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01
constexpr int64_t kEndSecond = 253'402'300'800;    // 10000-01-01

void FillTimes(const store::Event& from, v1::Event& to) {
  *to.mutable_time() = ToTimestamp(from.time_us);
  if (from.claimed_time_us != 0) *to.mutable_claimed_time() = ToTimestamp(from.claimed_time_us);
  if (from.received_time_us != 0) *to.mutable_received_time() = ToTimestamp(from.received_time_us);
  if (from.ingested_time_us != 0) *to.mutable_ingested_time() = ToTimestamp(from.ingested_time_us);
}

void FillDimensions(const store::Event& from, v1::Event& to) {
  const auto text = [&from](Dimension dimension) { return std::string(from.dimension(dimension)); };
  to.set_service(text(Dimension::kService));
  to.set_service_version(text(Dimension::kServiceVersion));
  to.set_environment(text(Dimension::kEnvironment));
  to.set_region(text(Dimension::kRegion));
  to.set_host(text(Dimension::kHost));
  to.set_os(text(Dimension::kOs));
  to.set_app_version(text(Dimension::kAppVersion));
  to.set_carrier(text(Dimension::kCarrier));
  to.set_endpoint(text(Dimension::kEndpoint));
  to.set_logger(text(Dimension::kLogger));
  to.set_error_code(text(Dimension::kErrorCode));
  to.set_exception_type(text(Dimension::kExceptionType));
  to.set_severity_text(text(Dimension::kSeverityText));
  to.set_rule(text(Dimension::kRule));
  to.set_format(text(Dimension::kFormat));
  to.set_source(text(Dimension::kSource));
}

void FillIds(const store::Event& from, v1::Event& to) {
  for (int i = 0; i < store::kIdKinds; ++i) {
    const std::string_view id = from.id(static_cast<store::IdKind>(i));
    if (id.empty()) continue;
    auto* typed = to.add_ids();
    typed->set_kind(static_cast<v1::IdKind>(i + 1));
    typed->set_value(std::string(id));
  }
}

void FillAttributes(std::string_view from, v1::Event& to) {
  std::string_view key, value;
  while (ReadString(from, key) && ReadString(from, value)) {
    (*to.mutable_attributes())[std::string(key)] = std::string(value);
  }
}

}  // namespace

google::protobuf::Timestamp ToTimestamp(int64_t time_us) {
  google::protobuf::Timestamp timestamp;
  int64_t seconds = time_us / kMicros, micros = time_us % kMicros;
  if (micros < 0) {
    --seconds;
    micros += kMicros;
  }
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(micros * 1000));
  return timestamp;
}

absl::StatusOr<int64_t> FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  if (timestamp.seconds() < kFirstSecond || timestamp.seconds() >= kEndSecond || timestamp.nanos() < 0 ||
      timestamp.nanos() > 999'999'999) {
    return absl::InvalidArgumentError("no time between the years 1 and 9999");
  }
  return timestamp.seconds() * kMicros + timestamp.nanos() / 1000;
}

void FillEvent(const store::OwnedEvent& from, v1::EventView view, v1::Event& to) {
  const store::Event& event = from.event;
  to.set_id(absl::StrCat(from.sequence));
  FillTimes(event, to);
  to.set_side(std::string(store::SideName(event.side)));
  to.set_outcome(event.outcome == store::Outcome::kSuccess ? v1::OUTCOME_SUCCESS : v1::OUTCOME_FAILURE);
  to.set_severity_number(event.severity);
  if (event.signature != 0) to.set_signature(store::FormatSignature(event.signature));
  to.set_message(std::string(event.message));
  FillDimensions(event, to);
  to.set_exception_message(std::string(event.exception_message));
  FillIds(event, to);
  for (size_t bit = 0; bit < kNoticeNames.size(); ++bit) {
    if ((event.flags >> bit & 1) != 0) to.add_notices(std::string(kNoticeNames[bit]));
  }
  if (view != v1::EVENT_VIEW_FULL) return;
  to.set_stacktrace(std::string(event.stacktrace));
  FillAttributes(event.attributes, to);
}

std::string Why(const store::SignatureDefinition& definition) {
  std::string from = "its message with the variable parts masked";
  if (definition.origin == "rule") from = absl::StrCat("the fingerprint of rule ", definition.rule);
  if (definition.origin == "exception") from = "its exception type and the top frames of the application";
  if (definition.origin == "split") {
    return absl::StrCat("made by a decision of people: ", absl::StrJoin(definition.parts, " where "));
  }
  const std::string hole(1, store::kTemplateHole);
  const std::string parts = absl::StrReplaceAll(absl::StrJoin(definition.parts, " | "), {{hole, "<*>"}});
  return absl::StrCat("made from ", from, "; hashed were, in order: ", parts);
}

absl::StatusOr<std::string> Why(const store::Event& event, const store::Store& store) {
  if (event.signature == 0) return std::string("no signature: the record is no error");
  const std::string name = store::FormatSignature(event.signature);
  ASSIGN_OR_RETURN(const auto definition, store.FindSignature(event.signature));
  if (!definition) return absl::StrCat(name, ": its definition has not been sealed yet");
  std::string why = absl::StrCat(name, " was ", Why(*definition));
  if (!event.dimension(Dimension::kRule).empty() && definition->origin != "rule") {
    absl::StrAppend(&why, "; rule ", std::string(event.dimension(Dimension::kRule)), " won but gives no fingerprint");
  }
  return why;
}

}  // namespace faultline::query
