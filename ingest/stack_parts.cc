#include "ingest/stack_parts.h"

#include <xxhash.h>

#include <memory>
#include <string>
#include <vector>

#include "base/varint.h"
#include "ingest/cause_chain.h"
#include "ingest/signature.h"

namespace faultline::ingest {
namespace {

constexpr size_t kSlots = 256;
constexpr size_t kMaxCachedBytes = 8 * 1024;

struct Slot {
  std::string stacktrace;
  std::string parts;
};

void ReadParts(std::string_view stacktrace, std::string& parts) {
  parts.clear();
  for (const std::string& frame : TopFrames(stacktrace)) AppendString(parts, frame);
  if (parts.empty()) return;
  for (const std::string& type : CauseTypes(stacktrace)) AppendString(parts, "caused by " + type);
}

}  // namespace

std::string_view StackParts(std::string_view stacktrace) {
  if (stacktrace.empty()) return {};
  thread_local std::vector<Slot> slots(kSlots);
  thread_local std::string uncached;
  if (stacktrace.size() > kMaxCachedBytes) {
    ReadParts(stacktrace, uncached);
    return uncached;
  }
  Slot& slot = slots[XXH3_64bits(stacktrace.data(), stacktrace.size()) % kSlots];
  if (slot.stacktrace != stacktrace) {
    slot.stacktrace = stacktrace;
    ReadParts(stacktrace, slot.parts);
  }
  return slot.parts;
}

}  // namespace faultline::ingest
