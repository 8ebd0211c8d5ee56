#include "ingest/formats/logfmt.h"

#include <algorithm>
#include <vector>

#include "ingest/formats/json_stack.h"
#include "ingest/formats/json_text.h"
#include "ingest/formats/key_values.h"
#include "ingest/severity.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxPairs = 512;

std::string_view WithoutLineEnd(std::string_view text) {
  constexpr std::string_view kEnds(" \t\r\n\0", 5);
  const size_t last = text.find_last_not_of(kEnds);
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

bool IsMessage(Field field) { return field == Field::kMessage || field == Field::kShortMessage; }

bool SaysMuch(Field field) {
  return IsMessage(field) || field == Field::kTime || field == Field::kSeverity || field == Field::kSeverityOtel ||
         field == Field::kSeverityPython;
}

bool IsLevelAt(const KeyValue& pair) { return pair.key == "at" && SeverityFromText(pair.value) != 0; }

// The Linux audit daemon's records have no other form, and are no logfmt.
bool IsAudit(const KeyValue& pair) { return pair.key == "msg" && pair.value.starts_with("audit("); }

// The words behind an unquoted message, up to the next pair.
void TakeWords(std::string_view& rest, std::string_view& value) {
  while (true) {
    std::string_view next = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (next.empty() || StartsWithPair(next)) return;
    next.remove_prefix(std::min(next.find_first_of(" \t"), next.size()));
    value = {value.data(), static_cast<size_t>(next.data() - value.data())};
    rest = next;
  }
}

// Splits the line. False where it is not pairs throughout.
bool SplitLogfmt(std::string_view text, FieldCache& fields, Arena& arena, std::vector<KeyValue>& pairs) {
  pairs.clear();
  size_t words = 0;
  std::string_view rest = text;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (rest.empty()) return pairs.size() >= 2 && words * 4 <= pairs.size();
    KeyValue pair;
    if (pairs.size() == kMaxPairs) return false;
    if (TakePair(rest, arena, pair)) {
      if (IsAudit(pair)) return false;
      const bool quoted = pair.value.empty() || *(rest.data() - 1) == '"' || *(rest.data() - 1) == '\'';
      if (!quoted && IsMessage(fields.Find(pair.key))) TakeWords(rest, pair.value);
      pairs.push_back(pair);
      continue;
    }
    if (pairs.empty() || rest[0] == '"' || ++words > kMaxPairs / 4) return false;
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    if (word.find_first_of("=\"") != std::string_view::npos) return false;
    pairs.push_back({word, {}});
    rest.remove_prefix(word.size());
  }
}

// "time:…<TAB>level:…". False where a field has no label.
bool SplitLtsv(std::string_view text, std::vector<KeyValue>& pairs) {
  pairs.clear();
  while (true) {
    const size_t end = std::min(text.find('\t'), text.size());
    const std::string_view each = text.substr(0, end);
    const size_t colon = each.find(':');
    if (colon == std::string_view::npos || colon == 0 || pairs.size() == kMaxPairs) return false;
    const std::string_view label = each.substr(0, colon);
    const bool is_label = std::all_of(label.begin(), label.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
             c == '-' || c == '@';
    });
    if (!is_label || (label[0] >= '0' && label[0] <= '9')) return false;
    pairs.push_back({label, each.substr(colon + 1)});
    if (end == text.size()) return pairs.size() >= 2;
    text.remove_prefix(end + 1);
  }
}

// "date=2026-11-24 time=15:00:00" -> one time.
void JoinDateAndTime(std::vector<KeyValue>& pairs, Arena& arena) {
  const auto find = [&pairs](std::string_view key) {
    return std::find_if(pairs.begin(), pairs.end(), [key](const KeyValue& pair) { return pair.key == key; });
  };
  const auto date = find("date"), time = find("time");
  if (date == pairs.end() || time == pairs.end() || date->value.size() != 10 || time->value.size() < 8) return;
  if (time->value[2] != ':') return;
  char* const to = arena.Allocate(date->value.size() + 1 + time->value.size());
  char* end = std::copy(date->value.begin(), date->value.end(), to);
  *end++ = 'T';
  end = std::copy(time->value.begin(), time->value.end(), end);
  time->value = {to, static_cast<size_t>(end - to)};
  pairs.erase(date);
}

// A stack is one text with line ends, or the JSON of its frames.
void SetStack(Field field, const KeyValue& pair, RecordBuilder& builder) {
  Arena& arena = builder.arena();
  if (pair.value.starts_with("[{")) {
    int depth = 0;
    return SetStackArray(CompactJson(pair.value, arena, depth), field, pair.key, builder);
  }
  const bool escaped = pair.value.find('\n') == std::string_view::npos &&
                       pair.value.find("\\n") != std::string_view::npos;  // LTSV has no escapes of its own
  builder.SetField(field, pair.key, escaped ? UnescapeJson(pair.value, arena) : pair.value, ValueType::kString);
}

void AddRecord(std::string_view line, std::vector<KeyValue>& pairs, RecordBuilder& builder, Arena& arena,
               RecordSink& sink) {
  LogRecord* const record = sink.Next();
  if (record == nullptr) return;
  builder.Begin(*record, arena);
  JoinDateAndTime(pairs, arena);
  bool has_message = false;
  for (const KeyValue& pair : pairs) {
    const Field field = IsLevelAt(pair) ? Field::kSeverity : builder.fields().Find(pair.key);
    const bool tells = IsMessage(field) || field == Field::kMessageWeak || field == Field::kError;
    has_message = has_message || (tells && !pair.value.empty());
    if (field == Field::kStacktrace || field == Field::kException || field == Field::kError) {
      SetStack(field, pair, builder);
    } else {
      builder.SetField(field, pair.key, pair.value, ValueType::kString);
    }
  }
  if (!has_message) builder.SetField(Field::kMessage, "message", line, ValueType::kString, /*path_is_stable=*/true);
  const std::string_view reason = builder.Finish();
  if (reason.empty()) {
    record->line = {};  // it is whole: line ends inside are escaped
    return;
  }
  sink.Discard();
  sink.Fail(reason, "the line's fields say nothing");
}

}  // namespace

bool FitsLogfmt(std::string_view text, FieldCache& fields) {
  if (!StartsWithPair(text)) return false;
  text = WithoutLineEnd(text);
  if (text.find('\n') != std::string_view::npos) return false;
  Arena arena(1024);
  std::vector<KeyValue> pairs;
  return SplitLogfmt(text, fields, arena, pairs) && std::any_of(pairs.begin(), pairs.end(), [&](const KeyValue& pair) {
           return IsLevelAt(pair) || SaysMuch(fields.Find(pair.key));
         });
}

bool FitsLtsv(std::string_view text, FieldCache& fields) {
  text = WithoutLineEnd(text);
  const size_t tab = text.find('\t');
  if (tab == std::string_view::npos || tab == 0 || text.find(':') > tab) return false;
  if (text.find('\n') != std::string_view::npos) return false;
  std::vector<KeyValue> pairs;
  return SplitLtsv(text, pairs) && std::any_of(pairs.begin(), pairs.end(), [&](const KeyValue& pair) {
           return pair.key == "status" || SaysMuch(fields.Find(pair.key));
         });
}

void DecodeLogfmt(std::string_view text, RecordBuilder& builder, Arena& arena, RecordSink& sink) {
  const std::string_view line = WithoutLineEnd(text);
  std::vector<KeyValue> pairs;
  if (!SplitLogfmt(line, builder.fields(), arena, pairs)) {
    return line.empty() ? sink.Fail("empty", "the message is empty")
                        : sink.Fail("logfmt_malformed", "the line is not key=value pairs from its start to its end");
  }
  AddRecord(line, pairs, builder, arena, sink);
}

void DecodeLtsv(std::string_view text, RecordBuilder& builder, Arena& arena, RecordSink& sink) {
  const std::string_view line = WithoutLineEnd(text);
  std::vector<KeyValue> pairs;
  if (!SplitLtsv(line, pairs)) {
    return line.empty() ? sink.Fail("empty", "the message is empty")
                        : sink.Fail("ltsv_malformed", "a field has no label, or there is only one");
  }
  AddRecord(line, pairs, builder, arena, sink);
}

}  // namespace faultline::ingest
