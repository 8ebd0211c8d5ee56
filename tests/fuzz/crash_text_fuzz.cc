// Crash texts of every runtime, and Apple's reports: views stay inside the text, and what is found starts in it.
#include <cstdlib>

#include "ingest/crash_text.h"
#include "ingest/formats/ips.h"
#include "tests/fuzz/decode_one.h"

namespace {

void ExpectInside(std::string_view whole, std::string_view part) {
  if (part.empty()) return;
  if (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline::ingest;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto crash = FindCrash(text)) {
    if (crash->start >= text.size() || crash->headline.empty()) std::abort();
    faultline::Touch(crash->type);  // may be a literal
    ExpectInside(text, crash->message);
    ExpectInside(text, crash->headline);
  }
  faultline::DecodeOne(Format::kText, data, size);
  if (FitsIps(text)) faultline::DecodeOne(Format::kAuto, data, size);
  return 0;
}
