// Ids as bytes that sort and take little room: lower-case hex is packed two
// digits to a byte. A tag comes first: 0 as it is, 1 hex of even length, 2 hex
// of odd length (the last half byte is 0).
#pragma once

#include <string>
#include <string_view>

namespace faultline::store {

// Largest encoded id: tag and 255 bytes.
inline constexpr size_t kMaxEncodedIdBytes = 256;

// Writes at `to`, which has room for kMaxEncodedIdBytes; returns the size. `id`
// has 1..255 bytes.
size_t EncodeId(std::string_view id, char* to);
// Appends the id. False when `encoded` is not what EncodeId makes.
bool DecodeId(std::string_view encoded, std::string& to);

}  // namespace faultline::store
