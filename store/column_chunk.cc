#include "store/column_chunk.h"

#include <algorithm>
#include <array>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/column_codec.h"
#include "store/column_pick.h"
#include "store/keys.h"
#include "store/signature_order.h"

namespace faultline::store {
namespace {

// Column numbers. Stored: append only.
enum ColumnNumber : uint8_t {
  kTime = 0,
  kClaimed = 1,
  kReceived = 2,
  kIngested = 3,
  kSideNumber = 4,
  kOutcomeNumber = 5,
  kSeverityNumber = 6,
  kFlagsNumber = 7,
  kSignatureNumber = 8,
  kFirstDimension = 16,
  kColumnNumbers = 32,
};

// What is read for any of these bits.
constexpr uint32_t kAnyTimes = kTimeColumn | kOtherTimeColumns | kUploadTimeColumns;
constexpr uint32_t kUploadTimes = kOtherTimeColumns | kUploadTimeColumns;
constexpr uint32_t kFlags = kStateColumns | kFlagsColumn;

class ChunkBuilder {
 public:
  explicit ChunkBuilder(BlockPacker& packer) : packer_(packer) {}

  // `base` may be empty.
  void Add(uint8_t number, std::span<const int64_t> values, std::span<const int64_t> base) {
    if (!Start(number, values)) return;
    EncodeTimes(values, base, packer_, bytes_);
    End();
  }
  void Add(uint8_t number, std::span<const uint8_t> values) {
    if (!Start(number, values)) return;
    EncodeBytes(values, packer_, bytes_);
    End();
  }
  void Add(uint8_t number, std::span<const uint16_t> values) {
    if (!Start(number, values)) return;
    EncodeCodes(values, packer_, bytes_);
    End();
  }

  std::string Finish(uint32_t events) const {
    std::string value(1, static_cast<char>(kPartVersion));
    AppendVarint(value, events);
    AppendVarint(value, count_);
    return value + directory_ + bytes_;
  }

 private:
  template <typename T>
  bool Start(uint8_t number, std::span<const T> values) {
    if (std::all_of(values.begin(), values.end(), [](T v) { return v == 0; })) return false;
    directory_.push_back(static_cast<char>(number));
    start_ = bytes_.size();
    ++count_;
    return true;
  }
  void End() { AppendVarint(directory_, bytes_.size() - start_); }

  BlockPacker& packer_;
  std::string directory_;
  std::string bytes_;
  size_t start_ = 0;
  uint32_t count_ = 0;
};

// Values in the order of `order`.
template <typename T>
std::vector<T> Ordered(const std::vector<T>& values, const std::vector<uint16_t>& order) {
  std::vector<T> ordered(values.size());
  for (size_t i = 0; i < order.size(); ++i) ordered[i] = values[order[i]];
  return ordered;
}

absl::Status Malformed() { return absl::DataLossError("malformed column chunk"); }

// The columns of a chunk by number; those not listed are empty.
class ChunkReader {
 public:
  absl::Status Parse(std::string_view value, uint32_t size) {
    uint64_t events = 0;
    uint64_t count = 0;
    if (value.empty() || static_cast<uint8_t>(value.front()) != kPartVersion) return Malformed();
    value.remove_prefix(1);
    if (!ReadVarint(value, events) || events != size || !ReadVarint(value, count) || count > kColumnNumbers) {
      return Malformed();
    }
    size_ = size;
    std::array<std::pair<uint8_t, uint64_t>, kColumnNumbers> listed;
    for (uint64_t i = 0; i < count; ++i) {
      if (value.empty()) return Malformed();
      listed[i].first = static_cast<uint8_t>(value.front());
      value.remove_prefix(1);
      if (listed[i].first >= kColumnNumbers || !ReadVarint(value, listed[i].second)) return Malformed();
    }
    for (uint64_t i = 0; i < count; ++i) {
      if (listed[i].second > value.size()) return Malformed();
      columns_[listed[i].first] = value.substr(0, listed[i].second);
      value.remove_prefix(listed[i].second);
    }
    return absl::OkStatus();
  }

  // In the order in which the column is stored.
  absl::Status Read(uint8_t number, std::span<const int64_t> base, std::vector<int64_t>& values) const {
    if (columns_[number].empty()) return Zeros(values);
    return DecodeTimes(columns_[number], size_, base, values);
  }
  absl::Status Read(uint8_t number, std::vector<uint8_t>& values) const {
    if (columns_[number].empty()) return Zeros(values);
    return DecodeBytes(columns_[number], size_, values);
  }
  absl::Status Read(uint8_t number, std::vector<uint16_t>& values) const {
    if (columns_[number].empty()) return Zeros(values);
    return DecodeCodes(columns_[number], size_, values);
  }
  // Rows of their own alone; `base` by row.
  absl::Status Pick(uint8_t number, Picks picks, std::span<const int64_t> base, std::vector<int64_t>& rows) const {
    if (columns_[number].empty()) return Zeros(picks.size(), rows);
    return PickTimes(columns_[number], size_, picks, base, rows);
  }
  absl::Status Pick(uint8_t number, Picks picks, std::vector<uint8_t>& rows) const {
    if (columns_[number].empty()) return Zeros(picks.size(), rows);
    return PickBytes(columns_[number], size_, picks, rows);
  }
  absl::Status Pick(uint8_t number, Picks picks, std::vector<uint16_t>& rows) const {
    if (columns_[number].empty()) return Zeros(picks.size(), rows);
    return PickCodes(columns_[number], size_, picks, rows);
  }
  // In the events' order.
  template <typename T>
  absl::Status Read(uint8_t number, const std::vector<uint16_t>& order, std::vector<T>& values) const {
    if (columns_[number].empty()) return Zeros(values);
    std::vector<T> stored;
    RETURN_IF_ERROR(Read(number, stored));
    return Place(stored, order, values);
  }
  absl::Status Read(uint8_t number, std::span<const int64_t> ordered_base, const std::vector<uint16_t>& order,
                    std::vector<int64_t>& values) const {
    if (columns_[number].empty()) return Zeros(values);
    std::vector<int64_t> stored;
    RETURN_IF_ERROR(Read(number, ordered_base, stored));
    return Place(stored, order, values);
  }

 private:
  template <typename T>
  absl::Status Zeros(std::vector<T>& values) const {
    return Zeros(size_, values);
  }
  template <typename T>
  static absl::Status Zeros(size_t count, std::vector<T>& values) {
    values.assign(count, 0);
    return absl::OkStatus();
  }
  template <typename T>
  static absl::Status Place(const std::vector<T>& stored, const std::vector<uint16_t>& order, std::vector<T>& values) {
    values.resize(stored.size());
    for (size_t i = 0; i < order.size(); ++i) values[order[i]] = stored[i];
    return absl::OkStatus();
  }

  size_t size_ = 0;
  std::array<std::string_view, kColumnNumbers> columns_;
};

}  // namespace

std::string EncodeColumnChunk(const Columns& columns, BlockPacker& packer) {
  std::vector<uint16_t> order;
  MakeSignatureOrder(columns.signature, order);
  const std::vector<int64_t> times = Ordered(columns.time_us, order);
  ChunkBuilder builder(packer);
  builder.Add(kTime, columns.time_us, {});
  builder.Add(kClaimed, Ordered(columns.claimed_time_us, order), times);
  builder.Add(kReceived, Ordered(columns.received_time_us, order), times);
  builder.Add(kIngested, columns.ingested_time_us, columns.time_us);
  builder.Add(kSideNumber, Ordered(columns.side, order));
  builder.Add(kOutcomeNumber, Ordered(columns.outcome, order));
  builder.Add(kSeverityNumber, Ordered(columns.severity, order));
  builder.Add(kFlagsNumber, Ordered(columns.flags, order));
  builder.Add(kSignatureNumber, columns.signature);
  for (uint8_t d = 0; d < kDimensions; ++d) {
    builder.Add(static_cast<uint8_t>(kFirstDimension + d), Ordered(columns.dimensions[d], order));
  }
  return builder.Finish(columns.size);
}

absl::Status DecodeColumnChunk(std::string_view value, uint32_t size, uint32_t column_set, Columns& columns) {
  ChunkReader reader;
  RETURN_IF_ERROR(reader.Parse(value, size));
  columns.size = size;
  if ((column_set & kAnyTimes) != 0) RETURN_IF_ERROR(reader.Read(kTime, {}, columns.time_us));
  std::vector<uint16_t> order;
  if ((column_set & ~kTimeColumn) != 0) RETURN_IF_ERROR(reader.Read(kSignatureNumber, columns.signature));
  if ((column_set & ~(kTimeColumn | kSignatureColumn)) != 0) MakeSignatureOrder(columns.signature, order);
  if ((column_set & kUploadTimes) != 0) {
    const std::vector<int64_t> times = Ordered(columns.time_us, order);
    RETURN_IF_ERROR(reader.Read(kClaimed, times, order, columns.claimed_time_us));
    RETURN_IF_ERROR(reader.Read(kReceived, times, order, columns.received_time_us));
  }
  if ((column_set & kOtherTimeColumns) != 0) {
    RETURN_IF_ERROR(reader.Read(kIngested, columns.time_us, columns.ingested_time_us));
  }
  if ((column_set & kStateColumns) != 0) {
    RETURN_IF_ERROR(reader.Read(kSideNumber, order, columns.side));
    RETURN_IF_ERROR(reader.Read(kOutcomeNumber, order, columns.outcome));
    RETURN_IF_ERROR(reader.Read(kSeverityNumber, order, columns.severity));
  }
  if ((column_set & kFlags) != 0) RETURN_IF_ERROR(reader.Read(kFlagsNumber, order, columns.flags));
  for (uint8_t d = 0; d < kDimensions; ++d) {
    if ((column_set & DimensionColumn(static_cast<Dimension>(d))) == 0) continue;
    RETURN_IF_ERROR(reader.Read(static_cast<uint8_t>(kFirstDimension + d), order, columns.dimensions[d]));
  }
  return absl::OkStatus();
}

absl::Status DecodeColumnRows(std::string_view value, uint32_t size, std::span<const uint32_t> indexes,
                              uint32_t column_set, std::vector<uint16_t>& signatures, Columns& rows) {
  ChunkReader reader;
  RETURN_IF_ERROR(reader.Parse(value, size));
  rows.size = static_cast<uint32_t>(indexes.size());
  const std::vector<Pick> in_order = PicksInOrder(indexes);
  if ((column_set & kAnyTimes) != 0) RETURN_IF_ERROR(reader.Pick(kTime, in_order, {}, rows.time_us));
  if ((column_set & ~kTimeColumn) == 0) return absl::OkStatus();
  RETURN_IF_ERROR(reader.Read(kSignatureNumber, signatures));
  rows.signature.clear();
  for (const uint32_t index : indexes) rows.signature.push_back(signatures[index]);
  const std::vector<Pick> by_signature = PicksInSignatureOrder(signatures, indexes);
  if ((column_set & kUploadTimes) != 0) {
    RETURN_IF_ERROR(reader.Pick(kClaimed, by_signature, rows.time_us, rows.claimed_time_us));
    RETURN_IF_ERROR(reader.Pick(kReceived, by_signature, rows.time_us, rows.received_time_us));
  }
  if ((column_set & kOtherTimeColumns) != 0) {
    RETURN_IF_ERROR(reader.Pick(kIngested, in_order, rows.time_us, rows.ingested_time_us));
  }
  if ((column_set & kStateColumns) != 0) {
    RETURN_IF_ERROR(reader.Pick(kSideNumber, by_signature, rows.side));
    RETURN_IF_ERROR(reader.Pick(kOutcomeNumber, by_signature, rows.outcome));
    RETURN_IF_ERROR(reader.Pick(kSeverityNumber, by_signature, rows.severity));
  }
  if ((column_set & kFlags) != 0) RETURN_IF_ERROR(reader.Pick(kFlagsNumber, by_signature, rows.flags));
  for (uint8_t d = 0; d < kDimensions; ++d) {
    if ((column_set & DimensionColumn(static_cast<Dimension>(d))) == 0) continue;
    RETURN_IF_ERROR(reader.Pick(static_cast<uint8_t>(kFirstDimension + d), by_signature, rows.dimensions[d]));
  }
  return absl::OkStatus();
}

}  // namespace faultline::store
