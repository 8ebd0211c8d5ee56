// All lines of a file, plain or compressed, or of standard input ("-").
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "ingest/line_reader.h"
#include "ingest/raw_input.h"
#include "ingest/text_stream.h"

namespace faultline::deploy {

// Calls `take` with every line of `path`, empty ones too.
template <typename Take>
absl::Status ReadLines(const std::string& path, Take take) {
  ASSIGN_OR_RETURN(std::unique_ptr<ingest::RawInput> input, ingest::RawInput::Open(path));
  std::unique_ptr<ingest::TextStream> text;
  while (true) {
    ASSIGN_OR_RETURN(text, ingest::TextStream::Open(input, /*growing=*/false));
    if (text != nullptr) break;
    input->WaitReadable(/*timeout_ms=*/1'000);
  }
  ingest::LineReaderOptions options;
  options.keep_empty = true;
  ingest::LineReader reader(options, *text);
  std::vector<ingest::Line> lines;
  while (!reader.at_end()) {
    RETURN_IF_ERROR(reader.Next(/*last_line_ends=*/true, lines));
    for (const ingest::Line& line : lines) take(line.text);
    if (lines.empty() && !reader.at_end()) text->input().WaitReadable(/*timeout_ms=*/1'000);
  }
  return absl::OkStatus();
}

}  // namespace faultline::deploy
