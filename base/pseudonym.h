// Keyed hashes of user and device ids: equal ids stay equal, and nobody without
// the key can turn one back. Destroying the key unlinks everything.
//
// Immutable after construction; thread-safe.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace faultline {

class Pseudonyms {
 public:
  // Reads a 32-byte key from `path` (64 hex digits and a newline), or makes one
  // there with mode 0600, creating the folder. Errors: FailedPrecondition when
  // the file exists and is no key, or others may read it; PermissionDenied.
  static absl::StatusOr<Pseudonyms> LoadOrCreate(const std::string& path);
  // Reads only; NotFound when there is none.
  static absl::StatusOr<Pseudonyms> Load(const std::string& path);
  // A random key that is kept nowhere.
  static Pseudonyms Ephemeral();
  static Pseudonyms FromKey(const std::array<unsigned char, 32>& key);

  // 16 lower-case hex digits: the first 8 bytes of HMAC-SHA-256 (RFC 2104) of
  // `id`. A store of 2^31 people has one collision in eight such stores.
  // Applying it to its own result gives another value.
  std::string Of(std::string_view id) const;

 private:
  struct KeyedHash;  // HMAC's two hashes after the key: a copy costs less than keying again
  explicit Pseudonyms(std::shared_ptr<const KeyedHash> hash) : hash_(std::move(hash)) {}

  std::shared_ptr<const KeyedHash> hash_;  // shared by copies; immutable
};

}  // namespace faultline
