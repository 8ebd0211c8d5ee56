#include "deploy/cli/group_spool.h"

#include <xxhash.h>

#include <cerrno>
#include <cstring>

#include "base/status_macros.h"

namespace faultline::deploy {
namespace {

// On disk, for each line: the number of its group as 4 bytes; kLiteral, where it is not kept, is followed by the
// signature (8), the length of the text (4) and the text. The machine's own byte order: the file dies with the process.
constexpr uint32_t kLiteral = UINT32_MAX;
constexpr size_t kBufferBytes = 1 << 20;

template <typename Number>
void AppendNumber(std::string& to, Number number) {
  char bytes[sizeof(Number)];
  std::memcpy(bytes, &number, sizeof(Number));
  to.append(bytes, sizeof(Number));
}

template <typename Number>
bool ReadNumber(std::FILE* file, Number& number) {
  return std::fread(&number, sizeof(Number), 1, file) == 1;
}

}  // namespace

absl::StatusOr<GroupSpool> GroupSpool::Create() {
  std::FILE* const file = std::tmpfile();
  if (file == nullptr) {
    return absl::InternalError(std::string("cannot make a temporary file: ") + std::strerror(errno));
  }
  return GroupSpool(file);
}

bool GroupSpool::Add(uint64_t signature, std::string_view masked) {
  const uint64_t key = XXH3_64bits_withSeed(masked.data(), masked.size(), signature);
  const auto found = numbers_.find(key);
  if (found != numbers_.end()) {
    AppendNumber(buffer_, found->second);
  } else if (kept_.size() < kMaxKept && kept_bytes_ + masked.size() <= kMaxKeptBytes) {
    const auto number = static_cast<uint32_t>(kept_.size());
    numbers_.emplace(key, number);
    kept_.push_back({signature, std::string(masked)});
    kept_bytes_ += masked.size();
    AppendNumber(buffer_, number);
  } else {
    AppendNumber(buffer_, kLiteral);
    AppendNumber(buffer_, signature);
    AppendNumber(buffer_, static_cast<uint32_t>(masked.size()));
    buffer_.append(masked);
  }
  if (buffer_.size() >= kBufferBytes) WriteBuffer();
  return found == numbers_.end();
}

void GroupSpool::WriteBuffer() {
  failed_ = failed_ || std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size();
  buffer_.clear();
}

absl::Status GroupSpool::Replay(const Visitor& visit) {
  WriteBuffer();
  if (failed_ || std::fflush(file_.get()) != 0) {
    return absl::InternalError("cannot write to the temporary file; is the disk full?");
  }
  std::rewind(file_.get());
  std::string text;
  uint32_t number = 0;
  while (ReadNumber(file_.get(), number)) {
    if (number < kept_.size()) {
      visit(kept_[number].signature, kept_[number].masked, number);
      continue;
    }
    uint64_t signature = 0;
    uint32_t size = 0;
    bool whole = number == kLiteral && ReadNumber(file_.get(), signature) && ReadNumber(file_.get(), size);
    if (whole) {
      text.resize(size);
      whole = std::fread(text.data(), 1, size, file_.get()) == size;
    }
    if (!whole) return absl::DataLossError("the temporary file is damaged");
    visit(signature, text, kNotKept);
  }
  if (std::ferror(file_.get()) != 0) return absl::InternalError("cannot read the temporary file back");
  return absl::OkStatus();
}

}  // namespace faultline::deploy
