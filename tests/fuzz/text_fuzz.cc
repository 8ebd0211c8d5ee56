// Whatever comes in, repaired text is UTF-8, sanitising is stable, and a
// terminal line holds nothing that a terminal would obey.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/text.h"

namespace {

void Expect(bool condition) {
  if (!condition) std::abort();
}

// The allowed set: printable characters and the blank, and line ends where there may be several lines.
// Out are C0, DEL, C1 (U+0080..U+009F) and what turns the direction of writing (U+061C, U+200E, U+200F,
// U+202A..U+202E, U+2066..U+2069).
void ExpectHarmless(std::string_view text, bool lines) {
  Expect(faultline::IsUtf8(text));
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    Expect((byte >= ' ' && byte != 0x7F) || (lines && byte == '\n'));
    const std::string_view rest = text.substr(i);
    Expect(!(byte == 0xC2 && static_cast<unsigned char>(rest[1]) < 0xA0));
    for (const std::string_view turning : {"\u061C", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D",
                                           "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"}) {
      Expect(!rest.starts_with(turning));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Arena arena;
  const std::string_view repaired = RepairUtf8(text, arena);
  Expect(IsUtf8(repaired));
  Expect(IsUtf8(text) == (repaired == text));
  const std::string_view sanitised = SanitiseText(repaired, arena);
  Expect(IsUtf8(sanitised));
  Expect(SanitiseText(sanitised, arena) == sanitised);
  for (const char c : sanitised) Expect(static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t');
  ExpectHarmless(TerminalLine(text), /*lines=*/false);
  ExpectHarmless(TerminalText(text), /*lines=*/true);
  for (size_t limit = 0; limit < 8; ++limit) {
    const std::string_view cut = CutUtf8(repaired, limit);
    Expect(cut.size() <= limit && IsUtf8(cut));
  }
  return 0;
}
