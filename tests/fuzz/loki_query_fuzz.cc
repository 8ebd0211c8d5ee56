// Any text is either no LogQL, with a reason, or becomes a filter that is read without harm. Texts are read as a form,
// too.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "deploy/server/http_form.h"
#include "deploy/server/loki_query.h"
#include "query/filter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = faultline::deploy::ParseLokiQuery(text);
  if (query.ok()) {
    if (query->filter.empty()) return 0;
    (void)faultline::query::Filter::Parse(query->filter, nullptr);
  } else if (query.status().message().empty()) {
    std::abort();
  }
  faultline::deploy::HttpForm form;
  form.Add(text);
  (void)form.Get("query");
  return 0;
}
