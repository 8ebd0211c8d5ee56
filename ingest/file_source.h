// Records from files and standard input: one record per line (ingest/line_reader.h).
//
// Plain, gzip and zstd by content. What was stored before is not delivered
// again, whatever the file is called now and however it is compressed
// (ingest/stream_finder.h). Offsets are byte offsets in the decompressed text;
// a stream's label is the path, or "stdin".
//
// Without `follow` the files are read one after the other and the input ends
// with the last; a last line without \n counts. With `follow` it never ends
// (ingest/file_follower.h), and a last line waits for its \n: one that is still
// incomplete at Stop() is read by the next run.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ingest/file_follower.h"
#include "ingest/file_reader.h"
#include "ingest/record_source.h"

namespace faultline::ingest {

struct FileSourceOptions {
  // Files, patterns such as "/var/log/app/*.log", or "-" for standard input
  // (not with `follow`).
  std::vector<std::string> paths;
  bool follow = false;
  // A longer line is cut to this and has source_error "record_too_large".
  size_t max_record_bytes = 8 << 20;
  size_t block_bytes = 512 * 1024;
  FileFollowerOptions follower;  // its `reader` is set by the source
};

class FileSource final : public RecordSource {
 public:
  explicit FileSource(FileSourceOptions options);

  // Errors: NotFound, PermissionDenied, InvalidArgument (a folder, no path at
  // all), each naming the path. Nothing has been read then.
  absl::Status Start(StreamRegistry& registry) override;
  // A file that cannot be read to its end does not keep the others from being
  // read: the first such error is returned after them.
  absl::Status Poll(std::chrono::milliseconds timeout, SourceBatch& batch) override;
  absl::Status Commit(const std::vector<store::StreamPosition>& durable) override;
  void SetPaused(bool paused) override { paused_ = paused; }
  // 0 for what has been read to its end, -1 for what has not.
  std::vector<std::pair<std::string, int64_t>> Lag() const override;
  void Stop() override;

  // For a progress bar: bytes on disk read and in all; the latter is 0 where
  // it is not known (standard input, `follow`).
  int64_t bytes_read() const;
  int64_t bytes_total() const { return bytes_total_; }

 private:
  absl::Status PollFiles(std::chrono::milliseconds timeout, SourceBatch& batch);
  void FinishFile(const absl::Status& status);

  const FileSourceOptions options_;
  FileReaderOptions reader_options_;
  StreamRegistry* registry_ = nullptr;
  std::deque<std::string> waiting_;
  std::unique_ptr<FileReader> reader_;  // of the file being read
  std::unique_ptr<FileFollower> follower_;
  absl::Status first_error_;
  int64_t bytes_finished_ = 0;
  int64_t bytes_total_ = 0;
  bool paused_ = false;
};

}  // namespace faultline::ingest
