#include "ingest/inline_ids.h"

#include <algorithm>

namespace faultline::ingest {
namespace {

constexpr size_t kMaxNameBytes = 40;
constexpr size_t kMaxIdBytes = 128;
constexpr std::string_view kBehindAnId = " \t\r\n\"',;()[]{}<>&#";

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

std::string_view NameBefore(std::string_view text, size_t end) {
  size_t start = end;
  while (start > 0 && end - start < kMaxNameBytes && IsNameCharacter(text[start - 1])) --start;
  return text.substr(start, end - start);
}

// "trace_id", "messageID"; not "id", nor the names of anything else, which need
// not go through the table.
bool MayBeId(std::string_view name) {
  if (name.size() < 4) return false;
  const char i = name[name.size() - 2];
  const char d = name[name.size() - 1];
  return (i == 'i' || i == 'I') && (d == 'd' || d == 'D');
}

std::string_view ValueAt(std::string_view text, size_t start) {
  if (start < text.size() && (text[start] == '"' || text[start] == '\'')) ++start;
  const size_t end = std::min(text.find_first_of(kBehindAnId, start), text.size());
  return end - start <= kMaxIdBytes ? text.substr(start, end - start) : std::string_view{};
}

}  // namespace

void FindInlineIds(FieldCache& fields, LogRecord& record) {
  const std::string_view text = record.message;
  for (size_t equals = text.find('='); equals != std::string_view::npos; equals = text.find('=', equals + 1)) {
    const std::string_view name = NameBefore(text, equals);
    if (!MayBeId(name)) continue;
    const Field field = fields.Find(name);
    if (!IsId(field)) continue;
    const auto kind = static_cast<store::IdKind>(FieldIndex(field));
    if (kind == store::IdKind::kUser || kind == store::IdKind::kDevice || !record.id(kind).empty()) continue;
    record.set_id(kind, ValueAt(text, equals + 1));
  }
}

}  // namespace faultline::ingest
