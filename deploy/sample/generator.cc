#include "deploy/sample/generator.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/sample/log_lines.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr int64_t kMinuteUs = 60'000'000;
constexpr int kClientNoisePerMinute = 260;
constexpr int kServerNoisePerMinute = 320;
// Messages that happen to fail on both sides for unrelated reasons.
constexpr int kCoincidencesPerMinute = 4;

enum File { kClientFile, kServerFile, kAttemptsFile, kSyslogFile, kNginxFile, kFiles };
constexpr std::array<std::string_view, kFiles> kFileNames = {"client.ndjson", "server.ndjson", "attempts.ndjson",
                                                             "push.syslog", "edge-error.log"};

class SampleWriter {
 public:
  explicit SampleWriter(const SampleOptions& options) : options_(options), random_(options.seed) {
    planted_.resize(Causes().size());
  }

  void WriteMinute(int minute) {
    const int64_t start = options_.start_us + minute * kMinuteUs;
    for (size_t i = 0; i < Causes().size(); ++i) WriteCause(i, minute, start);
    for (int i = 0; i < kClientNoisePerMinute; ++i) WriteClientNoise(start, MakeUnit(random_));
    for (int i = 0; i < kServerNoisePerMinute; ++i) WriteServerNoise(start, MakeUnit(random_));
    for (int i = 0; i < kCoincidencesPerMinute; ++i) {
      const SampleUnit unit = MakeUnit(random_);
      WriteServerNoise(start, unit);
      WriteClientNoise(start, unit);
    }
    for (const std::string_view region : {"eu-west", "us-east", "ap-south", "sa-east"}) {
      for (const std::string_view os : {"android", "ios", "desktop"}) {
        lines_[kAttemptsFile].emplace_back(start, AttemptsLine(start, region, os, random_.Between(8'000, 12'000)));
      }
    }
  }

  absl::StatusOr<SampleSummary> Finish(const std::string& folder) {
    SampleSummary summary;
    for (int file = 0; file < kFiles; ++file) {
      std::vector<std::pair<int64_t, std::string>>& lines = lines_[file];
      std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      std::string text;
      for (const auto& [time_us, line] : lines) text.append(line).push_back('\n');
      const std::string path = folder + "/" + std::string(kFileNames[file]);
      RETURN_IF_ERROR(WriteFile(path, text));
      summary.files.push_back({path, static_cast<int64_t>(lines.size())});
    }
    std::string truth;
    for (size_t i = 0; i < Causes().size(); ++i) {
      const Cause& cause = Causes()[i];
      summary.planted.push_back({std::string(cause.server.service), std::string(cause.server.message),
                                 std::string(cause.client_message), planted_[i]});
      truth += fmt::format("{}{{\"service\":{},\"server\":{},\"client\":{},\"units\":{}}}", i == 0 ? "" : ",\n",
                           JsonQuote(cause.server.service), JsonQuote(cause.server.message),
                           JsonQuote(cause.client_message), planted_[i]);
    }
    RETURN_IF_ERROR(WriteFile(folder + "/planted.json", "{\"pairs\":[\n" + truth + "\n]}\n"));
    return summary;
  }

 private:
  int64_t InMinute(int64_t start) { return start + random_.Between(0, 59'999) * 1000; }

  void WriteCause(size_t index, int minute, int64_t start) {
    const Cause& cause = Causes()[index];
    const int percent = minute * 100 / options_.minutes;
    const bool bad = percent >= cause.from_percent && percent < cause.to_percent;
    const int messages = bad ? cause.per_minute : cause.quiet_per_minute;
    for (int i = 0; i < messages; ++i) {
      const SampleUnit unit = MakeUnit(random_);
      const int64_t time_us = InMinute(start);
      WriteServer(time_us, cause.server, unit, /*new_release=*/percent >= 60);
      // A retry that fails again is a second line of the same message.
      if (random_.Chance(20)) WriteServer(time_us + 400'000, cause.server, unit, percent >= 60);
      if (!random_.Chance(cause.reach_percent)) continue;
      const int64_t lag_us = cause.lag_ms * random_.Between(500, 1500);
      WriteClient(time_us + lag_us, cause.client_message, unit);
      ++planted_[index];
    }
    // The same words for another reason: no server failure behind it.
    if (!bad || !random_.Chance(50)) return;
    const SampleUnit unit = MakeUnit(random_);
    WriteClient(InMinute(start), cause.client_message, unit);
  }

  void WriteClientNoise(int64_t start, const SampleUnit& unit) {
    const std::string_view message = ClientNoise()[random_.Below(ClientNoise().size())];
    WriteClient(InMinute(start), message, unit);
  }

  void WriteServerNoise(int64_t start, const SampleUnit& unit) {
    const ServerFailure& failure = ServerNoise()[random_.Below(ServerNoise().size())];
    WriteServer(InMinute(start), failure, unit, /*new_release=*/false);
  }

  void WriteClient(int64_t time_us, std::string_view message, const SampleUnit& unit) {
    const std::string text = FillIn(message, random_);
    lines_[kClientFile].emplace_back(time_us, ClientLine(time_us, text, unit, random_));
  }

  void WriteServer(int64_t time_us, const ServerFailure& failure, const SampleUnit& unit, bool new_release) {
    const File file = failure.format == SampleFormat::kSyslog  ? kSyslogFile
                      : failure.format == SampleFormat::kNginx ? kNginxFile
                                                               : kServerFile;
    lines_[file].emplace_back(time_us, ServerLine(time_us, failure, unit, new_release, random_));
  }

  static absl::Status WriteFile(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (file.fail()) return absl::UnavailableError("write " + path + ": " + std::strerror(errno));
    return absl::OkStatus();
  }

  const SampleOptions options_;
  SampleRandom random_;
  std::array<std::vector<std::pair<int64_t, std::string>>, kFiles> lines_;
  std::vector<int64_t> planted_;
};

}  // namespace

absl::StatusOr<SampleSummary> WriteSample(const SampleOptions& options, const std::string& folder) {
  if (options.minutes < 1 || options.minutes > 1440) {
    return absl::InvalidArgumentError(fmt::format("minutes is {}; it must be 1 .. 1440", options.minutes));
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return absl::UnavailableError("create folder " + folder + ": " + error.message());
  SampleOptions resolved = options;
  if (resolved.start_us == 0) resolved.start_us = (NowMicros() / kMinuteUs - options.minutes) * kMinuteUs;
  SampleWriter writer(resolved);
  for (int minute = 0; minute < options.minutes; ++minute) writer.WriteMinute(minute);
  return writer.Finish(folder);
}

}  // namespace faultline::deploy
