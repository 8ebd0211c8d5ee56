// Lines as logfmt and as LTSV, the pairs a line ends with, and a record inside a message: every input must have an
// outcome, and what a decoder takes for one of the two by itself must decode as it.
#include <string>
#include <vector>

#include "ingest/field_aliases.h"
#include "ingest/formats/key_values.h"
#include "ingest/formats/logfmt.h"
#include "tests/fuzz/decode_one.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline::ingest;  // NOLINT(google-build-using-namespace)
  for (const Format format : {Format::kLogfmt, Format::kLtsv, Format::kText}) faultline::DecodeOne(format, data, size);
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  faultline::Arena arena;
  std::vector<KeyValue> pairs;
  size_t start = 0;
  TrailingPairs(line, arena, pairs, start);
  if (pairs.empty() != (start == std::string_view::npos)) std::abort();
  for (const KeyValue& pair : pairs) {
    faultline::Touch(pair.key);
    faultline::Touch(pair.value);
  }
  FieldCache fields;
  const bool logfmt = FitsLogfmt(line, fields), ltsv = FitsLtsv(line, fields);
  if (!logfmt && !ltsv) return 0;
  Decoded decoded;
  const DecoderOptions options{.format = logfmt ? Format::kLogfmt : Format::kLtsv};
  Decoder::Create(options)->Decode(line, {}, arena, decoded);
  if (decoded.records.size() != 1) std::abort();
  return 0;
}
