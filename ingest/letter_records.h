// Dead letters -> the records that they were kept of, as far as these can be
// taken again.
//
// A record may have several letters, which stand one behind the other; it comes
// again once, and names them all (ingest/replayed_letters.h). Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/record_outcome.h"
#include "store/store.h"

namespace faultline::ingest {

// A record that comes again: what was kept of it, and redacted.
struct LetterRecord {
  std::vector<store::LetterName> letters;  // at least one
  std::string label;                       // of its stream
  std::string value;
  int64_t time_us = 0;  // when it was given up: the best that is known of its receipt

  const std::string& stream() const { return letters.front().stream; }
  // One for each letter: the headers that a record which comes again has.
  std::vector<std::pair<std::string, std::string>> Headers() const;
};

class LetterRecords {
 public:
  // `reason`: only records with a letter of this reason; empty: all.
  explicit LetterRecords(std::string reason) : reason_(std::move(reason)) {}

  // Takes the next letter by number. The record before it, if that is complete with it
  // and can be taken again.
  std::optional<LetterRecord> Add(const store::StoredDeadLetter& letter);
  // The last record, if it can be taken again.
  std::optional<LetterRecord> Finish();

  // Waiting letters of the reason that cannot be taken again, by why, in words.
  const std::map<std::string, int64_t>& left_out() const { return left_out_; }

 private:
  std::optional<LetterRecord> Take();

  const std::string reason_;
  std::vector<store::StoredDeadLetter> letters_;  // of one record
  std::map<std::string, int64_t> left_out_;
};

}  // namespace faultline::ingest
