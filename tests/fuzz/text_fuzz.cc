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
  const std::string line = TerminalLine(text);
  Expect(IsUtf8(line));
  for (const char c : line) Expect(static_cast<unsigned char>(c) >= ' ' && c != '\x7F');
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    const bool c1 = line[i] == '\xC2' && static_cast<unsigned char>(line[i + 1]) < 0xA0;
    Expect(!c1);
  }
  for (size_t limit = 0; limit < 8; ++limit) {
    const std::string_view cut = CutUtf8(repaired, limit);
    Expect(cut.size() <= limit && IsUtf8(cut));
  }
  return 0;
}
