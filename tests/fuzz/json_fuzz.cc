// Decodes JSON of every dialect: every input must have an outcome, and the
// short way of reading it (ingest/formats/plain_json.h) the same as the long one.
#include "tests/fuzz/decode_one.h"
#include "tests/testing/describe_record.h"

namespace {

std::string Outcome(std::string_view value, bool plain_json) {
  faultline::ingest::DecoderOptions options;
  options.format = faultline::ingest::Format::kJson;
  options.plain_json = plain_json;
  faultline::Arena arena;
  faultline::ingest::Decoded decoded;
  faultline::ingest::Decoder::Create(options)->Decode(value, {}, arena, decoded);
  return faultline::testing::DescribeDecoded(decoded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  faultline::DecodeOne(faultline::ingest::Format::kJson, data, size);
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  if (Outcome(value, true) != Outcome(value, false)) std::abort();
  return 0;
}
