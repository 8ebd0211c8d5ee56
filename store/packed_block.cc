#include "store/packed_block.h"

#include <zstd.h>

#include "base/varint.h"

namespace faultline::store {
namespace {

// Below this no compression pays for zstd's own header.
constexpr size_t kWorthTrying = 24;

struct DecompressionContext {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  ~DecompressionContext() { ZSTD_freeDCtx(context); }
};

}  // namespace

struct BlockPacker::Context {
  ZSTD_CCtx* zstd = ZSTD_createCCtx();
  ~Context() { ZSTD_freeCCtx(zstd); }
};

BlockPacker::BlockPacker(int level) : context_(std::make_unique<Context>()) {
  ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_contentSizeFlag, 0);  // ours stands before it
  ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_dictIDFlag, 0);
}

BlockPacker::~BlockPacker() = default;

void BlockPacker::AppendStored(std::string_view bytes, std::string& to) {
  AppendVarint(to, bytes.size() << 1);
  to.append(bytes);
}

void BlockPacker::Append(std::string_view bytes, std::string& to) {
  if (bytes.size() >= kWorthTrying) {
    const size_t room = ZSTD_compressBound(bytes.size());
    char* compressed = compressed_.Reserve(room);
    const size_t size = ZSTD_compress2(context_->zstd, compressed, room, bytes.data(), bytes.size());
    // Not for a few bytes: reading a stored block costs nothing.
    if (ZSTD_isError(size) == 0 && size + size / 32 + 2 < bytes.size()) {
      AppendVarint(to, bytes.size() << 1 | 1);
      AppendVarint(to, size);
      to.append(compressed, size);
      return;
    }
  }
  AppendStored(bytes, to);
}

absl::Status SkipBlock(std::string_view& from) {
  uint64_t header = 0;
  uint64_t stored = 0;
  if (!ReadVarint(from, header)) return absl::DataLossError("block cut short");
  if ((header & 1) == 0) stored = header >> 1;
  if ((header & 1) != 0 && !ReadVarint(from, stored)) return absl::DataLossError("block cut short");
  if (stored > from.size()) return absl::DataLossError("block cut short");
  from.remove_prefix(stored);
  return absl::OkStatus();
}

absl::Status ReadBlock(std::string_view& from, ByteBuffer& buffer, std::string_view& bytes) {
  uint64_t header = 0;
  if (!ReadVarint(from, header)) return absl::DataLossError("block cut short");
  const uint64_t size = header >> 1;
  if (size > kMaxBlockBytes) return absl::DataLossError("block size out of range");
  if ((header & 1) == 0) {
    if (size > from.size()) return absl::DataLossError("block cut short");
    bytes = from.substr(0, size);
    from.remove_prefix(size);
    return absl::OkStatus();
  }
  uint64_t compressed = 0;
  if (!ReadVarint(from, compressed) || compressed > from.size()) return absl::DataLossError("block cut short");
  thread_local DecompressionContext decompression;
  char* to = buffer.Reserve(size);
  const size_t got = ZSTD_decompressDCtx(decompression.context, to, size, from.data(), compressed);
  if (ZSTD_isError(got) != 0 || got != size) return absl::DataLossError("block does not decompress");
  from.remove_prefix(compressed);
  bytes = {to, size};
  return absl::OkStatus();
}

}  // namespace faultline::store
