#include "ingest/raw_input.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxRememberedBytes = 64 << 20;

absl::Status OpenError(const std::string& path, int error) {
  const std::string text = absl::StrCat(path, ": cannot open: ", std::strerror(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(text);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(text);
  return absl::UnavailableError(text);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RawInput>> RawInput::Open(const std::string& path) {
  const bool is_stdin = path == "-";
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  const int fd =
      is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return OpenError(is_stdin ? "stdin" : path, errno);
  struct stat info {};
  if (fstat(fd, &info) != 0) {
    const int error = errno;
    close(fd);
    return OpenError(path, error);
  }
  if (S_ISDIR(info.st_mode)) {
    close(fd);
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is a folder; name the files in it, for example '", path, "/*.log'"));
  }
  return std::unique_ptr<RawInput>(new RawInput(fd, is_stdin ? "stdin" : path, info));
}

RawInput::RawInput(int fd, std::string label, const struct stat& info)
    : fd_(fd), label_(std::move(label)), seekable_(S_ISREG(info.st_mode)), id_(info.st_dev, info.st_ino) {
  if (seekable_) base_ = std::max<int64_t>(lseek(fd_, 0, SEEK_CUR), 0);
}

RawInput::~RawInput() { close(fd_); }

absl::Status RawInput::ErrnoStatus(const char* doing) const {
  return absl::InternalError(absl::StrCat(label_, ": cannot ", doing, ": ", std::strerror(errno)));
}

absl::StatusOr<std::optional<size_t>> RawInput::Read(char* buffer, size_t size) {
  if (!seekable_) return ReadPipe(buffer, size);
  ssize_t got = 0;
  do {
    got = pread(fd_, buffer, size, base_ + offset_);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return ErrnoStatus("read");
  offset_ += got;
  return static_cast<size_t>(got);
}

absl::StatusOr<std::optional<size_t>> RawInput::ReadPipe(char* buffer, size_t size) {
  if (const auto at = static_cast<size_t>(offset_); at < pipe_start_.size()) {
    const size_t length = std::min(size, pipe_start_.size() - at);
    std::memcpy(buffer, pipe_start_.data() + at, length);
    offset_ += static_cast<int64_t>(length);
    if (!remembering_ && at + length == pipe_start_.size()) std::string().swap(pipe_start_);
    return length;
  }
  pollfd waiting{fd_, POLLIN, 0};
  if (poll(&waiting, 1, 0) <= 0) return std::nullopt;
  const ssize_t got = read(fd_, buffer, size);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
  if (got < 0) return ErrnoStatus("read");
  const auto length = static_cast<size_t>(got);
  if (remembering_) {
    if (pipe_start_.size() + length > kMaxRememberedBytes) {
      Forget();
      std::string().swap(pipe_start_);
    } else {
      pipe_start_.append(buffer, length);
    }
  }
  offset_ += got;
  return length;
}

void RawInput::WaitReadable(int timeout_ms) const {
  if (seekable_ || static_cast<size_t>(offset_) < pipe_start_.size()) return;
  pollfd waiting{fd_, POLLIN, 0};
  poll(&waiting, 1, timeout_ms);
}

absl::Status RawInput::Seek(int64_t offset) {
  const bool remembered = remembering_ && static_cast<size_t>(offset) <= pipe_start_.size();
  if (!seekable_ && offset != offset_ && !remembered) {
    return absl::FailedPreconditionError(absl::StrCat(label_, ": a pipe cannot be read twice"));
  }
  offset_ = offset;
  return absl::OkStatus();
}

void RawInput::Forget() {
  remembering_ = false;
  if (static_cast<size_t>(offset_) >= pipe_start_.size()) std::string().swap(pipe_start_);
}

absl::StatusOr<RawInput::State> RawInput::CurrentState() const {
  struct stat info {};
  if (fstat(fd_, &info) != 0) return ErrnoStatus("stat");
  return State{std::max<int64_t>(info.st_size - base_, 0), info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec};
}

}  // namespace faultline::ingest
