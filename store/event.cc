#include "store/event.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace faultline::store {
namespace {

constexpr size_t kMaxIdBytes = 128;

constexpr std::array<std::string_view, kDimensions> kDimensionNames = {"service.name",
                                                                       "service.version",
                                                                       "deployment.environment.name",
                                                                       "cloud.region",
                                                                       "host.name",
                                                                       "os.name",
                                                                       "app.version",
                                                                       "network.carrier.name",
                                                                       "endpoint",
                                                                       "logger",
                                                                       "error.code",
                                                                       "exception.type",
                                                                       "severity_text",
                                                                       "rule",
                                                                       "format",
                                                                       "source"};

constexpr std::array<std::string_view, kIdKinds> kIdKindNames = {
    "trace_id", "span_id", "request_id", "message_id", "conversation_id", "session_id", "user_id", "device_id"};

bool IsIdByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("._:@/+=-").find(c) != std::string_view::npos;
}

bool IsPlaceholder(std::string_view id) {
  static constexpr std::string_view kPlaceholders[] = {"-",         "null",    "nil", "none",
                                                       "undefined", "unknown", "n/a", "nan"};
  return std::any_of(std::begin(kPlaceholders), std::end(kPlaceholders), [id](std::string_view p) {
    return absl::EqualsIgnoreCase(absl::string_view(id.data(), id.size()), absl::string_view(p.data(), p.size()));
  });
}

// 8-4-4-4-12 hex digits.
bool IsUuid(std::string_view id) {
  if (id.size() != 36) return false;
  for (size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (id[i] == '-')) return false;
    if (!dash && !absl::ascii_isxdigit(static_cast<unsigned char>(id[i]))) return false;
  }
  return true;
}

}  // namespace

std::string FormatSignature(uint64_t signature) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text = "v1:0000000000000000";
  for (size_t i = 0; i < 16; ++i) text[3 + i] = kHex[(signature >> (60 - 4 * i)) & 15];
  return text;
}

std::optional<uint64_t> ParseSignature(std::string_view text) {
  if (text.size() != 19 || text.substr(0, 3) != "v1:") return std::nullopt;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data() + 3, text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (FormatSignature(value) != text) return std::nullopt;
  return value;
}

std::string_view DimensionName(Dimension dimension) { return kDimensionNames[static_cast<size_t>(dimension)]; }

std::string_view IdKindName(IdKind kind) { return kIdKindNames[static_cast<size_t>(kind)]; }

std::string_view SideName(Side side) {
  static constexpr std::string_view kNames[kSides] = {"", "CLIENT", "SERVER", "NETWORK", "USER"};
  return kNames[static_cast<size_t>(side)];
}

std::string NormaliseId(IdKind, std::string_view raw) {
  while (!raw.empty() && absl::ascii_isspace(static_cast<unsigned char>(raw.front()))) raw.remove_prefix(1);
  while (!raw.empty() && absl::ascii_isspace(static_cast<unsigned char>(raw.back()))) raw.remove_suffix(1);
  if (raw.size() >= 2 && raw.front() == '{' && raw.back() == '}') raw = raw.substr(1, raw.size() - 2);
  if (raw.empty() || raw.size() > kMaxIdBytes || IsPlaceholder(raw)) return {};
  if (!std::all_of(raw.begin(), raw.end(), IsIdByte)) return {};
  if (std::all_of(raw.begin(), raw.end(), [](char c) { return c == '0' || c == '-'; })) return {};
  std::string id(raw);
  if (IsUuid(raw)) id.erase(std::remove(id.begin(), id.end(), '-'), id.end());
  if (std::all_of(id.begin(), id.end(), [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); })) {
    for (char& c : id) c = absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return id;
}

}  // namespace faultline::store
