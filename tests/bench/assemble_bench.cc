// Putting lines together: a stack trace that came line by line, beside the same lines of text that stand alone.
// With everything up to the event. An iteration is twelve lines; items_per_second counts lines.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/record_processor.h"

namespace faultline::ingest {
namespace {

constexpr int64_t kNowUs = 1'795'558'474'000'000;

class Counted final : public OutcomeSink {
 public:
  void OnSignature(const store::Event&, const SignatureInput&) override {}
  absl::Status OnOutcome(const store::RecordOutcome& outcome, std::span<const EventPlace>) override {
    events += static_cast<int64_t>(outcome.events.size());
    return absl::OkStatus();
  }
  void OnHeldRepeat() override {}

  int64_t events = 0;
};

std::vector<std::string> Trace() {
  std::vector<std::string> lines = {"2026-11-24 15:00:00,123 ERROR [mail] send failed for message 4711",
                                    "net.chat.FullException: mailbox 17 is full"};
  for (int frame = 0; frame < 10; ++frame) {
    const std::string n = std::to_string(frame);
    lines.push_back("\tat net.chat.store.Mailbox" + n + ".append(Mailbox.java:" + n + ")");
  }
  return lines;
}

std::vector<std::string> Alone() {
  std::vector<std::string> lines;
  for (int i = 0; i < 12; ++i) {
    lines.push_back("2026-11-24 15:00:00,123 ERROR [mail] send failed for message 47" + std::to_string(i));
  }
  return lines;
}

void Process(benchmark::State& state, const std::vector<std::string>& lines) {
  std::vector<RuleError> errors;
  const std::shared_ptr<const RuleSet> rules = RuleSet::Parse("", "none.yaml", errors);
  const Pseudonyms pseudonyms = Pseudonyms::FromKey({1});
  RecordProcessor processor({}, pseudonyms);
  Counted counted;
  SourceRecord record;
  for (auto _ : state) {
    for (const std::string& line : lines) {
      record.offset = record.next_offset++;
      record.value = line;
      if (!processor.Process(record, "lines", *rules, kNowUs, counted).ok()) std::abort();
    }
  }
  if (!processor.Flush(*rules, kNowUs, counted).ok()) std::abort();
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(lines.size()));
  state.counters["lines_per_event"] =
      static_cast<double>(state.iterations()) * static_cast<double>(lines.size()) / static_cast<double>(counted.events);
}

void LinesOfATrace(benchmark::State& state) { Process(state, Trace()); }
BENCHMARK(LinesOfATrace);

void LinesThatStandAlone(benchmark::State& state) { Process(state, Alone()); }
BENCHMARK(LinesThatStandAlone);

}  // namespace
}  // namespace faultline::ingest
