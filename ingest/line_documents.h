// Files whose records are documents of several lines: JSON that was printed with indents, and Apple's crash reports,
// which are a line of JSON and such a document.
#pragma once

#include <cstddef>
#include <string_view>

namespace faultline::ingest {

enum class DocumentFit { kNo, kYes, kMore };  // kMore: the text must be longer to tell

struct DocumentEnd {
  DocumentFit fit = DocumentFit::kNo;
  size_t line_end = 0;  // where the last line of the document has its "\n"; kYes alone
};

// Whether a document starts with the first line of `text`, and where it ends: with the first line behind that starts
// with "}", as every printer writes the last one. `first_line_end` is the place of the first "\n".
DocumentEnd FindDocumentEnd(std::string_view text, size_t first_line_end);

}  // namespace faultline::ingest
