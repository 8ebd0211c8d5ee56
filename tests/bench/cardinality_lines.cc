// Lines of JSON that are all alike but for one thing, which is another one in each: what a memory that grows with
// traffic cannot bear. Always the same for the same arguments.
//
// `attempts`: counts of attempts, each of another service; `letter`: lines that are cut off, each another one.
//
// usage: cardinality_lines message|service|host|id|attempts|letter COUNT
#include <algorithm>
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

int64_t TimeOf(uint64_t number) { return kStartMillis + static_cast<int64_t>(number / 10); }

// A word without digits, which no mask takes for a number.
std::string WordOf(uint64_t number) {
  std::string word;
  uint64_t rest = Mix(number);
  for (int i = 0; i < 9; ++i, rest /= std::size(kSyllables)) word += kSyllables[rest % std::size(kSyllables)];
  return word;
}

void PrintFailure(std::string_view what, uint64_t i, const std::string& word) {
  const char* service = what == "service" ? word.c_str() : "mailbox";
  const char* object = what == "message" || what == "letter" ? word.c_str() : "mailbox";
  const char* host = what == "host" ? word.c_str() : "mailbox-1";
  std::printf("{\"timestamp\":%" PRId64
              ",\"level\":\"error\",\"service\":\"%s\",\"host\":\"%s\",\"message\":\"cannot open %s\"",
              TimeOf(i), service, host, object);
  if (what == "id") std::printf(",\"message_id\":\"%016" PRIx64 "\"", Mix(i));
  std::puts(what == "letter" ? "" : "}");
}

void PrintAttempts(uint64_t i, const std::string& word) {
  std::printf("{\"kind\":\"attempts\",\"timestamp\":%" PRId64
              ",\"service\":\"%s\",\"operation\":\"open\",\"count\":7}\n",
              TimeOf(i), word.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::string_view kKinds[] = {"message", "service", "host", "id", "attempts", "letter"};
  const std::string_view what = argc == 3 ? argv[1] : "";
  if (std::find(std::begin(kKinds), std::end(kKinds), what) == std::end(kKinds)) {
    std::fprintf(stderr, "usage: %s message|service|host|id|attempts|letter COUNT\n", argv[0]);
    return 2;
  }
  const uint64_t count = std::strtoull(argv[2], nullptr, 10);
  for (uint64_t i = 0; i < count; ++i) {
    const std::string word = WordOf(i);
    if (what == "attempts") {
      PrintAttempts(i, word);
    } else {
      PrintFailure(what, i, word);
    }
  }
  return 0;
}
