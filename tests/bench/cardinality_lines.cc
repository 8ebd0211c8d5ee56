// Lines of JSON that are all alike but for one thing, which is another one in each: what a memory that grows with
// traffic cannot bear. Always the same for the same arguments.
//
// usage: cardinality_lines message|service|host|id COUNT
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view kSyllables[] = {"ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu",
                                           "pa", "de", "go", "hi", "ju", "wa", "xe", "yo", "fi", "cu"};
constexpr int64_t kStartMillis = 1'790'000'000'000;

uint64_t Mix(uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

// A word without digits, which no mask takes for a number.
std::string WordOf(uint64_t number) {
  std::string word;
  uint64_t rest = Mix(number);
  for (int i = 0; i < 9; ++i, rest /= std::size(kSyllables)) word += kSyllables[rest % std::size(kSyllables)];
  return word;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 3 ? argv[1] : "";
  if (what != "message" && what != "service" && what != "host" && what != "id") {
    std::fprintf(stderr, "usage: %s message|service|host|id COUNT\n", argv[0]);
    return 2;
  }
  const uint64_t count = std::strtoull(argv[2], nullptr, 10);
  for (uint64_t i = 0; i < count; ++i) {
    const std::string word = WordOf(i);
    const char* service = what == "service" ? word.c_str() : "mailbox";
    const char* object = what == "message" ? word.c_str() : "mailbox";
    const char* host = what == "host" ? word.c_str() : "mailbox-1";
    std::printf("{\"timestamp\":%" PRId64
                ",\"level\":\"error\",\"service\":\"%s\",\"host\":\"%s\",\"message\":\"cannot open %s\"",
                kStartMillis + static_cast<int64_t>(i / 10), service, host, object);
    if (what == "id") std::printf(",\"message_id\":\"%016" PRIx64 "\"", Mix(i));
    std::puts("}");
  }
  return 0;
}
