// Bytes that a disk may have damaged: every decoder of a segment's parts says
// DataLoss or gives values in range, and never reads beyond.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/column_chunk.h"
#include "store/id_chunk.h"
#include "store/id_codec.h"
#include "store/id_filter.h"
#include "store/id_ordinals.h"
#include "store/keys.h"
#include "store/postings.h"
#include "store/rollup.h"
#include "store/signature_chunks.h"
#include "store/string_list.h"
#include "store/text_chunk.h"
#include "store/text_rows.h"

namespace faultline::store {
namespace {

// Every third event, as somebody who wants few of them asks.
std::vector<uint32_t> EveryThird(uint32_t size) {
  std::vector<uint32_t> indexes;
  for (uint32_t i = 0; i < size; i += 3) indexes.push_back(i);
  return indexes;
}

// Where all of a chunk can be read, its single events say the same.
void ReadColumns(std::string_view value, uint32_t size) {
  Columns columns, rows;
  std::vector<uint16_t> signatures;
  const bool whole = DecodeColumnChunk(value, size, kAllColumns, columns).ok();
  if (whole && columns.flags.size() != size) __builtin_trap();
  const std::vector<uint32_t> indexes = EveryThird(size);
  const bool single = DecodeColumnRows(value, size, indexes, kAllColumns, signatures, rows).ok();
  if (whole && !single) __builtin_trap();
  for (size_t row = 0; whole && row < indexes.size(); ++row) {
    const uint32_t i = indexes[row];
    bool same = rows.time_us[row] == columns.time_us[i] && rows.claimed_time_us[row] == columns.claimed_time_us[i] &&
                rows.received_time_us[row] == columns.received_time_us[i] &&
                rows.ingested_time_us[row] == columns.ingested_time_us[i] && rows.side[row] == columns.side[i] &&
                rows.flags[row] == columns.flags[i] && rows.signature[row] == columns.signature[i];
    for (size_t d = 0; d < kDimensions; ++d) same &= rows.dimensions[d][row] == columns.dimensions[d][i];
    if (!same) __builtin_trap();
  }
}

void ReadTexts(std::string_view value, uint32_t size) {
  static const std::vector<std::string_view> kTexts = {"", "took \x01 ms", "\x01\x01", "plain"};
  std::vector<uint16_t> signatures(size);
  for (uint32_t i = 0; i < size; ++i) signatures[i] = static_cast<uint16_t>(i % 5);
  const std::vector<uint32_t> indexes = EveryThird(size);
  TextRows rows;
  const bool single = rows.Decode(value, signatures, kTexts, indexes).ok();
  size_t bytes = 0;
  for (size_t row = 0; single && row < indexes.size(); ++row) {
    bytes += rows.Message(row).size() + rows.Parameters(row).size() + rows.ExceptionMessage(row).size() +
             rows.Stacktrace(row).size() + rows.Attributes(row).size();
  }
  TextChunk chunk;
  const bool whole = chunk.Decode(value, signatures, kTexts).ok();
  for (uint32_t i = 0; whole && i < size; ++i) {
    bytes += chunk.Message(i).size() + chunk.MessageTemplate(i).size() + chunk.Parameters(i).size() +
             chunk.ExceptionMessage(i).size() + chunk.Stacktrace(i).size() + chunk.Attributes(i).size();
  }
  if (whole && !single) __builtin_trap();
  for (size_t row = 0; whole && row < indexes.size(); ++row) {
    const uint32_t i = indexes[row];
    const bool same = rows.Message(row) == chunk.Message(i) && rows.MessageTemplate(row) == chunk.MessageTemplate(i) &&
                      rows.Parameters(row) == chunk.Parameters(i) &&
                      rows.ExceptionMessage(row) == chunk.ExceptionMessage(i) &&
                      rows.Stacktrace(row) == chunk.Stacktrace(i) && rows.Attributes(row) == chunk.Attributes(i);
    if (!same) __builtin_trap();
  }
  volatile size_t kept = bytes;
  static_cast<void>(kept);
}

void ReadIds(std::string_view value) {
  IdChunkReader reader;
  std::string id;
  if (!reader.Open(value).ok()) return;
  std::vector<std::string> ids;
  while (reader.Next()) {
    ids.emplace_back(reader.encoded_id());
    DecodeId(reader.encoded_id(), id);
  }
  // Where ids ascend, as they do when we wrote them, each is found where it is.
  const bool ascend =
      reader.status().ok() && std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end();
  for (uint32_t i = 0; i < ids.size(); i += 1 + static_cast<uint32_t>(ids.size()) / 20) {
    IdChunkReader finder;
    if (!finder.Open(value).ok()) continue;
    const auto found = finder.Find(ids[i]);
    if (ascend && found != i) __builtin_trap();
  }
}

void ReadOrdinals(std::string_view value) {
  IdOrdinals ordinals;
  if (!ordinals.Open(value).ok()) return;
  uint32_t entries = 0;
  for (uint32_t id = 0; id < ordinals.ids() && id < 100; ++id) ordinals.Events(id);
  ordinals.ForEach([&](uint32_t, auto events) { entries += static_cast<uint32_t>(events.size()); });
  if (entries != ordinals.entries()) __builtin_trap();
  const std::vector<uint32_t> wanted = {0, 1, 2, 3, 5, 8, 13, 21, 34, 55};
  ordinals.IdsOf(wanted);
  ordinals.IdsOf({wanted.data(), 2});
}

void ReadPostings(std::string_view value) {
  const auto ordinals = DecodePostings(value, 1, 1'000);
  if (!ordinals.ok()) return;
  for (const uint32_t ordinal : *ordinals) {
    if (ordinal >= 1'000) __builtin_trap();
  }
}

}  // namespace
}  // namespace faultline::store

// The first byte names the part, the second the number of events.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline::store;  // NOLINT(google-build-using-namespace)
  if (size < 2) return 0;
  const uint32_t events = data[1];
  const std::string_view value(reinterpret_cast<const char*>(data) + 2, size - 2);
  switch (static_cast<Part>(data[0])) {
    case Part::kDictionaries:
      DecodeStringLists(value, events % 17).IgnoreError();
      break;
    case Part::kSignatures:
      DecodeSignatures(value).IgnoreError();
      break;
    case Part::kColumnChunk:
      if (events > 0) ReadColumns(value, events);
      break;
    case Part::kTextChunk:
      ReadTexts(value, events);
      break;
    case Part::kSignatureChunks:
      DecodeSignatureChunks(value, events, 3).IgnoreError();
      break;
    case Part::kRollup:
      DecodeRollup(value, events).IgnoreError();
      break;
    case Part::kPostings:
      ReadPostings(value);
      break;
    case Part::kIdChunk:
      ReadIds(value);
      break;
    case Part::kIdOrdinals:
      ReadOrdinals(value);
      break;
    case Part::kIdFilter:
      if (const auto filter = IdFilter::Decode(value); filter.ok()) filter->MayContain(events * 0x9E3779B97F4A7C15u);
      break;
    default:
      ParseAttemptsKey(value);
  }
  return 0;
}
