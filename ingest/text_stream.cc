#include "ingest/text_stream.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "ingest/decompressed_text.h"
#include "ingest/utf16.h"

namespace faultline::ingest {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr size_t kMagicBytes = 4;
constexpr size_t kSkipBytes = 256 * 1024;

class PlainText final : public TextStream {
 public:
  explicit PlainText(std::unique_ptr<RawInput> input) : TextStream(std::move(input)) {}
  bool compressed() const override { return false; }

 protected:
  absl::StatusOr<std::optional<size_t>> ReadText(char* buffer, size_t size) override {
    return input().Read(buffer, size);
  }
  absl::Status Restart() override { return absl::OkStatus(); }
};

}  // namespace

absl::StatusOr<std::unique_ptr<TextStream>> TextStream::Open(std::unique_ptr<RawInput>& input, bool growing) {
  std::string magic(kMagicBytes, '\0');
  size_t length = 0;
  bool ended = false;
  while (length < kMagicBytes) {
    ASSIGN_OR_RETURN(const std::optional<size_t> got, input->Read(magic.data() + length, kMagicBytes - length));
    ended = got.has_value() && *got == 0;
    if (!got.has_value() || ended) break;
    length += *got;
  }
  RETURN_IF_ERROR(input->Seek(0));
  const std::string_view start = std::string_view(magic).substr(0, length);
  const bool undecided =
      length < kMagicBytes && (start == kGzipMagic.substr(0, length) || start == kZstdMagic.substr(0, length));
  if (undecided && (!ended || growing)) return nullptr;
  if (start.substr(0, kGzipMagic.size()) == kGzipMagic) return MakeGzipText(std::move(input));
  if (start == kZstdMagic) return MakeZstdText(std::move(input));
  if (IsUtf16(start)) return MakeUtf16Text(std::move(input));
  return std::make_unique<PlainText>(std::move(input));
}

absl::StatusOr<std::optional<size_t>> TextStream::Read(char* buffer, size_t size) {
  absl::StatusOr<std::optional<size_t>> got = ReadText(buffer, size);
  if (!got.ok()) return got.status();
  at_end_ = got->has_value() && **got == 0;
  offset_ += static_cast<int64_t>(got->value_or(0));
  return got;
}

absl::StatusOr<bool> TextStream::SeekTo(int64_t offset) {
  at_end_ = false;
  if (!compressed() && input_->seekable()) {
    ASSIGN_OR_RETURN(const RawInput::State state, input_->CurrentState());
    if (offset > state.size) {
      at_end_ = true;
      return false;
    }
    RETURN_IF_ERROR(input_->Seek(offset));
    offset_ = offset;
    return true;
  }
  if (offset < offset_) {
    RETURN_IF_ERROR(input_->Seek(0));
    RETURN_IF_ERROR(Restart());
    offset_ = 0;
  }
  std::vector<char> skipped(static_cast<size_t>(std::min<int64_t>(offset - offset_, kSkipBytes)));
  while (offset_ < offset) {
    const size_t wanted = static_cast<size_t>(std::min<int64_t>(offset - offset_, kSkipBytes));
    ASSIGN_OR_RETURN(const std::optional<size_t> got, Read(skipped.data(), wanted));
    if (got.value_or(0) == 0) return false;
  }
  return true;
}

}  // namespace faultline::ingest
