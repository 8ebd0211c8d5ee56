#include "store/signature_chunks.h"

#include <cstring>

#include "base/status_macros.h"
#include "store/keys.h"

namespace faultline::store {
namespace {

absl::Status Malformed() { return absl::DataLossError("malformed signature chunks"); }

}  // namespace

std::string EncodeSignatureChunks(std::span<const uint32_t> chunks, BlockPacker& packer) {
  std::string value(1, static_cast<char>(kPartVersion));
  packer.Append({reinterpret_cast<const char*>(chunks.data()), chunks.size_bytes()}, value);
  return value;
}

absl::StatusOr<uint32_t> DecodeSignatureChunks(std::string_view value, uint32_t code, uint32_t chunk_count) {
  if (value.empty() || static_cast<uint8_t>(value.front()) != kPartVersion) return Malformed();
  value.remove_prefix(1);
  ByteBuffer buffer;
  std::string_view bytes;
  RETURN_IF_ERROR(ReadBlock(value, buffer, bytes));
  uint32_t chunks = 0;
  if (code >= bytes.size() / sizeof(chunks)) return Malformed();
  std::memcpy(&chunks, bytes.data() + size_t{code} * sizeof(chunks), sizeof(chunks));
  if (chunk_count < 32 && chunks >> chunk_count != 0) return Malformed();
  return chunks;
}

}  // namespace faultline::store
