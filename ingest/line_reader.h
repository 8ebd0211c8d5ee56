// Text -> lines, as views into one block, without a copy per line.
//
// A line ends with \n; one \r before it is stripped. Where the first 64 KB have no \n, lines end with \r. Where the
// first line begins a document (ingest/line_documents.h), each document is one "line". Empty lines are no records
// unless they are asked for. A line above the limit is cut: its start is kept, the rest skipped. Not thread-safe.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "ingest/text_stream.h"

namespace faultline::ingest {

struct LineReaderOptions {
  size_t max_line_bytes = 8 << 20;  // a longer line is cut
  size_t block_bytes = 512 * 1024;  // read at once; at least 1
  size_t max_lines = 4'000;         // in one batch; at least 1
  bool keep_empty = false;          // empty lines count as lines
};

struct Line {
  int64_t offset = 0;       // of its first byte in the text
  int64_t next_offset = 0;  // behind its line end
  std::string_view text;
  int64_t size = 0;          // in the text, without the line end; larger than `text` when cut
  uint32_t blank_lines = 0;  // empty lines directly in front of it
  bool cut() const { return size > static_cast<int64_t>(text.size()); }
};

class LineReader {
 public:
  // `text` must outlive the reader; lines start at its current offset.
  LineReader(const LineReaderOptions& options, TextStream& text);

  // Replaces `lines` by the next ones; none when the text has no more for now.
  // Views live until the next call. With `last_line_ends` the end of the text
  // ends a last line that has no \n; otherwise that line waits for its \n.
  // Errors: as TextStream::Read, after all lines before were given.
  absl::Status Next(bool last_line_ends, std::vector<Line>& lines);

  // Whether the last Next met the end of the text, so far as it goes now.
  bool at_end() const { return at_end_; }
  // Where the next line starts.
  int64_t offset() const { return line_offset_; }

 private:
  void TakeLines(std::vector<Line>& lines);
  void TakeLastLine(std::vector<Line>& lines);
  // Moves `line_end` to the end of the document that starts at `begin_`. False while more must be read to tell.
  bool ExtendToDocument(size_t& line_end);
  // Tells by what there is whether \r ends the lines. `all`: nothing follows.
  void ChooseLineEnd(bool all);
  // Moves what is unread to the front and makes room for a block.
  void MakeRoom();
  void Take(Line line, std::vector<Line>& lines);
  Line MakeLine(size_t end, size_t line_end_bytes) const;

  const LineReaderOptions options_;
  TextStream& text_;
  std::vector<char> buffer_;
  // [begin_, end_) is read and not yet given out; no \n in [begin_, searched_).
  size_t begin_ = 0;
  size_t searched_ = 0;
  size_t end_ = 0;
  int64_t line_offset_;       // of the text byte at begin_
  uint32_t blank_lines_ = 0;  // since the last line
  int64_t skipped_ = 0;       // bytes of an overlong line that are not in the buffer
  char last_skipped_ = 0;     // the last of them
  bool at_end_ = false;
  enum class Shape : uint8_t { kUnknown, kLines, kDocuments };
  Shape shape_ = Shape::kUnknown;
  char line_end_byte_ = '\0';  // not known yet
  absl::Status error_;
};

}  // namespace faultline::ingest
