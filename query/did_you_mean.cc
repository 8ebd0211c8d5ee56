#include "query/did_you_mean.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace faultline::query {
namespace {

constexpr size_t kMaxBytes = 64;

char Fold(char c) { return absl::ascii_tolower(static_cast<unsigned char>(c)); }

}  // namespace

// Optimal string alignment: three rows of the usual table are enough.
int EditDistance(std::string_view a, std::string_view b) {
  a = a.substr(0, kMaxBytes);
  b = b.substr(0, kMaxBytes);
  std::array<std::array<int, kMaxBytes + 1>, 3> rows{};
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i - 1) % 3];
    const auto& above_that = rows[(i + 1) % 3];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = above[j - 1] + (Fold(a[i - 1]) == Fold(b[j - 1]) ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && Fold(a[i - 1]) == Fold(b[j - 2]) && Fold(a[i - 2]) == Fold(b[j - 1])) {
        row[j] = std::min(row[j], above_that[j - 2] + 1);
      }
    }
  }
  return rows[a.size() % 3][b.size()];
}

std::string DidYouMean(std::string_view written, std::span<const std::string_view> known) {
  std::string_view best;
  int best_distance = written.size() <= 4 ? 2 : 3;  // one beyond what is still a slip
  for (const std::string_view name : known) {
    const int distance = EditDistance(written, name);
    if (distance < best_distance && static_cast<size_t>(distance) < name.size()) {
      best = name;
      best_distance = distance;
    }
  }
  if (best.empty()) return "";
  return absl::StrCat(", did you mean ", std::string(best), "?");
}

}  // namespace faultline::query
