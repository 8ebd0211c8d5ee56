// The programs' own log: one line per state change on stderr, as
//   2026-11-24T15:00:00.123Z info store opened path=/var/lib/faultline segments=3
// Messages are lower case without a full stop. Never put a record's text or
// anybody's id into a message or a field: nothing is redacted here.
//
// Thread-safe; a line is written as a whole.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"

namespace faultline {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarning, kError };

// A key and a value: text, a number, a bool, or the text of a status.
struct LogField {
  template <typename T>
  LogField(std::string_view name, const T& content) : key(name), value(Text(content)) {}

  std::string_view key;  // [a-z0-9_.]
  std::string value;

 private:
  template <typename T>
  static std::string Text(const T& content) {
    if constexpr (std::is_same_v<T, absl::Status>) {
      return content.ToString();
    } else {
      return fmt::to_string(content);
    }
  }
};

using LogFields = std::initializer_list<LogField>;

// Lines below `level` are left out. The default is kInfo.
void SetLogLevel(LogLevel level);
// "debug", "info", "warning", "error". False, and nothing changes, for others.
bool SetLogLevel(std::string_view name);

void LogDebug(std::string_view message, LogFields fields = {});
void LogInfo(std::string_view message, LogFields fields = {});
void LogWarning(std::string_view message, LogFields fields = {});
void LogError(std::string_view message, LogFields fields = {});

// The line without its newline. Values with blanks, quotes, "=" or nothing in
// them are quoted, with \" \\ and \n inside; control characters never come out.
std::string FormatLogLine(int64_t time_us, LogLevel level, std::string_view message, LogFields fields);

}  // namespace faultline
