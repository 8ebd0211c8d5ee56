// Any lines as the messages of a log: masked, learned from and grouped, twice the same, in any order.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/line_head.h"
#include "ingest/signature.h"
#include "query/grouping/learned_templates.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> masked;
  Arena arena;
  while (!text.empty() && masked.size() < 200) {
    const size_t end = std::min(text.find('\n'), text.size());
    masked.emplace_back(ingest::MaskMessage(text.substr(0, end), arena).text);
    if (ingest::LineHeadBytes(masked.back()) > masked.back().size()) std::abort();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  query::MaskedSet set(/*max_size=*/100), reversed(/*max_size=*/100);
  for (const std::string& message : masked) set.Add(message);
  std::reverse(masked.begin(), masked.end());
  for (const std::string& message : masked) reversed.Add(message);
  const auto one = query::LearnedTemplates::Learn(set), other = query::LearnedTemplates::Learn(reversed);
  for (const std::string& message : masked) {
    if (one.TemplateOf(message) != other.TemplateOf(message)) std::abort();
    if (query::JoinWords(query::SplitWords(message)) != message) std::abort();
  }
  return 0;
}
