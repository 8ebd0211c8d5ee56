// A refused rule in one line.
#pragma once

#include <string>

#include "fmt/format.h"
#include "ingest/rules.h"

namespace faultline::deploy {

// "deploy/rules/nginx.yaml:12: rule upstream_timeout: …".
inline std::string DescribeRuleError(const ingest::RuleError& error) {
  std::string text = error.file;
  if (error.line > 0) text += fmt::format(":{}", error.line);
  if (!error.rule.empty()) text += ": rule " + error.rule;
  return text + ": " + error.reason;
}

}  // namespace faultline::deploy
