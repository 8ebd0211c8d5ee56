// Records from files of captured Kafka records (ingest/captured_record.h): what
// a broker once gave, with its offsets, times, keys and headers.
//
// A stream is a topic and partition of one file, named after the start of the
// file: loading the same file again changes nothing, another capture of the
// same topic is another stream. A line that is no captured record ends the
// input with an error that names it; what stood before it is kept. Not
// thread-safe.
#pragma once

#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ingest/captured_record.h"
#include "ingest/record_source.h"

namespace faultline::ingest {

struct CapturedSourceOptions {
  std::vector<std::string> paths;  // read one after the other
  size_t max_batch_records = 500;
  size_t max_batch_bytes = 16 << 20;
};

class CapturedSource final : public RecordSource {
 public:
  explicit CapturedSource(CapturedSourceOptions options) : options_(std::move(options)) {}

  // Errors: InvalidArgument without a path, NotFound for a file that cannot be read.
  absl::Status Start(StreamRegistry& registry) override;
  // Errors: InvalidArgument for a line that is no captured record.
  absl::Status Poll(std::chrono::milliseconds timeout, SourceBatch& batch) override;
  absl::Status Commit(const std::vector<store::StreamPosition>& durable) override;
  void SetPaused(bool paused) override { paused_ = paused; }
  std::vector<std::pair<std::string, int64_t>> Lag() const override { return {}; }
  void Stop() override { in_.reset(); }

 private:
  struct Stream {
    uint32_t number = 0;
    int64_t next_offset = 0;  // of a line that does not say its offset
  };

  bool OpenNext();
  Stream& StreamOf(const CapturedRecord& record);
  void Append(const CapturedRecord& record, SourceBatch& batch);

  const CapturedSourceOptions options_;
  StreamRegistry* registry_ = nullptr;
  size_t next_path_ = 0;
  std::unique_ptr<std::ifstream> in_;
  std::string fingerprint_;  // of the open file
  int64_t line_number_ = 0;
  std::map<std::pair<std::string, int32_t>, Stream> streams_;  // of the open file
  std::deque<CapturedRecord> held_;                            // of the last batch, whose views point into them
  absl::Status error_;                                         // of a line behind the last batch
  bool paused_ = false;
};

}  // namespace faultline::ingest
