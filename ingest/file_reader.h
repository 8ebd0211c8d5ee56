// One open file, or standard input: finds its stream, then reads its lines.
// Not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ingest/line_reader.h"
#include "ingest/record_source.h"
#include "ingest/stream_finder.h"

namespace faultline::ingest {

struct FileReaderOptions {
  LineReaderOptions lines;
  // More may be appended: the last line waits for its \n. Ignored for pipes
  // and compressed files.
  bool growing = false;
  std::chrono::milliseconds settle{2'000};  // as StreamFinderOptions
};

class FileReader {
 public:
  // Errors: as RawInput::Open.
  static absl::StatusOr<std::unique_ptr<FileReader>> Open(const std::string& path, const FileReaderOptions& options);

  // Appends the next records, which live until the next Read. The stream is
  // registered with its first new record. None: see idle() and finished().
  // Errors: as TextStream::Read and StreamFinder::Step.
  absl::Status Read(StreamRegistry& registry, std::vector<SourceRecord>& records);

  // The last Read found nothing for now.
  bool idle() const { return idle_; }
  // Everything was read, and nothing will follow.
  bool finished() const { return finished_; }
  // The file was truncated, or written anew in place: open it again.
  bool replaced() const { return replaced_; }
  // Nothing will be appended any more: the last line ends where the file does.
  void EndsHere();

  // The stream's name, once a record was read.
  const std::string& stream() const { return stream_; }
  FileId id() const { return id_; }
  // Bytes read from the disk or pipe; compressed ones where it is compressed.
  int64_t raw_offset() const { return input().offset(); }
  void WaitReadable(int timeout_ms) const { input().WaitReadable(timeout_ms); }

 private:
  FileReader(std::unique_ptr<RawInput> input, const FileReaderOptions& options);

  const RawInput& input() const { return text_ != nullptr ? text_->input() : *input_; }
  bool growing() const { return options_.growing && !ended_ && input().seekable(); }
  absl::StatusOr<bool> OpenText();
  absl::StatusOr<bool> FindStream(const StreamRegistry& registry);
  // Whether there can be something new to read; sets replaced_.
  absl::StatusOr<bool> HasChanged();
  absl::StatusOr<bool> StillHolds(const std::string& text, int64_t offset);
  void Append(StreamRegistry& registry, std::vector<SourceRecord>& records);

  const FileReaderOptions options_;
  const FileId id_;
  std::unique_ptr<RawInput> input_;   // until text_ takes it over
  std::unique_ptr<TextStream> text_;  // from here on each needs the one before
  std::unique_ptr<StreamFinder> finder_;
  std::unique_ptr<LineReader> reader_;
  std::vector<Line> lines_;
  std::string stream_;
  uint32_t stream_number_ = 0;
  bool ended_ = false;
  bool idle_ = false;
  bool finished_ = false;
  bool replaced_ = false;
  // Of a growing file: how it was when it was read, and the start of the last line.
  RawInput::State last_state_;
  std::string last_line_;
  int64_t last_line_offset_ = 0;
};

}  // namespace faultline::ingest
