// One line of a log -> its masked message and its signature, as `load` would
// store them.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/arena.h"
#include "base/pseudonym.h"
#include "ingest/decoder.h"
#include "ingest/event_parser.h"
#include "ingest/rules.h"

namespace faultline::deploy {

class LineGrouper {
 public:
  // With `raw_lines` the text of a line is its message; else it is decoded first.
  LineGrouper(bool raw_lines, std::shared_ptr<const ingest::RuleSet> rules);

  // The next line is the first of a file: its format is detected anew.
  void BeginFile();

  struct Group {
    uint64_t signature = 0;
    // Without the head of a line of text (ingest/line_head.h): time, level and names are no part of a kind.
    std::string_view masked;  // valid until the next call; empty for a line without a message
  };
  // A line that cannot be decoded is taken as it is. Of several records in one line the first counts.
  Group Read(std::string_view line);

 private:
  const bool raw_lines_;
  const std::shared_ptr<const ingest::RuleSet> rules_;
  const Pseudonyms pseudonyms_ = Pseudonyms::Ephemeral();
  ingest::EventParser parser_;
  std::unique_ptr<ingest::Decoder> decoder_;
  Arena arena_;
  ingest::Decoded decoded_;
  int64_t now_us_;
};

}  // namespace faultline::deploy
