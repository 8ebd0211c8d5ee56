// Decodes every format, detected: every input must have an outcome.
#include "tests/fuzz/decode_one.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  faultline::DecodeOne(faultline::ingest::Format::kAuto, data, size);
  return 0;
}
