// gzip and zstd inside a record's value (the broker's own compression is
// already gone), with a cap against bombs.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace faultline::ingest {

bool IsCompressed(std::string_view bytes);  // by its first bytes

// Replaces `inflated`. Several gzip members or zstd frames are joined. Errors:
// InvalidArgument when `bytes` is neither or is damaged or cut short;
// ResourceExhausted when it holds more than `max_bytes`.
absl::Status Inflate(std::string_view bytes, size_t max_bytes, std::string& inflated);

}  // namespace faultline::ingest
