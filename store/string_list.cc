#include "store/string_list.h"

#include <cstring>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/keys.h"

namespace faultline::store {
namespace {

absl::Status Malformed() { return absl::DataLossError("malformed dictionary"); }

bool TakeVersion(std::string_view& value) {
  if (value.empty() || static_cast<uint8_t>(value.front()) != kPartVersion) return false;
  value.remove_prefix(1);
  return true;
}

bool TakeList(std::string_view& bytes, std::vector<std::string_view>& list) {
  uint64_t entries = 0;
  if (!ReadVarint(bytes, entries) || entries > bytes.size() || entries >= 65'536) return false;
  list.reserve(entries + 1);
  list.emplace_back();
  for (uint64_t i = 0; i < entries; ++i) {
    std::string_view text;
    if (!ReadString(bytes, text)) return false;
    list.push_back(text);
  }
  return true;
}

}  // namespace

std::string EncodeStringLists(const std::vector<std::vector<std::string_view>>& lists, BlockPacker& packer) {
  std::string bytes;
  for (const auto& list : lists) {
    AppendVarint(bytes, list.empty() ? 0 : list.size() - 1);
    for (size_t i = 1; i < list.size(); ++i) AppendString(bytes, list[i]);
  }
  std::string value(1, static_cast<char>(kPartVersion));
  packer.Append(bytes, value);
  return value;
}

absl::StatusOr<std::shared_ptr<const StringLists>> DecodeStringLists(std::string_view value, size_t count) {
  auto result = std::make_shared<StringLists>();
  result->value = value;
  std::string_view from = result->value;
  std::string_view bytes;
  if (!TakeVersion(from)) return Malformed();
  RETURN_IF_ERROR(ReadBlock(from, result->buffer, bytes));
  result->lists.resize(count);
  for (auto& list : result->lists) {
    if (!TakeList(bytes, list)) return Malformed();
  }
  if (!bytes.empty() || !from.empty()) return Malformed();
  return std::shared_ptr<const StringLists>(std::move(result));
}

std::string EncodeSignatures(const std::vector<uint64_t>& signatures) {
  std::string value(1, static_cast<char>(kPartVersion));
  value.append(reinterpret_cast<const char*>(signatures.data()), signatures.size() * sizeof(uint64_t));
  return value;
}

absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> DecodeSignatures(std::string_view value) {
  if (!TakeVersion(value) || value.size() % sizeof(uint64_t) != 0) return Malformed();
  auto signatures = std::make_shared<std::vector<uint64_t>>(value.size() / sizeof(uint64_t));
  if (!value.empty()) std::memcpy(signatures->data(), value.data(), value.size());
  return std::shared_ptr<const std::vector<uint64_t>>(std::move(signatures));
}

}  // namespace faultline::store
