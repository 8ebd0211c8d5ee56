// Masking a message and hashing its signature, per event.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "ingest/signature.h"

namespace faultline::ingest {
namespace {

const std::vector<std::string>& Messages() {
  static const std::vector<std::string> kMessages = {
      "write inbox cursor failed: queue full object 99c7187a7a3611c9 size 3195234 on shard chat-router-7",
      "login failed: http 503 from edge after 12034 ms (attempt 3) while the session ticket was renewed",
      "read group member list failed: no route to shard [queue=53 depth=76284] will be tried again soon",
      "deliver prekey bundle failed: deadline exceeded peer=<ip>:40123 account <email> token <token>",
      "commit of the blob header failed: leader changed, and nothing in this message varies at all here"};
  return kMessages;
}

const std::string kStack =
    "net.chat.QuorumLostException\n\tat net.chat.key.Handler.run(Handler.java:73)\n\tat net.chat.rpc.Dispatch.call("
    "Dispatch.java:212)\n\tat java.base/java.util.concurrent.FutureTask.run(FutureTask.java:317)\n\tat java.base/"
    "java.lang.Thread.run(Thread.java:1583)";

void BM_MaskMessage(benchmark::State& state) {
  const std::string& message = Messages()[static_cast<size_t>(state.range(0))];
  Arena arena;
  for (auto _ : state) {
    arena.Reset();
    benchmark::DoNotOptimize(MaskMessage(message, arena));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(message.size()));
}
BENCHMARK(BM_MaskMessage)->DenseRange(0, 4);

void BM_MessageSignature(benchmark::State& state) {
  Arena arena;
  SignatureInput input{.side = store::Side::kServer,
                       .rule = {},
                       .rule_parts = {},
                       .exception_type = {},
                       .stacktrace = {},
                       .masked_message = MaskMessage(Messages()[0], arena).text};
  for (auto _ : state) benchmark::DoNotOptimize(ComputeSignature(input));
}
BENCHMARK(BM_MessageSignature);

void BM_ExceptionSignatureSeenBefore(benchmark::State& state) {
  Arena arena;
  SignatureInput input{.side = store::Side::kServer,
                       .rule = {},
                       .rule_parts = {},
                       .exception_type = "net.chat.QuorumLostException",
                       .stacktrace = kStack,
                       .masked_message = MaskMessage(Messages()[0], arena).text};
  for (auto _ : state) benchmark::DoNotOptimize(ComputeSignature(input));
}
BENCHMARK(BM_ExceptionSignatureSeenBefore);

void BM_TopFrames(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(TopFrames(kStack));
}
BENCHMARK(BM_TopFrames);

}  // namespace
}  // namespace faultline::ingest
