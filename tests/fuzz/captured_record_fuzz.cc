// Lines of captured Kafka records: each is a record or says what is wrong with it, and a record's value decodes.
#include "ingest/captured_record.h"
#include "tests/fuzz/decode_one.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline::ingest;  // NOLINT(google-build-using-namespace)
  const absl::StatusOr<CapturedRecord> record = ParseCapturedRecord({reinterpret_cast<const char*>(data), size});
  if (!record.ok()) {
    if (record.status().message().empty()) std::abort();
    return 0;
  }
  if (record->offset < -1 || record->partition < 0) std::abort();
  faultline::DecodeOne(Format::kAuto, reinterpret_cast<const uint8_t*>(record->value.data()), record->value.size());
  return 0;
}
