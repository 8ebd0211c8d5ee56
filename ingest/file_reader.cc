#include "ingest/file_reader.h"

#include <optional>
#include <utility>

#include "base/status_macros.h"

namespace faultline::ingest {
namespace {

constexpr size_t kRememberedLineBytes = 256;

}  // namespace

absl::StatusOr<std::unique_ptr<FileReader>> FileReader::Open(const std::string& path,
                                                             const FileReaderOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<RawInput> input, RawInput::Open(path));
  return std::unique_ptr<FileReader>(new FileReader(std::move(input), options));
}

FileReader::FileReader(std::unique_ptr<RawInput> input, const FileReaderOptions& options)
    : options_(options), id_(input->id()), input_(std::move(input)) {}

absl::Status FileReader::Read(StreamRegistry& registry, std::vector<SourceRecord>& records) {
  idle_ = true;
  if (finished_ || replaced_) return absl::OkStatus();
  if (reader_ == nullptr) {
    ASSIGN_OR_RETURN(const bool open, OpenText());
    if (!open) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool found, FindStream(registry));
    if (!found) return absl::OkStatus();
  }
  const bool may_grow = growing() && !text_->compressed();
  if (may_grow) {
    ASSIGN_OR_RETURN(const bool changed, HasChanged());
    if (!changed || replaced_) return absl::OkStatus();
  }
  RETURN_IF_ERROR(reader_->Next(!may_grow, lines_));
  idle_ = lines_.empty();
  Append(registry, records);
  finished_ = reader_->at_end() && !may_grow;
  return absl::OkStatus();
}

void FileReader::EndsHere() {
  ended_ = true;
  if (finder_ != nullptr) finder_->EndsHere();
}

absl::StatusOr<bool> FileReader::OpenText() {
  if (text_ != nullptr) return true;
  ASSIGN_OR_RETURN(text_, TextStream::Open(input_, growing()));
  return text_ != nullptr;
}

absl::StatusOr<bool> FileReader::FindStream(const StreamRegistry& registry) {
  if (finder_ == nullptr) {
    StreamFinderOptions options;
    options.max_record_bytes = options_.lines.max_line_bytes;
    options.growing = growing() && !text_->compressed();
    options.settle = options_.settle;
    finder_ = std::make_unique<StreamFinder>(options, *text_, registry);
  }
  ASSIGN_OR_RETURN(const bool found, finder_->Step());
  if (!found) return false;
  if (finder_->empty()) {
    finished_ = true;
    return false;
  }
  reader_ = std::make_unique<LineReader>(options_.lines, *text_);
  return true;
}

// The state is taken before the read: what is appended meanwhile is a change
// for the next call.
absl::StatusOr<bool> FileReader::HasChanged() {
  ASSIGN_OR_RETURN(const RawInput::State state, text_->input().CurrentState());
  if (state == last_state_) return !reader_->at_end();
  last_state_ = state;
  ASSIGN_OR_RETURN(const bool same, StillHolds(last_line_, last_line_offset_));
  replaced_ = !same || state.size < text_->offset();
  return true;
}

absl::StatusOr<bool> FileReader::StillHolds(const std::string& text, int64_t offset) {
  if (text.empty()) return true;
  RawInput& file = text_->input();
  const int64_t place = file.offset();
  RETURN_IF_ERROR(file.Seek(offset));
  std::string found(text.size(), '\0');
  ASSIGN_OR_RETURN(const std::optional<size_t> got, file.Read(found.data(), found.size()));
  RETURN_IF_ERROR(file.Seek(place));
  found.resize(got.value_or(0));
  return found == text;
}

void FileReader::Append(StreamRegistry& registry, std::vector<SourceRecord>& records) {
  if (lines_.empty()) return;
  if (stream_.empty()) {
    store::StreamPosition initial = finder_->position();
    initial.label = text_->input().label();
    stream_ = initial.stream;
    stream_number_ = registry.Open(initial).first;
  }
  records.reserve(records.size() + lines_.size());
  for (const Line& line : lines_) {
    SourceRecord& record = records.emplace_back();
    record.stream = stream_number_;
    record.offset = line.offset;
    record.next_offset = line.next_offset;
    record.value = line.text;
    record.original_size_bytes = line.size;
    record.blank_lines = line.blank_lines;
    if (line.cut()) record.source_error = "record_too_large";
  }
  last_line_ = lines_.back().text.substr(0, kRememberedLineBytes);
  last_line_offset_ = lines_.back().offset;
}

}  // namespace faultline::ingest
