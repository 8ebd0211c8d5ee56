// Lines of one stream through one decoder that finds their format by itself: what a line was taken for
// (a header of comma-separated values) may change what the next ones mean, but each must have an outcome.
#include <string>

#include "tests/fuzz/decode_one.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto decoder = faultline::ingest::Decoder::Create({});
  std::string_view input(reinterpret_cast<const char*>(data), size);
  while (!input.empty()) {
    const size_t end = std::min(input.find('\n'), input.size());
    const std::string line(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
    faultline::Arena arena;
    faultline::ingest::Decoded decoded;
    decoder->Decode(line, {}, arena, decoded);
    if (decoded.records.empty() && decoded.failures.empty()) std::abort();
    for (const faultline::ingest::LogRecord& record : decoded.records) faultline::Touch(record.message);
  }
  return 0;
}
