#include "ingest/clean_text.h"

#include <algorithm>

#include "base/text.h"
#include "store/event.h"

namespace faultline::ingest {
namespace {

// Longer than what the redactor takes out, but for tokens, which are known by
// their start.
constexpr size_t kMarginBytes = 256;

std::string_view Repair(std::string_view text, Arena& arena, uint16_t& flags) {
  const std::string_view repaired = RepairUtf8(text, arena);
  if (repaired.data() != text.data()) flags |= store::kTextRepaired;
  return repaired;
}

std::string_view Sanitise(std::string_view text, Arena& arena, uint16_t& flags) {
  const std::string_view sanitised = SanitiseText(text, arena);
  if (sanitised.data() != text.data()) flags |= store::kTextRepaired;
  return sanitised;
}

std::string_view Cut(std::string_view text, size_t limit, uint16_t& flags) {
  if (text.size() <= limit) return text;
  flags |= store::kTextTruncated;
  return CutUtf8(text, limit);
}

}  // namespace

std::string_view CleanText(std::string_view text, size_t limit, const Redactor& redactor, Arena& arena,
                           uint16_t& flags) {
  if (text.empty()) return text;
  if (text.size() <= limit && IsPlainText(text)) {  // neither repaired nor sanitised
    const std::string_view redacted = redactor.Redact(text, arena);
    if (redacted.data() == text.data()) return text;
    flags |= store::kTextRedacted;
    return Cut(redacted, limit, flags);
  }
  const bool long_text = text.size() > limit + 2 * kMarginBytes;
  if (long_text) text = Cut(text, limit + 2 * kMarginBytes, flags);
  text = Repair(text, arena, flags);
  const std::string_view redacted = redactor.Redact(text, arena);
  if (redacted.data() != text.data()) flags |= store::kTextRedacted;
  text = redacted;
  // What the first cut may have cut in two is among the last bytes.
  if (long_text) text = Cut(text, text.size() - std::min(text.size(), kMarginBytes), flags);
  if (!redactor.show_private()) text = Sanitise(text, arena, flags);
  return Cut(text, limit, flags);
}

std::string_view CleanName(std::string_view text, size_t limit, Arena& arena, uint16_t& flags) {
  if (text.size() <= limit && IsPlainText(text)) return text;
  text = Repair(Cut(text, limit, flags), arena, flags);
  return Cut(Sanitise(text, arena, flags), limit, flags);
}

}  // namespace faultline::ingest
