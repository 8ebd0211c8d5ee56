// OpenSSL 3 calls the plain SHA-256 functions deprecated, but only they let a
// keyed state be copied without an allocation: 0.2 µs an id instead of 1 µs.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/pseudonym.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace faultline {
namespace {

using Key = std::array<unsigned char, 32>;

constexpr char kHex[] = "0123456789abcdef";

// Closes a file descriptor at the end of the scope.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

absl::Status Errno(const std::string& what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " the pseudonym key ", path));
}

Key RandomKey() {
  Key key;
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) std::abort();  // no entropy: nothing is safe
  return key;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

absl::StatusOr<Key> ParseKey(std::string_view text, const std::string& path) {
  const absl::Status bad = absl::FailedPreconditionError(
      absl::StrCat(path, " is no pseudonym key (64 hex digits and a newline); restore it, or move it away to start ",
                   "with a new one, which unlinks the people of everything stored so far"));
  Key key;
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (text.size() != 2 * key.size()) return bad;
  for (size_t i = 0; i < key.size(); ++i) {
    const int high = HexDigit(text[2 * i]), low = HexDigit(text[2 * i + 1]);
    if (high < 0 || low < 0) return bad;
    key[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return key;
}

absl::StatusOr<Key> ReadKey(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return Errno("cannot open", path);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return Errno("cannot examine", path);
  if (!S_ISREG(status.st_mode)) return absl::FailedPreconditionError(absl::StrCat(path, " is no regular file"));
  if ((status.st_mode & 0077) != 0) {
    return absl::FailedPreconditionError(absl::StrCat("others may use the pseudonym key ", path, "; chmod 600 it"));
  }
  std::array<char, 80> bytes{};
  const ssize_t size = read(file.get(), bytes.data(), bytes.size());
  if (size < 0) return Errno("cannot read", path);
  absl::StatusOr<Key> key = ParseKey({bytes.data(), static_cast<size_t>(size)}, path);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

// Creates the missing folders above `path`, for the owner alone.
absl::Status MakeFolder(const std::filesystem::path& folder) {
  if (folder.empty() || mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return absl::OkStatus();
  if (errno == ENOENT && folder.has_parent_path() && folder.parent_path() != folder) {
    RETURN_IF_ERROR(MakeFolder(folder.parent_path()));
    if (mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return absl::OkStatus();
  }
  return Errno("cannot make the folder of", folder.string());
}

absl::Status WriteDurably(const std::string& path, std::string_view text) {
  const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) return Errno("cannot create", path);
  while (!text.empty()) {
    const ssize_t written = write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Errno("cannot write", path);
    text.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(file.get()) == 0 ? absl::OkStatus() : Errno("cannot sync", path);
}

// Puts a new key at `path` unless one is there by then. It is written aside and
// linked, so that nobody ever sees a part of it.
absl::Status CreateKey(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  RETURN_IF_ERROR(MakeFolder(folder));
  std::string text;
  for (const unsigned char byte : RandomKey()) {
    text.push_back(kHex[byte >> 4]);
    text.push_back(kHex[byte & 15]);
  }
  text.push_back('\n');
  std::string aside = absl::StrCat(path, ".new-");
  for (size_t i = 0; const unsigned char byte : RandomKey()) {
    if (i++ < 8) aside.push_back(kHex[byte & 15]);
  }
  absl::Status status = WriteDurably(aside, text);
  OPENSSL_cleanse(text.data(), text.size());
  if (status.ok() && link(aside.c_str(), path.c_str()) != 0 && errno != EEXIST) status = Errno("cannot create", path);
  unlink(aside.c_str());
  if (!status.ok()) return status;
  const FileDescriptor directory(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || fsync(directory.get()) != 0) return Errno("cannot sync the folder of", path);
  return absl::OkStatus();
}

}  // namespace

struct Pseudonyms::KeyedHash {
  SHA256_CTX inner, outer;
};

Pseudonyms Pseudonyms::FromKey(const std::array<unsigned char, 32>& key) {
  std::array<unsigned char, SHA256_CBLOCK> block{};
  auto hash = std::make_shared<KeyedHash>();
  const auto absorb = [&](unsigned char pad, SHA256_CTX& state) {
    block.fill(pad);
    for (size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
    SHA256_Init(&state);
    SHA256_Update(&state, block.data(), block.size());
  };
  absorb(0x36, hash->inner);
  absorb(0x5c, hash->outer);
  OPENSSL_cleanse(block.data(), block.size());
  return Pseudonyms(std::move(hash));
}

Pseudonyms Pseudonyms::Ephemeral() { return FromKey(RandomKey()); }

absl::StatusOr<Pseudonyms> Pseudonyms::Load(const std::string& path) {
  ASSIGN_OR_RETURN(Key key, ReadKey(path));
  Pseudonyms result = FromKey(key);
  OPENSSL_cleanse(key.data(), key.size());
  return result;
}

absl::StatusOr<Pseudonyms> Pseudonyms::LoadOrCreate(const std::string& path) {
  absl::StatusOr<Pseudonyms> loaded = Load(path);
  if (!absl::IsNotFound(loaded.status())) return loaded;
  RETURN_IF_ERROR(CreateKey(path));
  return Load(path);
}

std::string Pseudonyms::Of(std::string_view id) const {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256_CTX state = hash_->inner;
  SHA256_Update(&state, id.data(), id.size());
  SHA256_Final(digest.data(), &state);
  state = hash_->outer;
  SHA256_Update(&state, digest.data(), digest.size());
  SHA256_Final(digest.data(), &state);
  std::string text(16, '0');
  for (size_t i = 0; i < 8; ++i) {
    text[2 * i] = kHex[digest[i] >> 4];
    text[2 * i + 1] = kHex[digest[i] & 15];
  }
  return text;
}

}  // namespace faultline
