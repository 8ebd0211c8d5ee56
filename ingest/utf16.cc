#include "ingest/utf16.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "base/status_macros.h"

namespace faultline::ingest {
namespace {

constexpr char16_t kMark = 0xfeff;
constexpr char32_t kReplacement = 0xfffd;
constexpr size_t kBlockBytes = 64 * 1024;

void AppendUtf8(char32_t c, std::string& text) {
  const auto add = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xc0 | (c >> 6));
    add(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    add(0xe0 | (c >> 12));
    add(0x80 | ((c >> 6) & 0x3f));
    add(0x80 | (c & 0x3f));
  } else {
    add(0xf0 | (c >> 18));
    add(0x80 | ((c >> 12) & 0x3f));
    add(0x80 | ((c >> 6) & 0x3f));
    add(0x80 | (c & 0x3f));
  }
}

class Utf16Text final : public TextStream {
 public:
  explicit Utf16Text(std::unique_ptr<RawInput> input) : TextStream(std::move(input)), block_(kBlockBytes) {}
  // Its offsets are none of the file's bytes.
  bool compressed() const override { return true; }

 protected:
  absl::StatusOr<std::optional<size_t>> ReadText(char* buffer, size_t size) override {
    while (given_ == text_.size()) {
      text_.clear();
      given_ = 0;
      ASSIGN_OR_RETURN(const std::optional<size_t> got, input().Read(block_.data(), block_.size()));
      if (!got.has_value()) return std::nullopt;
      if (*got == 0) return size_t{0};
      decoder_.Decode({block_.data(), *got}, text_);
    }
    const size_t count = std::min(size, text_.size() - given_);
    std::memcpy(buffer, text_.data() + given_, count);
    given_ += count;
    return count;
  }
  absl::Status Restart() override {
    decoder_ = Utf16Decoder();
    text_.clear();
    given_ = 0;
    return absl::OkStatus();
  }

 private:
  std::vector<char> block_;
  Utf16Decoder decoder_;
  std::string text_;
  size_t given_ = 0;  // of `text_`
};

}  // namespace

bool IsUtf16(std::string_view start) {
  return start.size() >= 2 && (start.substr(0, 2) == "\xff\xfe" || start.substr(0, 2) == "\xfe\xff");
}

void Utf16Decoder::AddUnit(char16_t unit, std::string& text) {
  if (high_ != 0) {
    const bool pair = unit >= 0xdc00 && unit < 0xe000;
    const char32_t high = std::exchange(high_, u'\0');
    if (pair) return AppendUtf8(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00U), text);
    AppendUtf8(kReplacement, text);
  }
  if (unit >= 0xd800 && unit < 0xdc00) {
    high_ = unit;
  } else {
    AppendUtf8(unit >= 0xdc00 && unit < 0xe000 ? kReplacement : unit, text);
  }
}

void Utf16Decoder::Decode(std::string_view bytes, std::string& text) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (!has_half_) {
      half_ = byte;
      has_half_ = true;
      continue;
    }
    has_half_ = false;
    if (!std::exchange(started_, true)) {
      little_ = half_ == 0xff;
      if ((little_ ? byte << 8 | half_ : half_ << 8 | byte) == kMark) continue;
    }
    AddUnit(static_cast<char16_t>(little_ ? byte << 8 | half_ : half_ << 8 | byte), text);
  }
}

std::unique_ptr<TextStream> MakeUtf16Text(std::unique_ptr<RawInput> input) {
  return std::make_unique<Utf16Text>(std::move(input));
}

}  // namespace faultline::ingest
