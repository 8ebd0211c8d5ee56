// Redaction is stable, keeps UTF-8 well-formed, and leaves no candidate that a
// second pass would find.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/arena.h"
#include "base/text.h"
#include "ingest/dead_letter_text.h"
#include "ingest/redactor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  faultline::Arena arena;
  const faultline::ingest::Redactor redactor;
  const std::string_view redacted = redactor.Redact(text, arena);
  if (redactor.Redact(redacted, arena) != redacted) std::abort();
  if (faultline::IsUtf8(text) && !faultline::IsUtf8(redacted)) std::abort();
  faultline::ingest::Redactor::IsDeniedField(text);
  faultline::ingest::RemoveDeniedValues(text);
  return 0;
}
