#include "ingest/record_builder.h"

#include <optional>

#include "base/text.h"
#include "base/timestamp.h"
#include "ingest/side_names.h"
#include "ingest/trim.h"

namespace faultline::ingest {
namespace {

using store::Dimension;
using store::IdKind;

constexpr size_t kMaxPathBytes = 256;
constexpr size_t kMaxDeferred = 256;

// "projects/P/traces/HEX" -> "HEX"
std::string_view LastSegment(std::string_view id) {
  const size_t slash = id.rfind('/');
  return slash == std::string_view::npos ? id : id.substr(slash + 1);
}

// "1", "1.0", "100%": nothing is left out.
bool IsOne(std::string_view rate) {
  rate = Trim(rate);
  if (rate == "100%") return true;
  const size_t point = rate.find('.');
  return rate.substr(0, point) == "1" &&
         (point == std::string_view::npos || rate.find_first_not_of('0', point + 1) == std::string_view::npos);
}

}  // namespace

void RecordBuilder::Begin(LogRecord& record, Arena& arena) {
  auto attributes = std::move(record.attributes);
  attributes.clear();
  record = LogRecord();
  record.attributes = std::move(attributes);
  record_ = &record;
  arena_ = &arena;
  dialect_ = Dialect::kGeneric;
  fields_seen_ = 0;
  from_rsyslog_ = false;
  is_attempts_ = level_is_syslog_ = message_from_log_ = from_python_ = from_serilog_ = names_envelope_ = false;
  level_text_ = level_number_ = count_ = window_ = {};
  level_number_field_ = Field::kNone;
  deferred_.clear();
}

void RecordBuilder::AddAttribute(std::string_view path, std::string_view value, bool path_is_stable) {
  ++fields_seen_;
  path = CutUtf8(path, kMaxPathBytes);
  record_->attributes.emplace_back(path_is_stable ? path : arena_->Copy(path), value);
}

void RecordBuilder::DropDeepValue() { record_->flags |= store::kDepthExceeded; }

bool RecordBuilder::SetSlot(std::string_view& slot, std::string_view path, std::string_view value,
                            bool path_is_stable) {
  if (slot.empty()) {
    slot = value;
    return true;
  }
  if (slot != value) AddAttribute(path, value, path_is_stable);
  return false;
}

void RecordBuilder::SetTime(int64_t& slot, std::string_view path, std::string_view value, bool path_is_stable) {
  const std::optional<int64_t> time = ParseTime(value);
  if (time.has_value() && slot == 0) {
    slot = *time;
  } else if (!time.has_value() || *time != slot) {
    AddAttribute(path, value, path_is_stable);
  }
}

void RecordBuilder::Defer(Field field, std::string_view path, std::string_view value, ValueType type,
                          bool path_is_stable) {
  if (deferred_.size() >= kMaxDeferred) return AddAttribute(path, value, path_is_stable);
  path = CutUtf8(path, kMaxPathBytes);
  deferred_.push_back({field, path_is_stable ? path : arena_->Copy(path), value, type});
}

void RecordBuilder::SetField(Field field, std::string_view path, std::string_view value, ValueType type,
                             bool path_is_stable) {
  if (value.empty()) return;
  ++fields_seen_;
  if (field == Field::kNone) {
    AddAttribute(path, value, path_is_stable);
  } else if (IsId(field)) {
    std::string_view& slot = record_->ids[FieldIndex(field)];
    // A second user or device is not kept in the clear beside the hashed one.
    const bool personal = field >= IdField(IdKind::kUser);
    if (personal && !slot.empty()) return;
    SetSlot(slot, path, field == IdField(IdKind::kTrace) ? LastSegment(value) : value, path_is_stable);
  } else if (IsDimension(field)) {
    SetSlot(record_->dimensions[FieldIndex(field)], path, value, path_is_stable);
  } else if (IsWeakDimension(field)) {
    Defer(field, path, value, type, path_is_stable);
  } else {
    SetDecided(field, path, value, type, path_is_stable);
  }
}

void RecordBuilder::SetDecided(Field field, std::string_view path, std::string_view value, ValueType type,
                               bool path_is_stable) {
  switch (field) {
    case Field::kTime:
      return SetTime(record_->time_us, path, value, path_is_stable);
    case Field::kSerilogTime:
      from_serilog_ = true;
      return SetTime(record_->time_us, path, value, path_is_stable);
    case Field::kSent:
      return SetTime(record_->sent_us, path, value, path_is_stable);
    case Field::kReceived:
      return SetTime(record_->received_us, path, value, path_is_stable);
    case Field::kSeverity:
    case Field::kSeverityOtel:
    case Field::kSeverityPython:
    case Field::kSyslogPriority:
      return SetLevel(field, path, value, type, path_is_stable);
    case Field::kShortMessage:
      dialect_ = Dialect::kGelf;
      [[fallthrough]];
    case Field::kMessage:
      SetSlot(record_->message, path, value, path_is_stable);
      return;
    case Field::kExceptionMessage:
      SetSlot(record_->exception_message, path, value, path_is_stable);
      return;
    case Field::kStacktrace:
      SetSlot(record_->stacktrace, path, value, path_is_stable);
      return;
    case Field::kSide:
      return SetSide(path, value, path_is_stable);
    case Field::kJournaldTime:
      dialect_ = Dialect::kJournald;
      return Defer(Field::kTimeWeak, path, value, type, path_is_stable);
    case Field::kJournaldIgnored:
      dialect_ = Dialect::kJournald;
      return;
    case Field::kEcsMarker:
      if (dialect_ == Dialect::kGeneric) dialect_ = Dialect::kEcs;
      return;
    case Field::kEnvelope:
      NoteEnvelope();
      return AddAttribute(path, value, path_is_stable);
    case Field::kIgnored:
      return;
    case Field::kSampling:
      if (!IsOne(value)) record_->flags |= store::kSampled;
      return AddAttribute(path, value, path_is_stable);
    default:
      return Defer(field, path, value, type, path_is_stable);
  }
}

void RecordBuilder::SetSide(std::string_view path, std::string_view value, bool path_is_stable) {
  const store::Side side = SideFromText(value);
  if (side != store::Side::kUnspecified && record_->side == store::Side::kUnspecified) {
    record_->side = side;
  } else if (side == store::Side::kUnspecified || side != record_->side) {
    AddAttribute(path, value, path_is_stable);
  }
}

void RecordBuilder::SetLevel(Field field, std::string_view path, std::string_view value, ValueType type,
                             bool path_is_stable) {
  if (field == Field::kSeverityPython) from_python_ = true;
  const bool is_number = type == ValueType::kNumber || (value[0] >= '0' && value[0] <= '9');
  if (is_number && level_number_.empty()) {
    level_number_ = value;
    level_number_field_ = field;
  } else if (!is_number && level_text_.empty()) {
    level_text_ = Trim(value);
    level_is_syslog_ = field == Field::kSyslogPriority;
  } else if (value != level_text_ && value != level_number_) {
    AddAttribute(path, value, path_is_stable);
  }
}

}  // namespace faultline::ingest
