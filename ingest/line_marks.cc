#include "ingest/line_marks.h"

#include <algorithm>
#include <array>

namespace faultline::ingest {
namespace {

using std::string_view_literals::operator""sv;

constexpr size_t kMaxHeadBytes = 40;

// Fields that only a shipper that reads lines writes.
constexpr std::array kOrigins = {
    "stream"sv,       "logtag"sv,      "_p"sv,         "log.file.path"sv, "log.file.name"sv,      "log.offset"sv,
    "log.iostream"sv, "source_type"sv, "input.type"sv, "container_id"sv,  "container.id"sv,       "filename"sv,
    "filepath"sv,     "file_name"sv,   "FILE_NAME"sv,  "_TRANSPORT"sv,    "kubernetes.pod_name"sv};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "Nov", "Sun": what a date may begin with.
bool IsDateName(std::string_view text) {
  constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDecMonTueWedThuFriSatSun";
  const size_t at = kNames.find(text.substr(0, 3));
  return text.size() >= 4 && at != std::string_view::npos && at % 3 == 0 && (text[3] == ' ' || text[3] == ',');
}

std::string_view AttributeOf(const LogRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.attributes) {
    if (key == name) return value;
  }
  return {};
}

bool HasSeveralLines(std::string_view message) { return message.find('\n') != std::string_view::npos; }

bool IsOrigin(std::string_view name) { return std::find(kOrigins.begin(), kOrigins.end(), name) != kOrigins.end(); }

// Docker's own files have the three fields "log", "stream" and "time".
bool IsDockerFile(const LogRecord& record) {
  return record.time_us != 0 && !AttributeOf(record, "stream").empty() &&
         std::all_of(record.attributes.begin(), record.attributes.end(),
                     [](const auto& each) { return each.first == "stream" || each.first.starts_with("attrs"); });
}

}  // namespace

bool BeginsWithTime(std::string_view line) {
  line = line.substr(0, kMaxHeadBytes);
  if (line.starts_with('[') || line.starts_with('(')) line.remove_prefix(1);
  if (line.size() < 7) return false;
  const bool glog = std::string_view("IWEF").find(line[0]) != std::string_view::npos && IsDigit(line[1]);
  if (!IsDigit(line[0]) && !glog && !IsDateName(line)) return false;
  for (size_t colon = line.find(':'); colon != std::string_view::npos; colon = line.find(':', colon + 1)) {
    if (colon == 0 || colon + 5 >= line.size() || !IsDigit(line[colon - 1])) continue;
    if (IsDigit(line[colon + 1]) && IsDigit(line[colon + 2]) && line[colon + 3] == ':' && IsDigit(line[colon + 4])) {
      return true;
    }
  }
  return false;
}

void MarkTextLine(LogRecord& record, bool framed) {
  if (HasSeveralLines(record.message) || !record.stacktrace.empty()) return;
  record.line.is_line = true;
  record.line.framed = framed;
  record.line.has_time = BeginsWithTime(record.message);
  record.line.is_part = AttributeOf(record, "logtag") == "P";
}

void MarkFieldLine(LogRecord& record, bool from_log, std::string_view raw_message, bool framed) {
  using store::IdKind;
  if (record.message.empty() && !from_log) return;
  if (HasSeveralLines(record.message) || !record.stacktrace.empty()) return;
  for (const IdKind kind : {IdKind::kTrace, IdKind::kRequest, IdKind::kMessage}) {
    if (!record.id(kind).empty()) return;
  }
  const bool shipped = from_log || std::any_of(record.attributes.begin(), record.attributes.end(),
                                               [](const auto& each) { return IsOrigin(each.first); });
  if (!shipped) return;
  record.line.is_line = true;
  record.line.framed = framed;
  record.line.has_time = BeginsWithTime(record.message);
  const std::string_view tag = AttributeOf(record, "logtag");
  const std::string_view part = tag.empty() ? AttributeOf(record, "_p") : tag;
  if (!part.empty()) {
    record.line.is_part = part == "P";
  } else if (from_log && !raw_message.empty() && raw_message.back() != '\n') {
    record.line.is_part = IsDockerFile(record);
  }
}

}  // namespace faultline::ingest
