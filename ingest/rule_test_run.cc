#include "absl/strings/str_cat.h"
#include "ingest/decoder.h"
#include "ingest/rule.h"

namespace faultline::ingest {
namespace {

// What comes over the wire as the first record of it; false when it is none.
bool Decode(const RuleTest& test, Arena& arena, LogRecord& record, std::string& reason) {
  Decoded decoded;
  Decoder::Create({})->Decode(test.text, {}, arena, decoded);
  if (decoded.records.empty()) {
    reason = absl::StrCat("test failed: the record cannot be decoded: ", decoded.failures.front().detail);
    return false;
  }
  record = std::move(decoded.records.front());
  record.set_dimension(store::Dimension::kFormat, FormatName(decoded.format));
  return true;
}

bool RunTest(const Rule& rule, const RuleTest& test, std::string& reason) {
  Arena arena;
  LogRecord record;
  RuleMatch match;
  record.message = test.text;
  if (test.is_record && !Decode(test, arena, record, reason)) return false;
  for (const auto& [field, value] : test.with) WriteField(field, value, /*overwrite=*/true, record, match);
  const bool matches = rule.Fits(record) && (rule.spec().match.empty() || rule.Matches(record.message));
  if (matches == test.no_match) {
    reason = test.no_match ? "test failed: the rule matches a line that it must not match"
                           : "test failed: the rule does not match its line";
    return false;
  }
  if (!matches) return true;
  rule.Apply(record, arena, match);
  for (const auto& [field, expected] : test.expect) {
    if (HoldsValue(field, expected, record, match)) continue;
    reason = absl::StrCat("test failed: expected ", field.name, " `", expected, "`, got `",
                          ReadField(field, record, match), "`");
    return false;
  }
  return true;
}

}  // namespace

bool RunRuleTests(const Rule& rule, RuleError& error) {
  for (const RuleTest& test : rule.spec().tests) {
    if (RunTest(rule, test, error.reason)) continue;
    error.line = test.line;
    return false;
  }
  return true;
}

}  // namespace faultline::ingest
