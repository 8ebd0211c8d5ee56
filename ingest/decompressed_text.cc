#include "ingest/decompressed_text.h"

#include <zlib.h>
#include <zstd.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace faultline::ingest {
namespace {

constexpr size_t kInputBlockBytes = 128 * 1024;
constexpr int kMaxZstdWindowLog = 27;

// What both codecs share: a block of compressed input and what is left of it.
class CompressedText : public TextStream {
 public:
  explicit CompressedText(std::unique_ptr<RawInput> input) : TextStream(std::move(input)), block_(kInputBlockBytes) {}
  bool compressed() const override { return true; }

 protected:
  absl::StatusOr<std::optional<size_t>> ReadText(char* buffer, size_t size) override {
    while (true) {
      // A codec may hold text back that did not fit `buffer` the last time.
      if (begin_ == end_ && !(full_ && InsideFrame())) {
        ASSIGN_OR_RETURN(const std::optional<size_t> got, input().Read(block_.data(), block_.size()));
        if (!got.has_value()) return std::nullopt;
        if (*got == 0) {
          if (InsideFrame()) return EndsEarly();
          return size_t{0};
        }
        begin_ = 0;
        end_ = *got;
      }
      ASSIGN_OR_RETURN(const size_t written, Decompress(buffer, size));
      full_ = written == size;
      if (written > 0) return written;
    }
  }
  absl::Status Restart() override {
    begin_ = end_ = 0;
    full_ = false;
    ResetCodec();
    return absl::OkStatus();
  }

  // Takes from [begin_, end_) and says how much it wrote. 0: it needs more.
  virtual absl::StatusOr<size_t> Decompress(char* buffer, size_t size) = 0;
  virtual bool InsideFrame() const = 0;
  virtual void ResetCodec() = 0;

  absl::Status Broken(const char* codec, const char* reason) const {
    return absl::DataLossError(
        absl::StrCat(input().label(), ": broken ", codec, " data before byte ", input().offset(), ": ", reason));
  }
  absl::Status EndsEarly() const {
    return absl::OutOfRangeError(
        absl::StrCat(input().label(), ": compressed data ends early, after byte ", input().offset()));
  }

  std::vector<char> block_;
  size_t begin_ = 0;
  size_t end_ = 0;

 private:
  bool full_ = false;
};

class GzipText final : public CompressedText {
 public:
  explicit GzipText(std::unique_ptr<RawInput> input) : CompressedText(std::move(input)) {
    inflateInit2(&stream_, kGzipWindowBits);
  }
  ~GzipText() override { inflateEnd(&stream_); }
  GzipText(const GzipText&) = delete;
  GzipText& operator=(const GzipText&) = delete;

 protected:
  absl::StatusOr<size_t> Decompress(char* buffer, size_t size) override {
    if (!inside_) {
      while (any_member_ && begin_ < end_ && block_[begin_] == '\0') ++begin_;
      if (begin_ == end_) return size_t{0};
      inflateReset(&stream_);
      inside_ = true;
      any_member_ = true;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(block_.data() + begin_);
    stream_.avail_in = static_cast<uInt>(end_ - begin_);
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = static_cast<uInt>(size);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    begin_ = end_ - stream_.avail_in;
    if (result == Z_STREAM_END) {
      inside_ = false;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return Broken("gzip", stream_.msg != nullptr ? stream_.msg : "not gzip");
    }
    return size - stream_.avail_out;
  }
  bool InsideFrame() const override { return inside_; }
  void ResetCodec() override { inside_ = any_member_ = false; }

 private:
  static constexpr int kGzipWindowBits = 15 + 16;  // 16: expect a gzip header

  z_stream stream_{};
  bool inside_ = false;
  bool any_member_ = false;
};

class ZstdText final : public CompressedText {
 public:
  explicit ZstdText(std::unique_ptr<RawInput> input) : CompressedText(std::move(input)), context_(ZSTD_createDCtx()) {
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxZstdWindowLog);
  }
  ~ZstdText() override { ZSTD_freeDCtx(context_); }
  ZstdText(const ZstdText&) = delete;
  ZstdText& operator=(const ZstdText&) = delete;

 protected:
  absl::StatusOr<size_t> Decompress(char* buffer, size_t size) override {
    ZSTD_outBuffer out{buffer, size, 0};
    ZSTD_inBuffer in{block_.data() + begin_, end_ - begin_, 0};
    const size_t result = ZSTD_decompressStream(context_, &out, &in);
    if (ZSTD_isError(result)) return Broken("zstd", ZSTD_getErrorName(result));
    begin_ += in.pos;
    inside_ = result != 0;
    return out.pos;
  }
  bool InsideFrame() const override { return inside_; }
  void ResetCodec() override {
    ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
    inside_ = false;
  }

 private:
  ZSTD_DCtx* const context_;
  bool inside_ = false;
};

}  // namespace

std::unique_ptr<TextStream> MakeGzipText(std::unique_ptr<RawInput> input) {
  return std::make_unique<GzipText>(std::move(input));
}

std::unique_ptr<TextStream> MakeZstdText(std::unique_ptr<RawInput> input) {
  return std::make_unique<ZstdText>(std::move(input));
}

}  // namespace faultline::ingest
