// Wrappers around records, alone and behind a schema's id, and CloudEvents whose envelope is in the headers: an outcome
// for each input.
#include <string>
#include <vector>

#include "ingest/formats/envelope.h"
#include "ingest/formats/schema_framing.h"
#include "tests/fuzz/decode_one.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline::ingest;  // NOLINT(google-build-using-namespace)
  faultline::DecodeOne(Format::kAuto, data, size);
  const std::string value(reinterpret_cast<const char*>(data), size);
  const std::string framed = std::string("\0\0\0\0\7", 5) + value;
  faultline::DecodeOne(Format::kAuto, reinterpret_cast<const uint8_t*>(framed.data()), framed.size());
  faultline::Arena arena;
  Envelope envelope;
  constexpr size_t kMaxParts = 64;
  if (SplitEnvelope(value, kMaxParts, arena, envelope) && envelope.parts.empty() == envelope.failure.empty()) {
    std::abort();
  }
  for (const EnvelopePart& part : envelope.parts) {
    faultline::Touch(part.value);
    faultline::Touch(part.fallback_message);
    for (const auto& [name, text] : part.fields) faultline::Touch(text);
  }
  const std::vector<std::pair<std::string_view, std::string_view>> headers = {
      {"ce_specversion", "1.0"}, {"ce_type", value}, {"ce_time", value}, {"__value_schema_id", value}};
  Decoded decoded;
  Decoder::Create({})->Decode(value, headers, arena, decoded);
  if (decoded.records.empty() && decoded.failures.empty()) std::abort();
  return 0;
}
