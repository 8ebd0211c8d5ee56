#include "ingest/inflate.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"

namespace faultline::ingest {
namespace {

constexpr size_t kStepBytes = 64 * 1024;

bool IsGzip(std::string_view bytes) { return bytes.size() >= 3 && bytes.substr(0, 3) == "\x1f\x8b\x08"; }
bool IsZstd(std::string_view bytes) { return bytes.size() >= 4 && bytes.substr(0, 4) == "\x28\xb5\x2f\xfd"; }

absl::Status TooLarge(size_t max_bytes) {
  return absl::ResourceExhaustedError(absl::StrCat("the value inflates to more than ", max_bytes, " bytes"));
}

// Makes room behind the `used` bytes; false when the cap (and one byte, to see
// that there is more) is reached.
bool Grow(std::string& inflated, size_t used, size_t max_bytes) {
  if (used > max_bytes) return false;
  inflated.resize(std::min(max_bytes + 1, std::max(used * 2, used + kStepBytes)));
  return inflated.size() > used;
}

absl::Status InflateGzip(std::string_view bytes, size_t max_bytes, std::string& inflated) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return absl::InternalError("inflateInit2 failed");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  size_t used = 0;
  while (true) {
    if (!Grow(inflated, used, max_bytes)) return TooLarge(max_bytes);
    stream.next_out = reinterpret_cast<Bytef*>(inflated.data() + used);
    stream.avail_out = static_cast<uInt>(inflated.size() - used);
    const int result = inflate(&stream, Z_NO_FLUSH);
    used = inflated.size() - stream.avail_out;
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      if (inflateReset(&stream) != Z_OK) return absl::InternalError("inflateReset failed");
    } else if (result != Z_OK) {
      return absl::InvalidArgumentError("the gzip data is damaged or cut short");
    }
  }
  inflated.resize(used);
  return used > max_bytes ? TooLarge(max_bytes) : absl::OkStatus();
}

absl::Status InflateZstd(std::string_view bytes, size_t max_bytes, std::string& inflated) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (context == nullptr) return absl::InternalError("ZSTD_createDCtx failed");
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  size_t used = 0;
  size_t expected = 1;
  while (in.pos < in.size || expected != 0) {
    if (!Grow(inflated, used, max_bytes)) return TooLarge(max_bytes);
    ZSTD_outBuffer out{inflated.data(), inflated.size(), used};
    const size_t before = in.pos;
    expected = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(expected) != 0) {
      return absl::InvalidArgumentError(absl::StrCat("the zstd data is damaged: ", ZSTD_getErrorName(expected)));
    }
    if (in.pos == before && out.pos == used) return absl::InvalidArgumentError("the zstd data is cut short");
    used = out.pos;
  }
  inflated.resize(used);
  return used > max_bytes ? TooLarge(max_bytes) : absl::OkStatus();
}

}  // namespace

bool IsCompressed(std::string_view bytes) { return IsGzip(bytes) || IsZstd(bytes); }

absl::Status Inflate(std::string_view bytes, size_t max_bytes, std::string& inflated) {
  inflated.clear();
  if (IsGzip(bytes)) return InflateGzip(bytes, max_bytes, inflated);
  if (IsZstd(bytes)) return InflateZstd(bytes, max_bytes, inflated);
  return absl::InvalidArgumentError("the value is neither gzip nor zstd");
}

}  // namespace faultline::ingest
