#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <memory>

#include "base/text.h"
#include "base/timestamp.h"

namespace faultline {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warning", "error"};

std::atomic<LogLevel>& Level() {
  static std::atomic<LogLevel> level{LogLevel::kInfo};
  return level;
}

spdlog::logger& Sink() {
  // Never destroyed: threads may log while the program exits.
  static spdlog::logger& logger = *[] {
    auto* made = new spdlog::logger("faultline", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return logger;
}

void AppendValue(std::string_view value, std::string& line) {
  const std::string safe = TerminalText(value);
  if (!safe.empty() && safe.find_first_of(" \n\"=\\") == std::string::npos) {
    line += safe;
    return;
  }
  line += '"';
  for (const char c : safe) {
    if (c == '"' || c == '\\') line += '\\';
    if (c == '\n') {
      line += "\\n";
    } else {
      line += c;
    }
  }
  line += '"';
}

void Log(LogLevel level, std::string_view message, LogFields fields) {
  if (level < Level().load(std::memory_order_relaxed)) return;
  Sink().info("{}", FormatLogLine(NowMicros(), level, message, fields));
}

}  // namespace

void SetLogLevel(LogLevel level) { Level().store(level, std::memory_order_relaxed); }

bool SetLogLevel(std::string_view name) {
  for (size_t i = 0; i < kLevelNames.size(); ++i) {
    if (kLevelNames[i] != name) continue;
    SetLogLevel(static_cast<LogLevel>(i));
    return true;
  }
  return false;
}

void LogDebug(std::string_view message, LogFields fields) { Log(LogLevel::kDebug, message, fields); }
void LogInfo(std::string_view message, LogFields fields) { Log(LogLevel::kInfo, message, fields); }
void LogWarning(std::string_view message, LogFields fields) { Log(LogLevel::kWarning, message, fields); }
void LogError(std::string_view message, LogFields fields) { Log(LogLevel::kError, message, fields); }

std::string FormatLogLine(int64_t time_us, LogLevel level, std::string_view message, LogFields fields) {
  std::string line = FormatTime(time_us);
  line += ' ';
  line += kLevelNames[static_cast<size_t>(level)];
  line += ' ';
  line += TerminalLine(message);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    AppendValue(field.value, line);
  }
  return line;
}

}  // namespace faultline
