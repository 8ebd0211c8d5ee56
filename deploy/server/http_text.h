// Comparing and converting the text of HTTP, for std::string_view (Debian's Abseil has
// a string_view of its own).
//
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace faultline::deploy {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

// Equal but for the case of ASCII letters.
inline bool EqualsInAnyCase(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(ToAbsl(a), ToAbsl(b));
}

// RFC 4648, with padding.
inline std::string ToBase64(std::string_view bytes) { return absl::Base64Escape(ToAbsl(bytes)); }
// With or without padding; nullopt for what is none.
inline std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(ToAbsl(text), &bytes)) return std::nullopt;
  return bytes;
}

}  // namespace faultline::deploy
