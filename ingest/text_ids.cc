#include "ingest/text_ids.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "ingest/private_span.h"

namespace faultline::ingest {
namespace {

using store::IdKind;

constexpr size_t kTraceHexDigits = 32;
constexpr size_t kSpanHexDigits = 16;
constexpr size_t kMinIdBytes = 4;

bool IsIdByte(char c) { return IsAlnum(c) || c == '-' || c == '_' || c == '.'; }

std::optional<IdKind> KindOf(std::string_view name) {
  if (NameEndsWith(name, "traceid")) return IdKind::kTrace;
  if (NameEndsWith(name, "msgid") || NameEndsWith(name, "messageid")) return IdKind::kMessage;
  if (NameEndsWith(name, "requestid") || NameEndsWith(name, "reqid") || NameEndsWith(name, "correlationid")) {
    return IdKind::kRequest;
  }
  if (NameEndsWith(name, "spanid")) return IdKind::kSpan;
  if (NameEndsWith(name, "conversationid") || NameEndsWith(name, "chatid")) return IdKind::kConversation;
  if (NameEndsWith(name, "sessionid")) return IdKind::kSession;
  return std::nullopt;
}

std::string_view ValueAt(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '"' || text[at] == '\'')) ++at;
  size_t end = at;
  while (end < text.size() && IsIdByte(text[end])) ++end;
  while (end > at && (text[end - 1] == '.' || text[end - 1] == '-')) --end;  // the sentence's
  return text.substr(at, end - at);
}

bool IsIdOf(IdKind kind, std::string_view value) {
  if (kind == IdKind::kSpan) return value.size() == kSpanHexDigits && std::all_of(value.begin(), value.end(), IsHex);
  if (kind != IdKind::kTrace) return value.size() >= kMinIdBytes && std::any_of(value.begin(), value.end(), IsDigit);
  const auto hex = static_cast<size_t>(std::count_if(value.begin(), value.end(), IsHex));
  return hex == kTraceHexDigits && (value.size() == hex || value.size() == hex + 4);  // or a UUID
}

// `at` is a "=" or ":".
void Look(std::string_view text, size_t at, LogRecord& record) {
  const bool quoted = at > 0 && text[at - 1] == '"';
  const size_t name_end = quoted ? at - 1 : at;
  if (name_end < 5 || Lower(text[name_end - 1]) != 'd' || Lower(text[name_end - 2]) != 'i') return;
  const std::string_view name = NameBefore(PrivateText{text}, at);
  const std::optional<IdKind> kind = KindOf(name);
  if (!kind.has_value() || !record.id(*kind).empty()) return;
  const std::string_view value = ValueAt(text, at + 1);
  if (IsIdOf(*kind, value)) record.set_id(*kind, value);
}

void LookBehindEach(char mark, std::string_view text, LogRecord& record) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  for (const char* p = begin; p < end; ++p) {
    p = static_cast<const char*>(std::memchr(p, mark, static_cast<size_t>(end - p)));
    if (p == nullptr) return;
    Look(text, static_cast<size_t>(p - begin), record);
  }
}

}  // namespace

void FindTextIds(std::string_view text, LogRecord& record) {
  const bool complete = !record.id(IdKind::kTrace).empty() && !record.id(IdKind::kMessage).empty() &&
                        !record.id(IdKind::kRequest).empty();
  if (complete || text.size() < 8) return;
  LookBehindEach('=', text, record);
  LookBehindEach(':', text, record);
}

}  // namespace faultline::ingest
