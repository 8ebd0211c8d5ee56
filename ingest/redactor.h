// Takes private data out of text before anything is written anywhere.
//
// Replaced, each by its kind in angle brackets: phone numbers <phone>, e-mail
// addresses <email>, IPv4 and IPv6 addresses <ip>, bearer tokens, API keys and
// JWTs <token>, card numbers that pass Luhn <card>, IMEIs that pass Luhn
// <imei>, coordinates <coordinates>. A byte-class scan finds candidates first,
// so text without any costs about one pass over its bytes.
//
// Immutable after construction; thread-safe.
#pragma once

#include <string_view>

#include "base/arena.h"

namespace faultline::ingest {

class Redactor {
 public:
  // With `show_private` nothing is taken out, and CleanText leaves control
  // characters in: whoever prints such text must escape it.
  explicit Redactor(bool show_private = false) : show_private_(show_private) {}

  // Returns `text` itself when there is nothing to take out, else a redacted
  // copy in `arena`. Applying it twice changes nothing more.
  std::string_view Redact(std::string_view text, Arena& arena) const;
  // Whether the value of a field of that name is never kept (password, token,
  // authorization, cookie, body of a chat message, …). Case-insensitive; looks
  // at the last part of a dotted path.
  static bool IsDeniedField(std::string_view key);
  bool show_private() const { return show_private_; }

 private:
  const bool show_private_;
};

}  // namespace faultline::ingest
