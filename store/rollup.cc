#include "store/rollup.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/column_codec.h"
#include "store/keys.h"

namespace faultline::store {
namespace {

constexpr int64_t kMinuteMicros = 60'000'000;
// Fewer events a row than this, and the rows save too little.
constexpr uint64_t kMinEventsPerRow = 6;

// A row packed so that numbers ascend as rows do: signature 16 bits, service 16,
// side 3, outcome 1, severity 5, minute since one near the first event 23.
constexpr int kMinuteBits = 23;
constexpr int64_t kMinuteBias = int64_t{1} << (kMinuteBits - 1);

int64_t MinuteOf(int64_t time_us) { return time_us / kMinuteMicros - (time_us % kMinuteMicros < 0 ? 1 : 0); }

// Folded first: rows mostly differ in their highest bits, which a product alone leaves where they are.
uint64_t Mix(uint64_t key) {
  key ^= key >> 31;
  key *= 0x9e3779b97f4a7c15u;
  return key ^ key >> 32;
}

void AppendColumn(const std::string& column, std::string& to) { AppendString(to, column); }

absl::Status Malformed() { return absl::DataLossError("malformed rollup"); }

struct Rows {
  std::vector<uint64_t> minutes;  // since the first
  std::vector<uint16_t> signatures, services;
  std::vector<uint8_t> sides, outcomes, severities;
};

Rows Unpack(const std::vector<uint64_t>& keys, uint64_t first_minute) {
  Rows rows;
  for (const uint64_t key : keys) {
    rows.minutes.push_back(key % (1u << kMinuteBits) - first_minute);
    rows.severities.push_back(key >> kMinuteBits & 31);
    rows.outcomes.push_back(key >> (kMinuteBits + 5) & 1);
    rows.sides.push_back(key >> (kMinuteBits + 6) & 7);
    rows.services.push_back(static_cast<uint16_t>(key >> (kMinuteBits + 9)));
    rows.signatures.push_back(static_cast<uint16_t>(key >> (kMinuteBits + 25)));
  }
  return rows;
}

template <typename T>
void AppendCodesOf(const std::vector<T>& values, BlockPacker& packer, std::string& to) {
  std::string column;
  if constexpr (sizeof(T) == 1) {
    EncodeBytes(values, packer, column);
  } else {
    EncodeCodes(values, packer, column);
  }
  AppendColumn(column, to);
}

void AppendVarints(const std::vector<uint64_t>& values, BlockPacker& packer, std::string& to) {
  std::string bytes;
  for (const uint64_t value : values) AppendVarint(bytes, value);
  packer.Append(bytes, to);
}

}  // namespace

RollupBuilder::Slot& RollupBuilder::Find(uint64_t key) {
  size_t at = Mix(key) & (slots_.size() - 1);
  while (slots_[at].count != 0 && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
  return slots_[at];
}

void RollupBuilder::Grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.count != 0) Find(slot.key) = slot;
  }
}

void RollupBuilder::Add(const Columns& columns) {
  const std::vector<uint16_t>& services = columns.dimensions[static_cast<size_t>(Dimension::kService)];
  events_ += columns.size;
  for (uint32_t i = 0; possible_ && i < columns.size; ++i) {
    const int64_t minute = MinuteOf(columns.time_us[i]);
    if (first_minute_ == INT64_MIN) first_minute_ = minute - kMinuteBias;
    const auto since = static_cast<uint64_t>(minute - first_minute_);
    if (since >> kMinuteBits != 0 || columns.severity[i] > 31 || columns.outcome[i] > 1 || columns.side[i] > 7) {
      possible_ = false;
      return;
    }
    uint64_t key = uint64_t{columns.signature[i]} << 16 | services[i];
    key = key << 9 | uint64_t{columns.side[i]} << 6 | uint64_t{columns.outcome[i]} << 5 | columns.severity[i];
    Slot& slot = Find(key << kMinuteBits | since);
    slot.key = key << kMinuteBits | since;
    if (slot.count++ != 0) continue;
    if (++rows_ * 2 > slots_.size()) Grow();
    if (rows_ * kMinEventsPerRow > kMaxSegmentEvents) {  // Encode would say no
      possible_ = false;
      return;
    }
  }
}

std::optional<std::string> RollupBuilder::Encode(BlockPacker& packer) {
  if (!possible_ || rows_ * kMinEventsPerRow > events_) return std::nullopt;
  std::vector<Slot> rows;
  for (const Slot& slot : slots_) {
    if (slot.count != 0) rows.push_back(slot);
  }
  std::sort(rows.begin(), rows.end(), [](const Slot& a, const Slot& b) { return a.key < b.key; });
  std::vector<uint64_t> keys, counts;
  uint64_t first = UINT64_MAX;
  for (const Slot& row : rows) {
    keys.push_back(row.key);
    counts.push_back(row.count);
    first = std::min(first, row.key % (1u << kMinuteBits));
  }
  const Rows unpacked = Unpack(keys, first);
  std::string value(1, static_cast<char>(kPartVersion));
  AppendVarint(value, rows.size());
  AppendVarint(value, ZigZag(first_minute_ + static_cast<int64_t>(first)));
  AppendVarints(unpacked.minutes, packer, value);
  AppendCodesOf(unpacked.signatures, packer, value);
  AppendCodesOf(unpacked.services, packer, value);
  AppendCodesOf(unpacked.sides, packer, value);
  AppendCodesOf(unpacked.outcomes, packer, value);
  AppendCodesOf(unpacked.severities, packer, value);
  AppendVarints(counts, packer, value);
  return value;
}

namespace {

class Reader {
 public:
  explicit Reader(std::string_view value) : value_(value) {}

  absl::Status ReadHead(uint64_t& rows, int64_t& first_minute) {
    uint64_t first = 0;
    if (value_.empty() || static_cast<uint8_t>(value_.front()) != kPartVersion) return Malformed();
    value_.remove_prefix(1);
    if (!ReadVarint(value_, rows) || rows == 0 || rows > kMaxSegmentEvents || !ReadVarint(value_, first)) {
      return Malformed();
    }
    first_minute = UnZigZag(first);
    return first_minute < INT64_MIN / kMinuteMicros || first_minute >= INT64_MAX / kMinuteMicros - (1 << kMinuteBits)
               ? Malformed()
               : absl::OkStatus();
  }
  // Calls `take(i, value)` for `rows` varints of a block.
  template <typename Take>
  absl::Status ReadVarints(uint64_t rows, Take take) {
    ByteBuffer buffer;
    std::string_view bytes;
    RETURN_IF_ERROR(ReadBlock(value_, buffer, bytes));
    for (uint64_t i = 0; i < rows; ++i) {
      uint64_t number = 0;
      if (!ReadVarint(bytes, number)) return Malformed();
      take(i, number);
    }
    return bytes.empty() ? absl::OkStatus() : Malformed();
  }
  absl::Status Read(uint64_t rows, std::vector<uint16_t>& codes) {
    std::string_view column;
    return ReadString(value_, column) ? DecodeCodes(column, rows, codes) : Malformed();
  }
  absl::Status Read(uint64_t rows, std::vector<uint8_t>& bytes) {
    std::string_view column;
    return ReadString(value_, column) ? DecodeBytes(column, rows, bytes) : Malformed();
  }
  bool AtEnd() const { return value_.empty(); }

 private:
  std::string_view value_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Rollup>> DecodeRollup(std::string_view value, uint64_t events) {
  auto rollup = std::make_shared<Rollup>();
  Columns& columns = rollup->columns;
  Reader reader(value);
  uint64_t rows = 0;
  int64_t first_minute = 0;
  RETURN_IF_ERROR(reader.ReadHead(rows, first_minute));
  columns.size = static_cast<uint32_t>(rows);
  columns.time_us.resize(rows);
  rollup->counts.resize(rows);
  uint64_t largest_minute = 0, largest_count = 0;
  RETURN_IF_ERROR(reader.ReadVarints(rows, [&](uint64_t i, uint64_t minute) {
    largest_minute = std::max(largest_minute, minute);
    columns.time_us[i] = (first_minute + static_cast<int64_t>(minute % (1u << kMinuteBits))) * kMinuteMicros;
  }));
  RETURN_IF_ERROR(reader.Read(rows, columns.signature));
  RETURN_IF_ERROR(reader.Read(rows, columns.dimensions[static_cast<size_t>(Dimension::kService)]));
  RETURN_IF_ERROR(reader.Read(rows, columns.side));
  RETURN_IF_ERROR(reader.Read(rows, columns.outcome));
  RETURN_IF_ERROR(reader.Read(rows, columns.severity));
  RETURN_IF_ERROR(reader.ReadVarints(rows, [&](uint64_t i, uint64_t count) {
    largest_count = std::max(largest_count, count);
    rollup->counts[i] = static_cast<uint32_t>(count);
  }));
  const uint64_t total = std::accumulate(rollup->counts.begin(), rollup->counts.end(), uint64_t{0});
  if (!reader.AtEnd() || largest_minute >> kMinuteBits != 0 || largest_count > events || total != events) {
    return Malformed();
  }
  return std::shared_ptr<const Rollup>(std::move(rollup));
}

Rollup WithoutSignatures(const Rollup& rollup) {
  const Columns& from = rollup.columns;
  const std::vector<uint16_t>& services = from.dimensions[static_cast<size_t>(Dimension::kService)];
  using Key = std::tuple<int64_t, uint16_t, uint8_t, uint8_t, uint8_t>;
  std::map<Key, uint32_t> counts;
  for (uint32_t i = 0; i < from.size; ++i) {
    counts[Key(from.time_us[i], services[i], from.side[i], from.outcome[i], from.severity[i])] += rollup.counts[i];
  }
  Rollup without;
  Columns& to = without.columns;
  to.size = static_cast<uint32_t>(counts.size());
  for (const auto& [key, count] : counts) {
    to.time_us.push_back(std::get<0>(key));
    to.dimensions[static_cast<size_t>(Dimension::kService)].push_back(std::get<1>(key));
    to.side.push_back(std::get<2>(key));
    to.outcome.push_back(std::get<3>(key));
    to.severity.push_back(std::get<4>(key));
    without.counts.push_back(count);
  }
  return without;
}

Rollup WithoutMinutes(const Rollup& rollup) {
  const Columns& from = rollup.columns;
  constexpr auto kService = static_cast<size_t>(Dimension::kService);
  const auto same = [&from](uint32_t a, uint32_t b) {
    return from.signature[a] == from.signature[b] && from.dimensions[kService][a] == from.dimensions[kService][b] &&
           from.side[a] == from.side[b] && from.outcome[a] == from.outcome[b] && from.severity[a] == from.severity[b];
  };
  Rollup without;
  Columns& to = without.columns;
  for (uint32_t i = 0; i < from.size; ++i) {
    if (i > 0 && same(i - 1, i)) {
      without.counts.back() += rollup.counts[i];
      continue;
    }
    to.signature.push_back(from.signature[i]);
    to.dimensions[kService].push_back(from.dimensions[kService][i]);
    to.side.push_back(from.side[i]);
    to.outcome.push_back(from.outcome[i]);
    to.severity.push_back(from.severity[i]);
    without.counts.push_back(rollup.counts[i]);
  }
  to.size = static_cast<uint32_t>(without.counts.size());
  to.time_us.assign(to.size, *std::min_element(from.time_us.begin(), from.time_us.end()));
  return without;
}

}  // namespace faultline::store
