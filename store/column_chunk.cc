#include "store/column_chunk.h"

#include <algorithm>
#include <array>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/column_codec.h"
#include "store/keys.h"

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

class ChunkBuilder {
 public:
  explicit ChunkBuilder(BlockPacker& packer) : packer_(packer) {}

  void AddTimes(uint8_t number, std::span<const int64_t> values, std::span<const int64_t> base) {
    if (!Start(number, values)) return;
    EncodeTimes(values, base, packer_, bytes_);
    End();
  }
  void AddBytes(uint8_t number, std::span<const uint8_t> values) {
    if (!Start(number, values)) return;
    EncodeBytes(values, packer_, bytes_);
    End();
  }
  void AddCodes(uint8_t number, std::span<const uint16_t> values) {
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

 private:
  template <typename T>
  absl::Status Zeros(std::vector<T>& values) const {
    values.assign(size_, 0);
    return absl::OkStatus();
  }

  size_t size_ = 0;
  std::array<std::string_view, kColumnNumbers> columns_;
};

}  // namespace

std::string EncodeColumnChunk(const Columns& columns, BlockPacker& packer) {
  ChunkBuilder builder(packer);
  builder.AddTimes(kTime, columns.time_us, {});
  builder.AddTimes(kClaimed, columns.claimed_time_us, columns.time_us);
  builder.AddTimes(kReceived, columns.received_time_us, columns.time_us);
  builder.AddTimes(kIngested, columns.ingested_time_us, columns.time_us);
  builder.AddBytes(kSideNumber, columns.side);
  builder.AddBytes(kOutcomeNumber, columns.outcome);
  builder.AddBytes(kSeverityNumber, columns.severity);
  builder.AddCodes(kFlagsNumber, columns.flags);
  builder.AddCodes(kSignatureNumber, columns.signature);
  for (uint8_t d = 0; d < kDimensions; ++d) {
    builder.AddCodes(static_cast<uint8_t>(kFirstDimension + d), columns.dimensions[d]);
  }
  return builder.Finish(columns.size);
}

absl::Status DecodeColumnChunk(std::string_view value, uint32_t size, uint32_t column_set, Columns& columns) {
  ChunkReader reader;
  RETURN_IF_ERROR(reader.Parse(value, size));
  columns.size = size;
  if ((column_set & (kTimeColumn | kOtherTimeColumns)) != 0) RETURN_IF_ERROR(reader.Read(kTime, {}, columns.time_us));
  if ((column_set & kOtherTimeColumns) != 0) {
    RETURN_IF_ERROR(reader.Read(kClaimed, columns.time_us, columns.claimed_time_us));
    RETURN_IF_ERROR(reader.Read(kReceived, columns.time_us, columns.received_time_us));
    RETURN_IF_ERROR(reader.Read(kIngested, columns.time_us, columns.ingested_time_us));
  }
  if ((column_set & kStateColumns) != 0) {
    RETURN_IF_ERROR(reader.Read(kSideNumber, columns.side));
    RETURN_IF_ERROR(reader.Read(kOutcomeNumber, columns.outcome));
    RETURN_IF_ERROR(reader.Read(kSeverityNumber, columns.severity));
    RETURN_IF_ERROR(reader.Read(kFlagsNumber, columns.flags));
  }
  if ((column_set & kSignatureColumn) != 0) RETURN_IF_ERROR(reader.Read(kSignatureNumber, columns.signature));
  for (uint8_t d = 0; d < kDimensions; ++d) {
    if ((column_set & DimensionColumn(static_cast<Dimension>(d))) == 0) continue;
    RETURN_IF_ERROR(reader.Read(static_cast<uint8_t>(kFirstDimension + d), columns.dimensions[d]));
  }
  return absl::OkStatus();
}

}  // namespace faultline::store
