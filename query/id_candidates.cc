#include "query/id_candidates.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace faultline::query {
namespace {

constexpr size_t kMaxRawBytes = 512;

std::string_view Strip(std::string_view raw) {
  const absl::string_view stripped = absl::StripAsciiWhitespace(absl::string_view(raw.data(), raw.size()));
  return {stripped.data(), stripped.size()};
}

}  // namespace

std::vector<std::string> IdCandidates(store::IdKind kind, std::string_view raw, const Pseudonyms* pseudonyms) {
  std::vector<std::string> candidates;
  raw = Strip(raw);
  if (raw.empty() || raw.size() > kMaxRawBytes) return candidates;
  std::string id = store::NormaliseId(kind, raw);
  if (pseudonyms != nullptr) {
    if (!id.empty()) candidates.push_back(pseudonyms->Of(id));
    candidates.push_back(pseudonyms->Of(raw));
  }
  if (!id.empty()) candidates.push_back(std::move(id));
  std::reverse(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  return candidates;
}

}  // namespace faultline::query
