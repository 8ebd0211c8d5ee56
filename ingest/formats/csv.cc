#include "ingest/formats/csv.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/timestamp.h"
#include "ingest/severity.h"
#include "ingest/side_names.h"
#include "ingest/span_keys.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxFields = 256, kMaxNameBytes = 64, kMaxHeaderBytes = 4096;
constexpr size_t kLeastNames = 3, kLeastMeanings = 2;
// What Kubernetes makes the ends of names of.
constexpr std::string_view kPodLetters = "bcdfghjklmnpqrstvwxz2456789";

bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '@'; }

bool IsNameByte(char c) {
  return IsLetter(c) || absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == ' ';
}

// Ends the search early for lines that are none.
bool MayBeInHeader(char c) { return IsNameByte(c) || c == ',' || c == '"' || c == '\r' || c == '\n'; }

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && IsLetter(text[0]) &&
         std::all_of(text.begin(), text.end(), IsNameByte);
}

std::string Plain(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) plain.push_back(absl::ascii_tolower(c));
  }
  return plain;
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

std::optional<double> ToNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Microseconds of a duration whose unit is in its column's name; Jaeger and Zipkin write microseconds.
double UnitOf(std::string_view name) {
  if (name.ends_with("nano") || name.ends_with("ns") || name.ends_with("nanos")) return 1e-3;
  if (name.ends_with("ms") || name.ends_with("millis")) return 1e3;
  if (name.ends_with("seconds") || name.ends_with("sec")) return 1e6;
  return 1;
}

bool IsFailedStatus(std::string_view status) {
  return absl::EqualsIgnoreCase(absl::string_view(status.data(), status.size()), "error") ||
         absl::EqualsIgnoreCase(absl::string_view(status.data(), status.size()), "status_code_error") ||
         absl::EqualsIgnoreCase(absl::string_view(status.data(), status.size()), "true");
}

bool IsSuffix(std::string_view text, size_t least, size_t most) {
  return text.size() >= least && text.size() <= most && text.find_first_not_of(kPodLetters) == std::string_view::npos;
}

}  // namespace

bool SplitCsv(std::string_view line, Arena& arena, std::vector<std::string_view>& fields) {
  fields.clear();
  size_t at = 0;
  while (true) {
    if (fields.size() == kMaxFields) return false;
    if (at < line.size() && line[at] == '"') {
      char* const to = arena.Allocate(line.size() - at);
      size_t size = 0;
      for (++at;; ++at) {
        if (at >= line.size()) return false;
        if (line[at] == '"' && (at + 1 >= line.size() || line[at + 1] != '"')) break;
        if (line[at] == '"') ++at;
        to[size++] = line[at];
      }
      fields.emplace_back(to, size);
      if (++at < line.size() && line[at] != ',') return false;
    } else {
      const size_t end = std::min(line.find(',', at), line.size());
      fields.push_back(line.substr(at, end - at));
      at = end;
    }
    if (at >= line.size()) return true;
    ++at;
  }
}

std::string_view WorkloadOf(std::string_view pod) {
  const size_t last = pod.rfind('-');
  if (last == std::string_view::npos || last == 0) return pod;
  const std::string_view end = pod.substr(last + 1);
  if (!end.empty() && end.size() <= 3 && end.find_first_not_of("0123456789") == std::string_view::npos) {
    return pod.substr(0, last);  // of a stateful set
  }
  if (!IsSuffix(end, 5, 5)) return pod;
  const std::string_view set = pod.substr(0, last);
  const size_t before = set.rfind('-');
  if (before == std::string_view::npos || before == 0) return set;
  return IsSuffix(set.substr(before + 1), 6, 10) ? set.substr(0, before) : set;
}

bool CsvFormat::Fits(std::string_view line) {
  if (line.find(',') == std::string_view::npos) return false;
  if (!names_.empty()) return true;
  return ReadHeader(line);
}

bool CsvFormat::ReadHeader(std::string_view line) {
  if (line.size() > kMaxHeaderBytes || !std::all_of(line.begin(), line.end(), MayBeInHeader)) return false;
  Arena arena(4096);
  std::vector<std::string_view> fields;
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (!SplitCsv(line, arena, fields) || fields.size() < kLeastNames) return false;
  if (!std::all_of(fields.begin(), fields.end(), IsName)) return false;
  std::vector<std::string> names(fields.begin(), fields.end());
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return false;
  std::vector<Column> columns;
  std::vector<Field> meanings;
  size_t known = 0;
  for (const std::string& name : names) {
    const std::string plain = Plain(name);
    const Field field = FindField(name);
    Column column = Column::kField;
    if (IsOneOf(plain, {"podname", "pod", "k8spodname", "kubernetespodname"})) column = Column::kPod;
    if (IsOneOf(plain, {"parentid", "parentspanid", "parentspan", "parent"})) column = Column::kParent;
    if (IsOneOf(plain, {"starttimeunixnano", "starttime", "start", "startedat"})) column = Column::kStart;
    if (IsOneOf(plain, {"endtimeunixnano", "endtime", "end", "endedat"})) column = Column::kEnd;
    if (plain.starts_with("duration") || plain == "elapsed") column = Column::kDuration;
    if (IsOneOf(plain, {"spanstatus", "statuscode", "status", "iserror"})) column = Column::kStatus;
    if (field == Field::kMessage || field == Field::kMessageWeak) column = Column::kMessage;
    if (column != Column::kField || (field != Field::kNone && field != Field::kIgnored)) ++known;
    columns.push_back(column);
    meanings.push_back(field);
  }
  if (known < kLeastMeanings) return false;
  names_ = std::move(names);
  columns_ = std::move(columns);
  meanings_ = std::move(meanings);
  const auto has = [this](Column column) {
    return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
  };
  const bool has_id = std::find(meanings_.begin(), meanings_.end(), IdField(store::IdKind::kSpan)) != meanings_.end();
  has_spans_ =
      has_id && !has(Column::kMessage) && (has(Column::kDuration) || (has(Column::kStart) && has(Column::kEnd)));
  return true;
}

std::string_view CsvFormat::Value(Column column) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] == column) return values_[i];
  }
  return {};
}

bool CsvFormat::Decode(std::string_view line, Arena& arena, RecordSink& sink,
                       const std::function<void(std::string_view message)>& decode_message) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (ReadHeader(line)) {
    sink.Fail("csv_header", "names the columns of the rows behind it");
    return false;
  }
  if (!SplitCsv(line, arena, values_)) {
    sink.Fail("csv_malformed", "a quote is not closed, or text stands behind a closing one");
    return false;
  }
  if (values_.size() != names_.size()) {
    sink.Fail("csv_malformed",
              "the row has " + std::to_string(values_.size()) + " fields, the header " + std::to_string(names_.size()));
    return false;
  }
  has_spans_ ? AddSpan(arena, sink) : AddLog(arena, sink, decode_message);
  return has_spans_;
}

void CsvFormat::AddSpan(Arena& arena, RecordSink& sink) {
  LogRecord* const record = sink.Next();
  if (record == nullptr) return;
  const bool failed = IsFailedStatus(Value(Column::kStatus));
  const std::optional<int64_t> start = ParseTime(Value(Column::kStart)), end = ParseTime(Value(Column::kEnd));
  std::optional<double> duration_us;
  for (size_t i = 0; i < columns_.size() && !duration_us; ++i) {
    if (columns_[i] != Column::kDuration) continue;
    duration_us = ToNumber(values_[i]);
    if (duration_us) *duration_us *= UnitOf(Plain(names_[i]));
  }
  if (start && end && *end >= *start) duration_us = static_cast<double>(*end - *start);
  builder_.Begin(*record, arena);
  std::string_view operation = "operation";
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Field field = meanings_[i];
    const std::string_view value = values_[i];
    if (value.empty() || columns_[i] == Column::kDuration || columns_[i] == Column::kEnd) continue;
    if (columns_[i] == Column::kStart) {
      builder_.SetField(Field::kTime, "start", value, ValueType::kString, true);
    } else if (columns_[i] == Column::kParent) {
      builder_.AddAttribute(kSpanParentKey, value, true);
    } else if (columns_[i] == Column::kPod) {
      builder_.SetField(DimensionField(store::Dimension::kHost), "pod", value, ValueType::kString, true);
    } else if (IsId(field) && !failed) {
      const bool is_span = field == IdField(store::IdKind::kSpan);
      builder_.AddAttribute(is_span ? kSpanIdKey : kSpanTraceKey, value, true);
    } else {
      if (field == DimensionField(store::Dimension::kEndpoint) ||
          field == WeakDimensionField(store::Dimension::kEndpoint)) {
        operation = value;
      }
      builder_.SetField(field, names_[i], value, ValueType::kString);
    }
  }
  const int64_t rounded =
      duration_us && *duration_us >= 0 && *duration_us < 1e15 ? static_cast<int64_t>(*duration_us) : 0;
  builder_.AddAttribute(kSpanDurationKey, arena.Copy(std::to_string(rounded)), true);
  builder_.SetField(Field::kSeverity, "level", failed ? "error" : "info", ValueType::kString, true);
  builder_.SetField(Field::kMessage, "message",
                    arena.Copy((failed ? "failed span " : "span ") + std::string(operation)), ValueType::kString, true);
  FillIn(*record, arena);
  if (const std::string_view reason = builder_.Finish(); !reason.empty()) {
    sink.Discard();
    sink.Fail("csv_malformed", "the row holds no span");
  }
}

void CsvFormat::AddLog(Arena& arena, RecordSink& sink,
                       const std::function<void(std::string_view message)>& decode_message) {
  const std::string_view message = Value(Column::kMessage);
  if (!message.empty()) {
    const RecordSink::Mark before = sink.mark();
    decode_message(message);
    if (sink.mark().records == before.records + 1) FillIn(sink.last(), arena);
    return;
  }
  LogRecord* const record = sink.Next();
  if (record == nullptr) return;
  builder_.Begin(*record, arena);
  for (size_t i = 0; i < columns_.size(); ++i) {
    builder_.SetField(meanings_[i], names_[i], values_[i], ValueType::kString);
  }
  if (const std::string_view reason = builder_.Finish(); !reason.empty()) {
    sink.Discard();
    sink.Fail(reason, "the row says nothing");
    return;
  }
  FillPod(*record);
}

void CsvFormat::FillPod(LogRecord& record) const {
  const std::string_view pod = Value(Column::kPod);
  if (pod.empty()) return;
  std::string_view& host = record.dimensions[static_cast<size_t>(store::Dimension::kHost)];
  std::string_view& service = record.dimensions[static_cast<size_t>(store::Dimension::kService)];
  if (host.empty()) host = pod;
  if (service.empty()) service = WorkloadOf(pod);
}

// Where the record's own text says nothing, the row's columns do.
void CsvFormat::FillIn(LogRecord& record, Arena& arena) {
  FillPod(record);
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Field field = meanings_[i];
    const std::string_view value = values_[i];
    if (value.empty()) continue;
    if (has_spans_ || columns_[i] != Column::kField) {
      continue;
    } else if (IsId(field)) {
      std::string_view& id = record.ids[FieldIndex(field)];
      if (id.empty()) id = value;
    } else if (IsDimension(field) || IsWeakDimension(field)) {
      std::string_view& dimension = record.dimensions[FieldIndex(field)];
      if (dimension.empty()) dimension = value;
    } else if (field == Field::kTime && record.time_us == 0) {
      record.time_us = ParseTime(value).value_or(0);
    } else if (field == Field::kSeverity && record.severity == 0) {
      record.severity = SeverityFromText(value);
      record.set_dimension(store::Dimension::kSeverityText, value);
    } else if (field == Field::kSide && record.side == store::Side::kUnspecified) {
      record.side = SideFromText(value);
    } else if (field == Field::kNone) {
      record.attributes.emplace_back(arena.Copy(names_[i]), value);
    }
  }
}

}  // namespace faultline::ingest
