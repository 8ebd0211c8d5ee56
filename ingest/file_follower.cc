#include "ingest/file_follower.h"

#include <poll.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"

namespace faultline::ingest {

FileFollower::FileFollower(const FileFollowerOptions& options, std::vector<std::string> paths)
    : options_(options), paths_(std::move(paths)) {}

void FileFollower::Poll(StreamRegistry& registry, std::vector<SourceRecord>& records) {
  if (Clock::now() >= next_scan_) Scan();
  for (size_t tried = 0; tried < files_.size() && records.empty(); ++tried) {
    turn_ = (turn_ + 1) % files_.size();
    ReadFrom(files_[turn_], registry, records);
  }
}

void FileFollower::Wait(std::chrono::milliseconds timeout) const {
  ::poll(nullptr, 0, static_cast<int>(std::min(timeout, options_.scan_interval).count()));
}

std::vector<std::pair<std::string, int64_t>> FileFollower::Lag() const {
  std::vector<std::pair<std::string, int64_t>> lag;
  for (const Followed& file : files_) {
    if (file.reader == nullptr || file.reader->stream().empty()) continue;
    lag.emplace_back(file.reader->stream(), file.reader->idle() ? 0 : -1);
  }
  return lag;
}

void FileFollower::Scan() {
  next_scan_ = Clock::now() + options_.scan_interval;
  const std::vector<FoundFile> found = FindFiles(paths_);
  std::set<FileId> named;
  for (const FoundFile& file : found) {
    named.insert(file.id);
    Meet(file);
  }
  for (Followed& file : files_) {
    if (named.count(file.id) > 0 || file.gone) continue;
    file.gone = true;
    file.active = std::max(file.active, Clock::now());
    LogInfo("file rotated away or removed", {{"path", file.path}});
  }
  files_.erase(
      std::remove_if(files_.begin(), files_.end(), [](const Followed& f) { return f.gone && f.reader == nullptr; }),
      files_.end());
}

void FileFollower::Meet(const FoundFile& file) {
  const auto known = std::find_if(files_.begin(), files_.end(), [&](const Followed& f) { return f.id == file.id; });
  if (known == files_.end()) {
    Followed& added = files_.emplace_back();
    added.path = file.path;
    added.id = file.id;
    added.state = file.state;
    return;
  }
  if (known->path != file.path) LogInfo("file renamed", {{"from", known->path}, {"to", file.path}});
  known->path = file.path;
  known->gone = false;
  known->state = file.state;
  if (known->done && known->state != known->closed_at) known->done = false;
}

void FileFollower::ReadFrom(Followed& file, StreamRegistry& registry, std::vector<SourceRecord>& records) {
  if (file.done || (file.reader == nullptr && (file.gone || !OpenReader(file)))) return;
  const absl::Status status = file.reader->Read(registry, records);
  if (!status.ok()) {
    LogWarning("file cannot be read on", {{"path", file.path}, {"error", status}});
    CloseUnread(file);
    return;
  }
  if (!records.empty()) {  // they live in the reader: it must stay, even if it is finished
    file.active = Clock::now();
  } else if (file.reader->replaced()) {
    LogInfo("file truncated, starting again", {{"path", file.path}});
    file.reader.reset();
  } else if (file.reader->finished()) {
    CloseRead(file);
  } else if (file.gone && Clock::now() - file.active >= options_.gone_patience) {
    file.reader->EndsHere();
  }
}

bool FileFollower::OpenReader(Followed& file) {
  if (!MakePlace()) return false;
  absl::StatusOr<std::unique_ptr<FileReader>> reader = FileReader::Open(file.path, options_.reader);
  if (!reader.ok()) {
    LogWarning("file cannot be opened", {{"path", file.path}, {"error", reader.status()}});
    CloseUnread(file);
    return false;
  }
  if ((*reader)->id() != file.id) return false;  // replaced since the scan: the next one will see
  file.reader = *std::move(reader);
  file.active = Clock::now();
  LogInfo("file opened", {{"path", file.path}});
  return true;
}

// Keeps the number of open files within its limit: closes the longest idle.
bool FileFollower::MakePlace() {
  if (OpenCount() < options_.max_open_files) return true;
  Followed* oldest = nullptr;
  for (Followed& file : files_) {
    if (file.reader == nullptr || !file.reader->idle() || file.gone) continue;
    if (oldest == nullptr || file.active < oldest->active) oldest = &file;
  }
  if (oldest == nullptr) return false;
  CloseRead(*oldest);
  return true;
}

void FileFollower::CloseUnread(Followed& file) {
  file.reader.reset();
  file.closed_at = file.state;
  file.done = true;
}

void FileFollower::CloseRead(Followed& file) {
  file.done = file.reader->raw_offset() == file.state.size;
  file.reader.reset();
  file.closed_at = file.state;
}

size_t FileFollower::OpenCount() const {
  return static_cast<size_t>(
      std::count_if(files_.begin(), files_.end(), [](const Followed& file) { return file.reader != nullptr; }));
}

}  // namespace faultline::ingest
