#include "ingest/file_source.h"

#include <poll.h>

#include <algorithm>

#include "base/log.h"
#include "base/status_macros.h"

namespace faultline::ingest {

FileSource::FileSource(FileSourceOptions options) : options_(std::move(options)) {
  reader_options_ = options_.follower.reader;
  reader_options_.lines.max_line_bytes = options_.max_record_bytes;
  reader_options_.lines.block_bytes = options_.block_bytes;
  reader_options_.growing = options_.follow;
}

absl::Status FileSource::Start(StreamRegistry& registry) {
  registry_ = &registry;
  if (options_.paths.empty()) return absl::InvalidArgumentError("no file to read; '-' is standard input");
  for (const std::string& path : options_.paths) {
    if (options_.follow && path == "-") {
      return absl::InvalidArgumentError("standard input cannot be followed; leave out --follow: it is read to its end");
    }
    if (path == "-" || IsPattern(path)) continue;
    RETURN_IF_ERROR(RawInput::Open(path).status());
  }
  if (options_.follow) {
    FileFollowerOptions follower = options_.follower;
    follower.reader = reader_options_;
    follower_ = std::make_unique<FileFollower>(follower, options_.paths);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, ExpandPaths(options_.paths));
  waiting_.assign(paths.begin(), paths.end());
  for (const FoundFile& file : FindFiles(paths)) bytes_total_ += file.state.size;
  if (std::find(paths.begin(), paths.end(), "-") != paths.end()) bytes_total_ = 0;
  return absl::OkStatus();
}

absl::Status FileSource::Poll(std::chrono::milliseconds timeout, SourceBatch& batch) {
  batch.records.clear();
  batch.end_of_input = false;
  if (paused_) {
    ::poll(nullptr, 0, static_cast<int>(timeout.count()));
    return absl::OkStatus();
  }
  if (follower_ == nullptr) return PollFiles(timeout, batch);
  follower_->Poll(*registry_, batch.records);
  if (!batch.records.empty()) return absl::OkStatus();
  follower_->Wait(timeout);
  follower_->Poll(*registry_, batch.records);
  return absl::OkStatus();
}

absl::Status FileSource::PollFiles(std::chrono::milliseconds timeout, SourceBatch& batch) {
  if (reader_ == nullptr && waiting_.empty()) {
    batch.end_of_input = true;
    return first_error_;
  }
  if (reader_ == nullptr) {
    absl::StatusOr<std::unique_ptr<FileReader>> reader = FileReader::Open(waiting_.front(), reader_options_);
    waiting_.pop_front();
    if (!reader.ok()) {
      FinishFile(reader.status());
      return absl::OkStatus();
    }
    reader_ = *std::move(reader);
  }
  reader_->WaitReadable(static_cast<int>(timeout.count()));
  const absl::Status status = reader_->Read(*registry_, batch.records);
  // A reader with records must live until the next Poll.
  if (batch.records.empty() && (!status.ok() || reader_->finished())) FinishFile(status);
  return absl::OkStatus();
}

void FileSource::FinishFile(const absl::Status& status) {
  if (reader_ != nullptr) bytes_finished_ += reader_->raw_offset();
  reader_.reset();
  if (status.ok()) return;
  LogWarning("file not read to its end", {{"error", status}});
  if (first_error_.ok()) first_error_ = status;
}

absl::Status FileSource::Commit(const std::vector<store::StreamPosition>& /*durable*/) { return absl::OkStatus(); }

std::vector<std::pair<std::string, int64_t>> FileSource::Lag() const {
  if (follower_ != nullptr) return follower_->Lag();
  if (reader_ == nullptr || reader_->stream().empty()) return {};
  return {{reader_->stream(), reader_->finished() ? 0 : -1}};
}

void FileSource::Stop() {
  reader_.reset();
  follower_.reset();
  waiting_.clear();
}

int64_t FileSource::bytes_read() const { return bytes_finished_ + (reader_ == nullptr ? 0 : reader_->raw_offset()); }

}  // namespace faultline::ingest
