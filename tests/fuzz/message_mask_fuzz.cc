// Any bytes: template and parameters give the message back.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/varint.h"
#include "ingest/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline;
  const std::string message(reinterpret_cast<const char*>(data), size);
  Arena arena;
  const ingest::MaskedMessage masked = ingest::MaskMessage(message, arena);
  std::string back;
  std::string_view parameters = masked.parameters, run;
  for (const char c : masked.text) {
    if (c != store::kTemplateHole) {
      back.push_back(c);
    } else {
      if (!ReadString(parameters, run)) std::abort();
      back += run;
    }
  }
  if (!parameters.empty() || back != message) std::abort();
  return 0;
}
