#include "query/explain/csv_reader.h"

#include <fmt/format.h>

#include "base/status_macros.h"

namespace faultline::query {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// As std::getline, but gives up behind `limit` bytes: a line has no bound.
bool ReadLine(std::istream& input, size_t limit, std::string& line) {
  line.clear();
  std::streambuf& buffer = *input.rdbuf();
  for (int c = buffer.sbumpc(); c != std::char_traits<char>::eof(); c = buffer.sbumpc()) {
    if (c == '\n') return true;
    line += static_cast<char>(c);
    if (line.size() > limit) return true;
  }
  return !line.empty();
}

}  // namespace

absl::Status CsvReader::Error(std::string_view what) const {
  return absl::InvalidArgumentError(fmt::format("line {}: {}", line_, what));
}

absl::StatusOr<bool> CsvReader::Next() {
  record_.clear();
  ends_.clear();
  State state = State::kFieldStart;
  line_ = lines_read_ + 1;
  while (true) {
    if (!ReadLine(input_, 2 * kMaxCsvRecordBytes, text_)) {
      if (state == State::kQuoted) return Error("a quote is opened and not closed");
      fields_.clear();
      return false;
    }
    std::string_view text = text_;
    if (lines_read_++ == 0 && text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      text.remove_prefix(kByteOrderMark.size());
    }
    if (state == State::kFieldStart && (text.empty() || text == "\r")) {
      line_ = lines_read_ + 1;
      continue;
    }
    RETURN_IF_ERROR(TakeLine(text, state));
    if (state != State::kQuoted) break;
    record_ += '\n';
  }
  fields_.clear();
  size_t begin = 0;
  for (const size_t end : ends_) {
    fields_.emplace_back(record_.data() + begin, end - begin);
    begin = end;
  }
  return true;
}

absl::Status CsvReader::TakeLine(std::string_view text, State& state) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool at_end = c == '\r' && i + 1 == text.size();
    if (state == State::kQuoted) {
      if (c == '"') {
        state = State::kQuoteInQuoted;
      } else {
        record_ += c;
      }
    } else if (c == ',') {
      EndField();
      state = State::kFieldStart;
    } else if (at_end) {
      continue;
    } else if (c == '"' && state != State::kPlain) {
      if (state == State::kQuoteInQuoted) record_ += c;
      state = State::kQuoted;
    } else if (state == State::kQuoteInQuoted) {
      return Error(fmt::format("field {} goes on behind its closing quote", ends_.size() + 1));
    } else {
      record_ += c;
      state = State::kPlain;
    }
    if (ends_.size() >= kMaxCsvFields) return Error(fmt::format("more than {} fields", kMaxCsvFields));
    if (record_.size() > kMaxCsvRecordBytes) return Error(fmt::format("more than {} bytes", kMaxCsvRecordBytes));
  }
  if (state != State::kQuoted) EndField();
  return absl::OkStatus();
}

}  // namespace faultline::query
