#include "ingest/line_assembler.h"

#include <algorithm>

#include "ingest/exception_split.h"
#include "ingest/text_ids.h"

namespace faultline::ingest {
namespace {

constexpr uint8_t kWarnSeverity = 13;
// A message of more records is no batch of lines; and a run must fit a segment.
constexpr size_t kMaxParts = 1'000;
constexpr size_t kMaxHeldParts = 30'000;

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

bool IsIndented(std::string_view text) { return !text.empty() && (text[0] == ' ' || text[0] == '\t'); }

// A frame belongs to the line in front, whatever that looked like.
bool IsFrame(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin != std::string_view::npos && text.substr(begin).starts_with("at ");
}

// A line that is JSON tells of itself.
bool IsJson(std::string_view text) { return text.size() > 1 && text[0] == '{' && (text[1] == '"' || text[1] == '}'); }

// A line of a container runtime's file says whether it is whole.
bool IsOfContainer(const LogRecord& record) {
  return std::any_of(record.attributes.begin(), record.attributes.end(),
                     [](const auto& each) { return each.first == "logtag"; });
}

}  // namespace

LineAssembler::Entry& LineAssembler::EntryOf(uint64_t number) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), number,
                                   [](const Entry& entry, uint64_t wanted) { return entry.number < wanted; });
  return *at;
}

LogRecord& LineAssembler::RecordOf(const Open& open) { return EntryOf(open.entry).record->decoded.records[open.index]; }

void LineAssembler::Add(std::unique_ptr<HeldRecord> record, int64_t now_us,
                        std::vector<std::unique_ptr<HeldRecord>>& spare) {
  const size_t parts = record->decoded.records.size();
  if (parts > kMaxParts || held_parts_ + parts > kMaxHeldParts) Finish();
  held_bytes_ += record->value.size();
  held_parts_ += parts;
  Entry& entry = entries_.emplace_back();
  entry.number = entry.reach = next_number_++;
  entry.first_offset = entry.offset = record->offset;
  entry.next_offset = record->next_offset;
  entry.checksum = record->checksum;
  entry.record = std::move(record);
  if (parts == 0) AddBlank(entry, now_us);
  for (size_t i = 0; i < parts && parts <= kMaxParts; ++i) AddLine(entry, i, now_us);
  FoldIntoOwner(spare);
  KeepLimits();
}

void LineAssembler::AddLine(Entry& entry, size_t index, int64_t now_us) {
  LogRecord& record = entry.record->decoded.records[index];
  record.line.last_offset = entry.offset;
  if (!record.line.is_line) return;
  if (entry.record->decoded.format == Format::kText && !IsOfContainer(record)) EndContainers();
  const LineIdentity identity = IdentityOf(record);
  const auto found =
      std::find_if(open_.begin(), open_.end(), [&](const Open& open) { return open.identity.SameAs(identity); });
  bool starts = false;
  LineRules::State start = LineRules::kPlain;
  if (found == open_.end()) {
    if (!record.line.has_time) start = rules_.Start(record.message);
    return Begin(entry, index, identity, start, now_us);
  }
  const int64_t kafka_us = entry.record->kafka_time_us;
  const bool late = kafka_us != 0 && found->last_kafka_us != 0 && kafka_us - found->last_kafka_us > options_.max_gap_us;
  if (GoesOn(*found, record, starts, start) && !late) return Append(*found, record, entry, now_us);
  End(static_cast<size_t>(found - open_.begin()));
  Begin(entry, index, identity, start, now_us);
}

// A source record that is nothing but a line end may stand inside a text.
bool LineAssembler::AddBlank(Entry& entry, int64_t now_us) {
  Decoded& decoded = entry.record->decoded;
  if (entry.record->value.empty() || !IsBlank(entry.record->value)) return false;
  const auto found = std::find_if(open_.begin(), open_.end(), [](const Open& open) { return open.plain_text; });
  if (found == open_.end() || found->state == LineRules::kEnd) return false;
  ++found->blanks;
  found->last_seen_us = now_us;
  found->last_offset = entry.offset;
  EntryOf(found->entry).reach = entry.number;
  entry.owner = found->entry;
  decoded.failures.clear();
  return true;
}

bool LineAssembler::GoesOn(Open& open, const LogRecord& record, bool& starts, LineRules::State& start) {
  const std::string_view text = record.message;
  const bool has_time = record.line.has_time;
  if (!has_time) start = rules_.Start(text);
  starts = has_time || start != LineRules::kPlain;
  if (open.lines >= options_.max_lines) return false;
  if (open.last.is_part) return true;
  if (IsBlank(text) && open.state == LineRules::kPlain) return !record.line.framed && record.severity == 0;
  if (IsBlank(text)) return open.state != LineRules::kEnd;
  if (open.state != LineRules::kPlain) {
    if (open.state == LineRules::kEnd) return false;
    if (const auto next = rules_.Next(open.state, text, starts)) {
      open.state = *next;
      return true;
    }
    if (IsIndented(text) && start == LineRules::kPlain) return true;
  } else if (IsIndented(text) && !record.line.framed && !has_time && (start == LineRules::kPlain || IsFrame(text))) {
    open.state = start;
    return true;
  }
  if (has_time || IsJson(text)) return false;
  const LogRecord& first = RecordOf(open);
  if (start != LineRules::kPlain) {
    const bool tells_of_error = first.severity >= kWarnSeverity ||
                                (first.severity == 0 && first.line.has_time && open.state == LineRules::kPlain);
    if (open.state != LineRules::kPlain || !tells_of_error) return false;
    open.state = start;
    return true;
  }
  if (!first.line.has_time || open.unmarked >= options_.max_unmarked_lines) return false;
  ++open.unmarked;
  return true;
}

void LineAssembler::Begin(Entry& entry, size_t index, const LineIdentity& identity, LineRules::State state,
                          int64_t now_us) {
  if (open_.size() >= options_.max_producers) End(0);
  Open& open = open_.emplace_back();
  open.identity = identity;
  open.entry = entry.number;
  open.index = index;
  open.state = state;
  open.plain_text = entry.record->decoded.format == Format::kText;
  open.last = entry.record->decoded.records[index].line;
  open.last_offset = entry.offset;
  open.last_kafka_us = entry.record->kafka_time_us;
  open.last_seen_us = now_us;
  ++entry.unfinished;
}

void LineAssembler::Append(Open& open, LogRecord& record, Entry& entry, int64_t now_us) {
  if (open.text.empty()) open.text = RecordOf(open).message;
  if (open.text.size() < options_.max_text_bytes) {
    if (!open.last.is_part) open.text.append(open.blanks + entry.record->blank_lines + 1, '\n');
    open.text.append(record.message);
  } else {
    open.cut = true;
  }
  open.blanks = 0;
  ++open.lines;
  open.last = record.line;
  open.last_offset = entry.offset;
  open.last_kafka_us = entry.record->kafka_time_us;
  open.last_seen_us = now_us;
  EntryOf(open.entry).reach = entry.number;
  record.line.absorbed = true;
  const auto& records = entry.record->decoded.records;
  const bool all =
      std::all_of(records.begin(), records.end(), [](const LogRecord& each) { return each.line.absorbed; });
  if (all && entry.record->decoded.failures.empty() && open.entry != entry.number) entry.owner = open.entry;
}

// Of a run of lines of one text, the place of the last one is all that is kept.
void LineAssembler::FoldIntoOwner(std::vector<std::unique_ptr<HeldRecord>>& spare) {
  Entry& entry = entries_.back();
  if (entry.owner == 0) return;
  held_bytes_ -= std::min(held_bytes_, entry.record->value.size());
  held_parts_ -= std::min(held_parts_, entry.record->decoded.records.size());
  spare.push_back(std::move(entry.record));
  if (entries_.size() < 2) return;
  Entry& before = entries_[entries_.size() - 2];
  const bool same = before.owner == entry.owner || (before.number == entry.owner && before.owner == 0);
  if (!same) return;
  before.offset = entry.offset;
  before.next_offset = entry.next_offset;
  before.checksum = entry.checksum;
  Entry& owner = EntryOf(entry.owner);
  if (owner.reach == entry.number) owner.reach = before.number;
  entries_.pop_back();
}

void LineAssembler::End(size_t position) {
  Open& open = open_[position];
  Entry& entry = EntryOf(open.entry);
  --entry.unfinished;
  LogRecord& record = entry.record->decoded.records[open.index];
  record.line.last_offset = open.last_offset;
  record.line.absorbed_lines = static_cast<int64_t>(open.lines) - 1;
  if (open.cut) record.flags |= store::kTextTruncated;
  if (!open.text.empty()) {
    record.message = entry.record->arena.Copy(open.text);
    FindTextIds(record.message, record);
    SplitException(record);
  }
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(position));
}

// The file of a container runtime holds nothing else: a plain line says that
// what it broke off will not go on.
void LineAssembler::EndContainers() {
  for (size_t i = open_.size(); i > 0; --i) {
    if (open_[i - 1].last.is_part) End(i - 1);
  }
}

void LineAssembler::KeepLimits() {
  while (!open_.empty() && (entries_.size() > options_.max_held_records || held_bytes_ > options_.max_held_bytes)) {
    const auto oldest =
        std::min_element(open_.begin(), open_.end(), [](const Open& a, const Open& b) { return a.entry < b.entry; });
    const bool alone = entries_.size() == 1;
    End(static_cast<size_t>(oldest - open_.begin()));
    if (alone || entries_.front().unfinished == 0) return;
  }
}

void LineAssembler::Expire(int64_t now_us, bool idle) {
  for (size_t i = open_.size(); i > 0; --i) {
    const Open& open = open_[i - 1];
    const bool live = idle || open.last_kafka_us != 0;
    if (live && now_us - open.last_seen_us >= options_.max_wait_us) End(i - 1);
  }
}

void LineAssembler::Finish() {
  while (!open_.empty()) End(open_.size() - 1);
}

bool LineAssembler::TakeRun(HeldRun& run) {
  run.records.clear();
  uint64_t reach = 0;
  size_t count = 0;
  for (const Entry& entry : entries_) {
    if (entry.unfinished > 0) return false;
    ++count;
    reach = std::max(reach, entry.reach);
    if (entry.number >= reach) break;
  }
  if (count == 0 || entries_[count - 1].number < reach) return false;
  for (size_t i = 0; i < count; ++i) {
    Entry& entry = entries_.front();
    run.offset = entry.offset;
    run.next_offset = entry.next_offset;
    run.checksum = entry.checksum;
    if (entry.record != nullptr) {
      held_bytes_ -= std::min(held_bytes_, entry.record->value.size());
      held_parts_ -= std::min(held_parts_, entry.record->decoded.records.size());
      run.records.push_back(std::move(entry.record));
    }
    entries_.pop_front();
  }
  return true;
}

void LineAssembler::Clear() {
  entries_.clear();
  open_.clear();
  held_bytes_ = held_parts_ = 0;
}

}  // namespace faultline::ingest
