// Any bytes as a stack trace: frames and signature, twice the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ingest/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline;
  const std::string stack(reinterpret_cast<const char*>(data), size);
  const auto frames = ingest::TopFrames(stack);
  if (frames.size() > 5) std::abort();
  ingest::SignatureInput input;
  input.stacktrace = stack;
  const uint64_t signature = ingest::ComputeSignature(input);
  if (ingest::ComputeSignature(input) != signature) std::abort();
  if (ingest::DefineSignature(input).signature != signature) std::abort();
  return 0;
}
