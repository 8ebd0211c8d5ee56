#include "ingest/line_documents.h"

#include <algorithm>

namespace faultline::ingest {
namespace {

std::string_view Trim(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t')) line.remove_suffix(1);
  return line;
}

bool IsReportHeader(std::string_view line) {
  return line.starts_with("{\"") && line.ends_with('}') &&
         line.substr(0, 4096).find("\"bug_type\"") != std::string_view::npos;
}

}  // namespace

DocumentEnd FindDocumentEnd(std::string_view text, size_t first_line_end) {
  const std::string_view first = Trim(text.substr(0, first_line_end));
  size_t open = first_line_end;  // the end of the line that is "{" alone
  if (IsReportHeader(first)) {
    open = text.find('\n', first_line_end + 1);
    if (open == std::string_view::npos) return {DocumentFit::kMore};
    if (Trim(text.substr(first_line_end + 1, open - first_line_end - 1)) != "{") return {};
  } else if (first != "{") {
    return {};
  }
  const size_t close = text.find("\n}", open);
  if (close == std::string_view::npos) return {DocumentFit::kMore};
  const size_t end = text.find('\n', close + 1);
  return end == std::string_view::npos ? DocumentEnd{DocumentFit::kMore} : DocumentEnd{DocumentFit::kYes, end};
}

}  // namespace faultline::ingest
