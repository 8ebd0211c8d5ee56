// Where a page ended, as the opaque text that callers hand back.
//
// Layout before base64 (web-safe, no padding): version byte, hash of the
// request (8 bytes), first (8), second (8), checksum (4), little-endian.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace faultline::query {

struct PageToken {
  // What the method needs to go on: time and sequence of the last event, or
  // snapshot and index, or the last number.
  int64_t first = 0;
  int64_t second = 0;
};

// Hash of everything in `request` but page_size and page_token: it ties a
// token to its question. Equal requests give equal hashes on every machine.
uint64_t HashRequest(const google::protobuf::Message& request);

std::string EncodePageToken(uint64_t request_hash, const PageToken& token);
// Errors: InvalidArgument "page_token: …" when `text` is malformed, of another
// version, or belongs to another question.
absl::StatusOr<PageToken> DecodePageToken(uint64_t request_hash, std::string_view text);

}  // namespace faultline::query
