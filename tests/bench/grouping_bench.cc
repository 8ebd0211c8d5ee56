// Lines of logs a second that are grouped on one core: masked, given their signature, and where the signature is known
// its learned template looked up; else the template is asked for. Prints one JSON object.
//
// usage: grouping_bench ROUNDS FILE...      each line's text is its message
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/arena.h"
#include "ingest/signature.h"
#include "query/grouping/learned_templates.h"

namespace faultline {
namespace {

double CpuSeconds() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct Grouped {
  uint64_t signature = 0;
  std::string_view masked;
};

Grouped Group(std::string_view line, Arena& arena) {
  arena.Reset();
  ingest::SignatureInput input;
  input.side = store::Side::kServer;
  const ingest::MaskedMessage masked = ingest::MaskMessage(line, arena);
  input.masked_message = masked.text;
  return {ingest::ComputeSignature(input), masked.text};
}

int Run(int rounds, const std::vector<std::string>& texts) {
  std::vector<std::string_view> lines;
  for (const std::string& text : texts) {
    for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      lines.emplace_back(line.data(), line.size());
    }
  }
  Arena arena;
  query::MaskedSet set;
  const double start = CpuSeconds();
  for (const std::string_view line : lines) set.Add(Group(line, arena).masked);
  const auto learned = query::LearnedTemplates::Learn(set);
  const double ready = CpuSeconds();
  std::unordered_map<uint64_t, std::string> template_of;
  size_t kinds = 0;
  for (int round = 0; round < rounds; ++round) {
    for (const std::string_view line : lines) {
      const Grouped grouped = Group(line, arena);
      const auto [found, is_new] = template_of.try_emplace(grouped.signature);
      if (is_new) found->second = learned.TemplateOf(grouped.masked);
      kinds += found->second.size();
    }
  }
  const double end = CpuSeconds();
  const double grouped = static_cast<double>(lines.size()) * rounds;
  std::printf(
      "{\"lines\": %zu, \"lines_per_second\": %.0f, \"learning_seconds\": %.3f, \"signatures\": %zu, \"check\": %zu}\n",
      lines.size(), grouped / (end - ready), ready - start, template_of.size(), kinds);
  return 0;
}

}  // namespace
}  // namespace faultline

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 0;
  std::vector<std::string> texts;
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot read %s\n", argv[i]);
      return 2;
    }
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (rounds < 1 || texts.empty()) {
    std::fprintf(stderr, "usage: grouping_bench ROUNDS FILE...\n");
    return 2;
  }
  return faultline::Run(rounds, texts);
}
