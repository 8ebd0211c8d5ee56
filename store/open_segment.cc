#include "store/open_segment.h"

// Most strings are short: the call would cost as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "absl/strings/str_cat.h"
#include "store/message_template.h"
#include "store/value_limits.h"

namespace faultline::store {
namespace {

// Texts that come again are kept once; beyond these caps they stay in the rows.
constexpr uint32_t kMaxTexts = 16'384;
constexpr size_t kMaxTextBytes = 2 << 20;
constexpr size_t kMaxSharedStacktrace = 16 << 10;

char* Put(char* to, std::string_view text) {
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

// An id longer than this would not fit the row; NormaliseId() gives none above 128.
bool IsKept(std::string_view id) { return !id.empty() && id.size() <= UINT8_MAX; }

}  // namespace

void OpenSegment::FreeBytes::operator()(uint64_t* p) const { std::free(p); }

OpenSegment::OpenSegment(uint64_t base_sequence, ValueLimits* limits)
    : base_sequence_(base_sequence), limits_(limits), arena_(256 << 10), texts_(arena_, kMaxTexts, kMaxTextBytes) {
  for (auto& dimension : dimensions_) dimension = std::make_unique<StringDictionary>(arena_);
}

uint64_t OpenSegment::HashId(std::string_view id) {
  const uint64_t hash = XXH3_64bits(id.data(), id.size());
  return hash == 0 ? 1 : hash;
}

void OpenSegment::Append(const Event& event) {
  const uint32_t ordinal = size_.load(std::memory_order_relaxed);
  std::unique_ptr<OpenRow[]>& block = blocks_[ordinal / kChunkEvents];
  if (block == nullptr) block.reset(new OpenRow[kChunkEvents]);
  OpenRow& row = block[ordinal % kChunkEvents];
  row.time_us = event.time_us;
  row.claimed_time_us = event.claimed_time_us;
  row.received_time_us = event.received_time_us;
  row.ingested_time_us = event.ingested_time_us;
  row.side = static_cast<uint8_t>(event.side);
  row.outcome = static_cast<uint8_t>(event.outcome);
  row.severity = event.severity;
  row.flags = event.flags;
  Originals originals;  // empty but for what is beyond a limit
  EncodeSignature(event, row, originals);
  EncodeDimensions(event, row, originals);
  AppendIdHashes(event, ordinal, row);
  if (originals.empty()) {
    CopyStrings(event, row);
  } else {
    std::string attributes(event.attributes);
    for (const auto& [key, value] : originals) attributes = WithAttribute(attributes, key, value);
    Event with = event;
    with.attributes = attributes;
    CopyStrings(with, row);
  }
  if (event.time_us < min_time_us()) min_time_us_.store(event.time_us, std::memory_order_relaxed);
  if (event.time_us > max_time_us()) max_time_us_.store(event.time_us, std::memory_order_relaxed);
  size_.store(ordinal + 1, std::memory_order_release);
}

void OpenSegment::EncodeSignature(const Event& event, OpenRow& row, Originals& originals) {
  if (limits_ == nullptr || signatures_.Has(event.signature)) {
    row.signature = signatures_.Add(event.signature);
    return;
  }
  const uint64_t counted = limits_->SignatureFor(event.signature, event.side);
  if (counted != event.signature) originals.emplace_back("other.signature", FormatSignature(event.signature));
  row.signature = signatures_.Add(counted);
}

void OpenSegment::EncodeDimensions(const Event& event, OpenRow& row, Originals& originals) {
  for (size_t d = 0; d < kDimensions; ++d) {
    const std::string_view value = event.dimensions[d];
    // Most fields repeat: compare with the last one before hashing.
    if (value.empty()) {
      row.dimensions[d] = 0;
    } else if (last_codes_[d] != 0 && dimensions_[d]->at(last_codes_[d]) == value) {
      row.dimensions[d] = last_codes_[d];
    } else {
      row.dimensions[d] = last_codes_[d] = CodeOf(d, value, originals);
    }
  }
}

uint16_t OpenSegment::CodeOf(size_t dimension, std::string_view value, Originals& originals) {
  StringDictionary& dictionary = *dimensions_[dimension];
  // There is room for one value per event and the empty string (kMaxSegmentEvents).
  if (limits_ == nullptr) return dictionary.Add(value).value_or(0);
  if (const auto code = dictionary.Find(value)) return *code;
  const auto of = static_cast<Dimension>(dimension);
  const std::string_view counted = limits_->ValueFor(of, value);
  if (counted != value) originals.emplace_back(absl::StrCat("other.", std::string(DimensionName(of))), value);
  return dictionary.Add(counted).value_or(0);
}

void OpenSegment::AppendIdHashes(const Event& event, uint32_t ordinal, OpenRow& row) {
  for (size_t kind = 0; kind < kIdKinds; ++kind) {
    const std::string_view id = event.ids[kind];
    if (!IsKept(id)) {
      row.id_sizes[kind] = 0;
      continue;
    }
    row.id_sizes[kind] = static_cast<uint8_t>(id.size());
    if (id_hashes_[kind] == nullptr) {
      // calloc: pages of a short segment are never touched.
      auto* hashes = static_cast<uint64_t*>(std::calloc(kMaxSegmentEvents, sizeof(uint64_t)));
      if (hashes == nullptr) throw std::bad_alloc();
      id_hashes_[kind].reset(hashes);
      published_hashes_[kind].store(hashes, std::memory_order_release);
    }
    id_hashes_[kind][ordinal] = HashId(id);
  }
}

// Events of one signature mostly have one text: comparing costs less than hashing.
uint16_t OpenSegment::TextCode(std::string_view text, uint16_t& last) {
  if (last != 0 && texts_.at(last) == text) return last;
  const uint16_t code = texts_.Add(text).value_or(0);
  if (code != 0) last = code;
  return code;
}

void OpenSegment::CopyStrings(const Event& event, OpenRow& row) {
  if (row.signature >= last_texts_.size()) last_texts_.resize(row.signature + size_t{1});
  LastTexts& last = last_texts_[row.signature];
  row.message_template = 0;
  if (!event.message_template.empty() && Reproduces(event.message_template, event.parameters, event.message)) {
    row.message_template = TextCode(event.message_template, last.message_template);
  }
  row.stacktrace = 0;
  if (!event.stacktrace.empty() && event.stacktrace.size() <= kMaxSharedStacktrace) {
    row.stacktrace = TextCode(event.stacktrace, last.stacktrace);
  }
  const std::string_view message = row.message_template != 0 ? event.parameters : event.message;
  const std::string_view stacktrace = row.stacktrace != 0 ? std::string_view() : event.stacktrace;
  row.message_size = static_cast<uint32_t>(message.size());
  row.exception_size = static_cast<uint32_t>(event.exception_message.size());
  row.stacktrace_size = static_cast<uint32_t>(stacktrace.size());
  row.attributes_size = static_cast<uint32_t>(event.attributes.size());
  size_t size = message.size() + event.exception_message.size() + stacktrace.size() + event.attributes.size();
  for (const uint8_t id_size : row.id_sizes) size += id_size;
  char* to = arena_.Allocate(size);
  row.bytes = to;
  for (size_t kind = 0; kind < kIdKinds; ++kind) {
    if (row.id_sizes[kind] != 0) to = Put(to, event.ids[kind]);
  }
  to = Put(to, message);
  to = Put(to, event.exception_message);
  to = Put(to, stacktrace);
  Put(to, event.attributes);
}

std::string_view OpenSegment::Id(const OpenRow& row, size_t kind) {
  size_t offset = 0;
  for (size_t k = 0; k < kind; ++k) offset += row.id_sizes[k];
  return {row.bytes + offset, row.id_sizes[kind]};
}

RowTexts OpenSegment::Texts(const OpenRow& row) {
  const char* from = row.bytes;
  for (const uint8_t id_size : row.id_sizes) from += id_size;
  RowTexts texts;
  texts.message = {from, row.message_size};
  from += row.message_size;
  texts.exception_message = {from, row.exception_size};
  from += row.exception_size;
  texts.stacktrace = {from, row.stacktrace_size};
  from += row.stacktrace_size;
  texts.attributes = {from, row.attributes_size};
  return texts;
}

std::string OpenSegment::Message(const OpenRow& row) const {
  const RowTexts texts = Texts(row);
  if (row.message_template == 0) return std::string(texts.message);
  std::string message;
  AppendMessage(texts_.at(row.message_template), texts.message, message);
  return message;
}

std::string_view OpenSegment::Stacktrace(const OpenRow& row) const {
  return row.stacktrace != 0 ? texts_.at(row.stacktrace) : Texts(row).stacktrace;
}

}  // namespace faultline::store
