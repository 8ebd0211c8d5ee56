// Follows growing, rotated and new files (`--follow`).
//
// A file is its inode, not its name: one that is renamed is read to its end
// under its new name or none, while the new one of the old name is read from
// its start. One that is truncated starts again as a new stream. What cannot
// be read (broken compression, no permission) is logged and tried again when
// it has changed. Not thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "ingest/file_paths.h"
#include "ingest/file_reader.h"

namespace faultline::ingest {

struct FileFollowerOptions {
  FileReaderOptions reader;
  std::chrono::milliseconds scan_interval{200};     // looks for new and renamed files
  std::chrono::milliseconds gone_patience{10'000};  // a file without a name is closed when it was idle so long
  size_t max_open_files = 512;                      // above it the longest idle are closed; at least 1
};

class FileFollower {
 public:
  FileFollower(const FileFollowerOptions& options, std::vector<std::string> paths);

  // Appends what one of the files has, or nothing. Each gets its turn.
  void Poll(StreamRegistry& registry, std::vector<SourceRecord>& records);
  // Waits until something may have changed, at most `timeout`.
  void Wait(std::chrono::milliseconds timeout) const;
  // As RecordSource::Lag: of the streams of open files, 0 or -1.
  std::vector<std::pair<std::string, int64_t>> Lag() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Followed {
    std::string path;
    FileId id;
    RawInput::State state;               // at the last scan
    RawInput::State closed_at;           // when it was closed last
    std::unique_ptr<FileReader> reader;  // nullptr while closed
    bool done = false;                   // nothing to read until `state` changes
    bool gone = false;                   // no path leads to it any more
    Clock::time_point active{};          // when it last had something
  };

  void Scan();
  void Meet(const FoundFile& file);
  bool OpenReader(Followed& file);
  bool MakePlace();
  // Not to be opened again until it has changed.
  void CloseUnread(Followed& file);
  // The same, unless it has changed since it was read to its end.
  void CloseRead(Followed& file);
  void ReadFrom(Followed& file, StreamRegistry& registry, std::vector<SourceRecord>& records);
  size_t OpenCount() const;

  const FileFollowerOptions options_;
  const std::vector<std::string> paths_;
  std::vector<Followed> files_;
  size_t turn_ = 0;
  Clock::time_point next_scan_{};
};

}  // namespace faultline::ingest
