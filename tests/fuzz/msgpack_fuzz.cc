// MessagePack of every form: an outcome for each input, no more JSON than allowed, and JSON that is well-formed.
#include <simdjson.h>

#include <string>

#include "ingest/formats/msgpack.h"
#include "tests/fuzz/decode_one.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline::ingest;  // NOLINT(google-build-using-namespace)
  faultline::DecodeOne(Format::kMsgpack, data, size);
  faultline::DecodeOne(Format::kAuto, data, size);
  constexpr size_t kMaxJsonBytes = 64 * 1024;
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  FitsMsgpack(value);
  std::string json;
  const absl::Status status = MsgpackToJson(value, kMaxJsonBytes, json);
  // One value may go beyond the limit by itself, and each byte becomes six at most.
  if (json.size() > kMaxJsonBytes + 6 * size + 64) std::abort();
  if (status.ok() && json.empty()) std::abort();
  if (!json.empty() && (json.front() != '{' || json.back() != '\n')) std::abort();
  return 0;
}
