// Any bytes as a rule file, and then as a message for the rules it has.
#include <cstdint>
#include <string>

#include "ingest/rules.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline;
  if (size > 16 * 1024) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<ingest::RuleError> errors;
  const auto rules = ingest::RuleSet::Parse(text, "fuzz.yaml", errors);
  Arena arena;
  ingest::LogRecord record;
  ingest::RuleMatch match;
  record.message = text;
  (void)rules->Matching(record);
  (void)rules->Apply(record, arena, match);
  return 0;
}
