// Collects what comes out of one message. LogRecords of earlier messages are
// used again, so that their attribute lists keep their memory.
#pragma once

#include <string>
#include <string_view>

#include "ingest/decoder.h"

namespace faultline::ingest {

class RecordSink {
 public:
  RecordSink(Decoded& decoded, size_t max_records) : decoded_(decoded), max_records_(max_records) {
    decoded_.failures.clear();
  }

  // A record to fill. Null when the message has too many; that is then noted as
  // a failure, once. A pointer is valid until the next call.
  LogRecord* Next() {
    if (used_ == max_records_) {
      if (!full_) Fail("too_many_records", "the message has more than " + std::to_string(max_records_) + " records");
      full_ = true;
      return nullptr;
    }
    if (used_ == decoded_.records.size()) decoded_.records.emplace_back();
    return &decoded_.records[used_++];
  }
  // The last record; there must be one.
  LogRecord& last() { return decoded_.records[used_ - 1]; }
  // The record `index` of those so far.
  LogRecord& record(size_t index) { return decoded_.records[index]; }
  // Takes the last record back.
  void Discard() { --used_; }
  // A point to go back to, forgetting the records and failures since.
  struct Mark {
    size_t records, failures;
  };
  Mark mark() const { return {used_, decoded_.failures.size()}; }
  void Rewind(const Mark& mark) {
    used_ = mark.records;
    decoded_.failures.resize(mark.failures);
  }
  // `reason` must be a literal.
  void Fail(std::string_view reason, std::string detail) {
    if (decoded_.failures.size() < kMaxFailures) {
      decoded_.failures.push_back({reason, std::move(detail)});
    } else {
      ++more_failures_;
    }
  }
  bool full() const { return full_; }
  // Call once, at the end.
  void Close() {
    decoded_.records.resize(used_);
    if (used_ == 0 && decoded_.failures.empty()) Fail("empty", "the message holds no record");
    if (more_failures_ > 0) decoded_.failures.back().detail += "; " + std::to_string(more_failures_) + " more failures";
  }

 private:
  // Each failure keeps the whole message as a dead letter: more of them would
  // only say the same.
  static constexpr size_t kMaxFailures = 16;

  Decoded& decoded_;
  const size_t max_records_;
  size_t used_ = 0;
  size_t more_failures_ = 0;
  bool full_ = false;
};

}  // namespace faultline::ingest
