// Decodes Sentry envelopes.
#include "tests/fuzz/decode_one.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  faultline::DecodeOne(faultline::ingest::Format::kSentry, data, size);
  return 0;
}
