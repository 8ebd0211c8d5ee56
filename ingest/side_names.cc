#include "ingest/side_names.h"

namespace faultline::ingest {
namespace {

struct Name {
  std::string_view text;
  store::Side side;
};

constexpr Name kNames[] = {
    {"client", store::Side::kClient}, {"server", store::Side::kServer},  {"network", store::Side::kNetwork},
    {"user", store::Side::kUser},     {"mobile", store::Side::kClient},  {"frontend", store::Side::kClient},
    {"app", store::Side::kClient},    {"browser", store::Side::kClient}, {"web", store::Side::kClient},
    {"device", store::Side::kClient}, {"backend", store::Side::kServer}, {"service", store::Side::kServer},
    {"edge", store::Side::kNetwork},  {"cdn", store::Side::kNetwork},    {"carrier", store::Side::kNetwork},
    {"report", store::Side::kUser},   {"feedback", store::Side::kUser},
};

constexpr size_t kLongestName = 8;

}  // namespace

store::Side SideFromText(std::string_view text) {
  if (text.empty() || text.size() > kLongestName) return store::Side::kUnspecified;
  char lower[kLongestName];
  for (size_t i = 0; i < text.size(); ++i) {
    lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
  }
  const std::string_view wanted(lower, text.size());
  for (const Name& name : kNames) {
    if (name.text == wanted) return name.side;
  }
  return store::Side::kUnspecified;
}

}  // namespace faultline::ingest
