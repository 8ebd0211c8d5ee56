// The buffer holds whole blocks of text. Lines are given out as views into it;
// at the next call the unfinished last line moves to the front and a block is
// read behind it. Of a line above the limit the first `max_line_bytes` stay at
// the front while the rest goes by behind them.
#include "ingest/line_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "ingest/line_documents.h"

namespace faultline::ingest {

LineReader::LineReader(const LineReaderOptions& options, TextStream& text)
    : options_(options), text_(text), line_offset_(text.offset()) {}

absl::Status LineReader::Next(bool last_line_ends, std::vector<Line>& lines) {
  lines.clear();
  at_end_ = false;
  while (true) {
    TakeLines(lines);
    if (!lines.empty()) return absl::OkStatus();
    if (!error_.ok()) return error_;
    MakeRoom();
    const absl::StatusOr<std::optional<size_t>> got = text_.Read(buffer_.data() + end_, buffer_.size() - end_);
    if (!got.ok()) {
      error_ = got.status();
      return error_;
    }
    if (!got->has_value()) return absl::OkStatus();
    if (**got == 0) {
      at_end_ = true;
      if (last_line_ends) TakeLastLine(lines);
      return absl::OkStatus();
    }
    end_ += **got;
  }
}

void LineReader::TakeLines(std::vector<Line>& lines) {
  while (lines.size() < options_.max_lines && searched_ < end_) {
    if (line_end_byte_ == '\0') ChooseLineEnd(/*all=*/false);
    const char byte = line_end_byte_ == '\0' ? '\n' : line_end_byte_;
    const void* found = std::memchr(buffer_.data() + searched_, byte, end_ - searched_);
    if (found == nullptr) {
      searched_ = end_;
      return;
    }
    auto line_end = static_cast<size_t>(static_cast<const char*>(found) - buffer_.data());
    if (!ExtendToDocument(line_end)) {
      searched_ = line_end;
      return;
    }
    const Line line = MakeLine(line_end, 1);
    if (line.size > 0 || options_.keep_empty) lines.push_back(line);
    begin_ = searched_ = line_end + 1;
    line_offset_ = line.next_offset;
    skipped_ = 0;
  }
}

bool LineReader::ExtendToDocument(size_t& line_end) {
  if (shape_ == Shape::kLines || skipped_ > 0) return true;
  const std::string_view text(buffer_.data() + begin_, end_ - begin_);
  const DocumentEnd found = FindDocumentEnd(text, line_end - begin_);
  if (found.fit == DocumentFit::kMore && text.size() < options_.max_line_bytes) return false;
  const bool blank = line_end == begin_ || (line_end == begin_ + 1 && text[0] == '\r');
  if (shape_ == Shape::kUnknown && !blank) {
    shape_ = found.fit == DocumentFit::kYes ? Shape::kDocuments : Shape::kLines;
  }
  if (found.fit == DocumentFit::kYes) line_end = begin_ + found.line_end;
  return true;
}

void LineReader::ChooseLineEnd(bool all) {
  constexpr size_t kEnough = 64 * 1024;
  const std::string_view text(buffer_.data() + begin_, end_ - begin_);
  if (text.find('\n') != std::string_view::npos) {
    line_end_byte_ = '\n';
  } else if (all || text.size() >= kEnough) {
    line_end_byte_ = text.find('\r') < text.size() - 1 ? '\r' : '\n';
    if (line_end_byte_ == '\r') searched_ = begin_;
  }
}

void LineReader::TakeLastLine(std::vector<Line>& lines) {
  if (line_end_byte_ == '\0') {
    ChooseLineEnd(/*all=*/true);
    if (line_end_byte_ == '\r') TakeLines(lines);
  }
  const Line line = MakeLine(end_, 0);
  Take(line, lines);
  begin_ = searched_ = end_;
  line_offset_ = line.next_offset;
  skipped_ = 0;
}

void LineReader::Take(Line line, std::vector<Line>& lines) {
  if (line.size == 0) {
    ++blank_lines_;
    return;
  }
  line.blank_lines = std::exchange(blank_lines_, 0);
  lines.push_back(line);
}

Line LineReader::MakeLine(size_t end, size_t line_end_bytes) const {
  Line line;
  const size_t held = end - begin_;
  line.offset = line_offset_;
  line.size = static_cast<int64_t>(held) + skipped_;
  line.next_offset = line.offset + line.size + static_cast<int64_t>(line_end_bytes);
  line.text = std::string_view(buffer_.data() + begin_, std::min(held, options_.max_line_bytes));
  const bool end_is_held = skipped_ == 0 || held > options_.max_line_bytes;
  const char before_end = !end_is_held ? last_skipped_ : held > 0 ? buffer_[end - 1] : '\0';
  if (before_end == '\r') {
    --line.size;
    if (static_cast<int64_t>(line.text.size()) > line.size) line.text.remove_suffix(1);
  }
  return line;
}

void LineReader::MakeRoom() {
  const size_t unread = end_ - begin_;
  const size_t searched = searched_ - begin_;
  const size_t kept = std::min(unread, options_.max_line_bytes);
  if (unread > kept) {
    last_skipped_ = buffer_[end_ - 1];
    skipped_ += static_cast<int64_t>(unread - kept);
  }
  if (kept > 0 && begin_ > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, kept);
  begin_ = 0;
  end_ = kept;
  searched_ = std::min(searched, kept);
  if (buffer_.size() < kept + options_.block_bytes) buffer_.resize(kept + options_.block_bytes);
}

}  // namespace faultline::ingest
