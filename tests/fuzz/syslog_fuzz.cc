// The three syslog formats and plain text: every input must have an outcome.
#include "tests/fuzz/decode_one.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using faultline::ingest::Format;
  for (const Format format : {Format::kRfc5424, Format::kRfc3164, Format::kSyslogFile, Format::kText}) {
    faultline::DecodeOne(format, data, size);
  }
  return 0;
}
