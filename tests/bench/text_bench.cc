// What the guards cost on a log message of 90 bytes and on a stack trace.
#include <benchmark/benchmark.h>

#include <string>

#include "base/arena.h"
#include "base/pseudonym.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "ingest/event_parser.h"
#include "ingest/redactor.h"

namespace faultline {
namespace {

constexpr std::string_view kMessages[] = {
    "deliver prekey bundle failed: deadline exceeded object 99c7187a7a3611c9 size 3195234 try 2",
    "QuorumLostException: write rate bucket failed: quota exceeded: shard 1407 epoch 23352 [a]",
    "IllegalStateException: read push token failed: TLS handshake failed peer=10.245.201.205:14"};

std::string Stacktrace() {
  std::string text = "net.chat.QuorumLostException: no route to shard\n";
  for (int i = 0; i < 20; ++i) text += "\tat net.chat.push.Handler.run" + std::to_string(i) + "(Handler.java:73)\n";
  return text;
}

template <typename Work>
void Run(benchmark::State& state, Work work) {
  Arena arena;
  size_t i = 0;
  int64_t bytes = 0;
  for (auto _ : state) {
    const std::string_view text = kMessages[i++ % std::size(kMessages)];
    benchmark::DoNotOptimize(work(text, arena));
    bytes += static_cast<int64_t>(text.size());
    arena.Reset();
  }
  state.SetBytesProcessed(bytes);
}

void BM_Repair(benchmark::State& state) { Run(state, RepairUtf8); }
BENCHMARK(BM_Repair);

void BM_Sanitise(benchmark::State& state) { Run(state, SanitiseText); }
BENCHMARK(BM_Sanitise);

void BM_Redact(benchmark::State& state) {
  const ingest::Redactor redactor;
  Run(state, [&redactor](std::string_view text, Arena& arena) { return redactor.Redact(text, arena); });
}
BENCHMARK(BM_Redact);

void BM_RedactStacktrace(benchmark::State& state) {
  const ingest::Redactor redactor;
  const std::string text = Stacktrace();
  Arena arena;
  for (auto _ : state) benchmark::DoNotOptimize(redactor.Redact(text, arena));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK(BM_RedactStacktrace);

void BM_Pseudonym(benchmark::State& state) {
  const Pseudonyms pseudonyms = Pseudonyms::Ephemeral();
  for (auto _ : state) benchmark::DoNotOptimize(pseudonyms.Of("u-98fe3bfda0bc"));
}
BENCHMARK(BM_Pseudonym);

void BM_ParseIso8601(benchmark::State& state) {
  std::string text = "2026-11-18T11:06:00.114Z";
  for (auto _ : state) {
    benchmark::DoNotOptimize(text.data());
    benchmark::DoNotOptimize(ParseIso8601(text));
  }
}
BENCHMARK(BM_ParseIso8601);

// A client record of the usual shape, without any rule.
void BM_ParseEvent(benchmark::State& state) {
  using store::Dimension;
  using store::IdKind;
  const Pseudonyms pseudonyms = Pseudonyms::Ephemeral();
  ingest::EventParser parser({}, pseudonyms);
  std::vector<ingest::RuleError> errors;
  const auto rules = ingest::RuleSet::Parse("rules: []", "none.yaml", errors);
  ingest::RecordContext context;
  context.now_us = 1'795'532'400'000'000;
  context.source = "logs.client";
  context.format = "json";
  Arena arena;
  size_t i = 0;
  for (auto _ : state) {
    ingest::LogRecord record;
    record.time_us = context.now_us - 5'000'000;
    record.sent_us = record.time_us + 1'000'000;
    record.received_us = record.time_us + 2'000'000;
    record.severity = 17;
    record.side = store::Side::kClient;
    record.message = kMessages[i++ % std::size(kMessages)];
    record.set_dimension(Dimension::kService, "app-android");
    record.set_dimension(Dimension::kAppVersion, "4.21.0");
    record.set_dimension(Dimension::kOs, "android");
    record.set_dimension(Dimension::kRegion, "eu-west");
    record.set_dimension(Dimension::kCarrier, "unitel");
    record.set_dimension(Dimension::kSeverityText, "error");
    record.set_id(IdKind::kDevice, "d-0ed814eafed4");
    record.set_id(IdKind::kSession, "9c7e0b329814143a");
    record.set_id(IdKind::kMessage, "dab7419044b1181a005b");
    record.set_id(IdKind::kTrace, "67d88ef3307b0977c391d68562c4a5c8");
    record.set_id(IdKind::kConversation, "c-000256f3");
    record.set_id(IdKind::kUser, "u-98fe3bfda0bc");
    store::Event event;
    ingest::SignatureInput input;
    parser.Parse(record, *rules, context, arena, event, input);
    benchmark::DoNotOptimize(event.signature);
    arena.Reset();
  }
}
BENCHMARK(BM_ParseEvent);

}  // namespace
}  // namespace faultline
