// What a broken record may show of itself.
#pragma once

#include <string>
#include <string_view>

namespace faultline::ingest {

// Takes the values of denied fields and of user and device ids out of bytes
// that could not be decoded: what follows `"name":` or `name=`, up to the end of
// the string, number, word, object or array, becomes <removed>, in quotes where that keeps JSON
// well-formed. A string, object or array without an end is taken out to the end. Works on any
// bytes.
std::string RemoveDeniedValues(std::string_view bytes);

}  // namespace faultline::ingest
