// Speaks the contract of the harness of peers: one JSON object a line in, one a line out.
//
// usage: peer_faultline RULES [--without-redaction] [--claimed-times]
// The store lies in the folder that "hello" names; nothing is kept in this process between its runs.
#include <simdjson.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/allocator.h"
#include "base/build_version.h"
#include "base/status_macros.h"
#include "deploy/server/json_text.h"
#include "fmt/format.h"
#include "tests/bench/peers/peer_store.h"

namespace faultline::bench {
namespace {

using Request = simdjson::dom::element;

std::string_view Text(const Request& request, std::string_view key) {
  std::string_view text;
  return request[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

store::TimeRange Range(const Request& request) {
  int64_t from_ms = 0, until_ms = 0;
  if (request["from"].get(from_ms) != simdjson::SUCCESS || request["until"].get(until_ms) != simdjson::SUCCESS)
    return {};
  return {from_ms * 1'000, until_ms * 1'000};
}

class Peer {
 public:
  explicit Peer(PeerOptions options) : options_(std::move(options)) {}

  absl::StatusOr<std::string> Answer(const Request& request) {
    const std::string_view op = Text(request, "op");
    if (op == "hello") return Hello(request);
    if (op == "stop") return std::string("{}");
    if (store_ == nullptr) return absl::FailedPreconditionError("say hello first");
    if (op == "ingest") return Done(store_->Ingest());
    if (op == "settle") return Done(store_->Settle());
    if (op == "count") return Count(store_->CountEvents());
    if (op == "q1") return Rows(store_->EventsOfId(Text(request, "field"), Text(request, "id")));
    if (op == "q2") return Rows(store_->ErrorsByMinute(Range(request)));
    if (op == "q3") return Rows(store_->ServersOf(Text(request, "prefix"), Range(request)));
    if (op == "q4") return Count(store_->CountPhrase(Text(request, "phrase"), Range(request)));
    return absl::InvalidArgumentError(fmt::format("unknown op \"{}\"", op));
  }

 private:
  absl::StatusOr<std::string> Hello(const Request& request) {
    options_.store = fmt::format("{}/store", Text(request, "work"));
    options_.events = Text(request, "events");
    store_ = std::make_unique<PeerStore>(options_);
    return fmt::format(R"({{"versions":{{"faultline":"{}"}},"configuration":"rules of {}, {}, {}","pids":[]}})",
                       Version(), options_.rules, options_.show_private ? "without redaction" : "with redaction",
                       options_.correct_clocks ? "clocks corrected" : "claimed times");
  }

  static absl::StatusOr<std::string> Done(const absl::Status& status) {
    if (!status.ok()) return status;
    return std::string("{}");
  }
  static absl::StatusOr<std::string> Count(const absl::StatusOr<int64_t>& count) {
    if (!count.ok()) return count.status();
    return fmt::format(R"({{"count":{}}})", *count);
  }
  static absl::StatusOr<std::string> Rows(absl::StatusOr<std::string> rows) {
    if (!rows.ok()) return rows.status();
    return R"({"rows":)" + *rows + "}";
  }

  PeerOptions options_;
  std::unique_ptr<PeerStore> store_;
};

int Serve(Peer& peer) {
  simdjson::dom::parser parser;
  std::string line;
  while (std::getline(std::cin, line)) {
    Request request;
    if (parser.parse(line).get(request) != simdjson::SUCCESS) {
      std::fprintf(stderr, "no JSON object: %s\n", line.c_str());
      return 2;
    }
    const absl::StatusOr<std::string> answer = peer.Answer(request);
    const std::string text =
        answer.ok() ? *answer : R"({"error":)" + deploy::JsonString(answer.status().ToString()) + "}";
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
    if (Text(request, "op") == "stop") break;
  }
  return 0;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  faultline::KeepFreedMemory();
  faultline::bench::PeerOptions options;
  if (argc > 1) options.rules = argv[1];
  bool known = argc > 1;
  for (int i = 2; i < argc; ++i) {
    const std::string_view flag = argv[i];
    known = known && (flag == "--without-redaction" || flag == "--claimed-times");
    if (flag == "--without-redaction") options.show_private = true;
    if (flag == "--claimed-times") options.correct_clocks = false;
  }
  if (!known) {
    std::fprintf(stderr, "usage: peer_faultline RULES [--without-redaction] [--claimed-times]\n");
    return 2;
  }
  faultline::bench::Peer peer(options);
  return faultline::bench::Serve(peer);
}
