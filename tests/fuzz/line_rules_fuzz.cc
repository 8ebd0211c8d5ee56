// Lines of a text through the line rules and the reader of documents and encodings in front of them: every line has a
// state that has a name, and a document ends inside its text.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ingest/line_documents.h"
#include "ingest/line_rules.h"
#include "ingest/utf16.h"

namespace {

using faultline::ingest::LineRules;

LineRules::State After(LineRules::State state, std::string_view line) {
  const LineRules& rules = LineRules::BuiltIn();
  const LineRules::State start = rules.Start(line);
  if (state == LineRules::kPlain || state == LineRules::kEnd) return start;
  return rules.Next(state, line, start != LineRules::kPlain).value_or(start);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  LineRules::State state = LineRules::kPlain;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    state = After(state, text.substr(at, end - at));
    if (LineRules::BuiltIn().NameOf(state).empty()) std::abort();
    const auto document = faultline::ingest::FindDocumentEnd(text.substr(at), end - at);
    if (document.fit == faultline::ingest::DocumentFit::kYes && at + document.line_end >= text.size()) std::abort();
    at = end + 1;
  }
  faultline::ingest::Utf16Decoder whole, pieces;
  std::string all, some;
  whole.Decode(text, all);
  for (const char c : text) pieces.Decode({&c, 1}, some);
  if (all != some) std::abort();
  return 0;
}
