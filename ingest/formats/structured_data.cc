#include "ingest/formats/structured_data.h"

#include <string>

namespace faultline::ingest {
namespace {

// Takes `name="value"` off. False when it is malformed.
bool TakeParameter(std::string_view& rest, std::string_view& name, std::string_view& value, Arena& arena) {
  const size_t equals = rest.find_first_of("= ]\"");
  if (equals == std::string_view::npos || equals == 0 || rest[equals] != '=') return false;
  if (equals + 1 >= rest.size() || rest[equals + 1] != '"') return false;
  name = rest.substr(0, equals);
  const size_t start = equals + 2;
  size_t end = start;
  bool escaped = false;
  for (; end < rest.size() && rest[end] != '"'; ++end) {
    if (rest[end] != '\\' || end + 1 >= rest.size()) continue;
    escaped = true;
    ++end;
  }
  if (end >= rest.size()) return false;
  value = rest.substr(start, end - start);
  rest.remove_prefix(end + 1);
  if (!escaped) return true;
  char* const to = arena.Allocate(value.size());
  size_t size = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '\\' && i + 1 < value.size() &&
                        (value[i + 1] == '"' || value[i + 1] == '\\' || value[i + 1] == ']');
    to[size++] = escape ? value[++i] : value[i];
  }
  value = {to, size};
  return true;
}

// Takes one "[id …]" off. False when it is malformed; `rest` is then unspecified.
bool TakeElement(std::string_view& rest, RecordBuilder& builder) {
  rest.remove_prefix(1);
  const size_t id_end = rest.find_first_of(" ]=\"");
  if (id_end == std::string_view::npos || id_end == 0) return false;
  std::string path(rest.substr(0, id_end));
  path.push_back('.');
  const size_t prefix = path.size();
  rest.remove_prefix(id_end);
  while (!rest.empty() && rest.front() != ']') {
    if (rest.front() == ' ') {
      rest.remove_prefix(1);
      continue;
    }
    std::string_view name, value;
    if (!TakeParameter(rest, name, value, builder.arena())) return false;
    path.resize(prefix);
    path.append(name);
    builder.Set(path, value, ValueType::kString);
  }
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  return true;
}

}  // namespace

void TakeStructuredData(std::string_view& rest, RecordBuilder& builder) {
  if (rest == "-" || rest.substr(0, 2) == "- ") {
    rest.remove_prefix(1);
  } else {
    std::string_view behind = rest;
    while (!behind.empty() && behind.front() == '[' && TakeElement(behind, builder)) rest = behind;
  }
  if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  // rsyslog's local socket leaves one more; two or more are the message's own.
  if (rest.size() > 1 && rest[0] == ' ' && rest[1] != ' ') rest.remove_prefix(1);
}

}  // namespace faultline::ingest
