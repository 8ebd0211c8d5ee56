#include <algorithm>
#include <memory>

#include "base/build_version.h"
#include "base/timestamp.h"
#include "deploy/cli/diagnosis.h"
#include "deploy/cli/output.h"
#include "fmt/format.h"
#include "google/protobuf/util/time_util.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;
using google::protobuf::util::TimeUtil;

constexpr int64_t kStandstillUs = 120'000'000;
constexpr double kDeadShareWarn = 0.01;

void CheckVersion(const v1::GetStatusResponse& status, Findings& findings) {
  const std::string server =
      fmt::format("faultlined {} {}, role {}", status.version(), status.build_commit(), status.role());
  if (status.version() == Version() && status.build_commit() == BuildCommit()) {
    findings.Ok("server", server);
  } else {
    findings.Warn("server", fmt::format("{}; this tool is {} {}", server, Version(), BuildCommit()),
                  "use the tool of the server's version where answers look odd");
  }
}

void CheckStreams(const v1::GetStatusResponse& status, Findings& findings) {
  if (status.role() == "query") {
    findings.Ok("ingestion", "another process reads; ask it with --server too");
    return;
  }
  if (status.streams().empty()) {
    findings.Warn("ingestion", "nothing was ever read",
                  "are kafka.topics or files.paths set, and is anything in them?");
    return;
  }
  const int64_t now_us = TimeUtil::TimestampToMicroseconds(status.answer_time());
  bool well = true;
  for (const v1::StreamStatus& stream : status.streams()) {
    const int64_t still_us = now_us - TimeUtil::TimestampToMicroseconds(stream.updated_time());
    if (stream.lag() <= 0 || now_us == 0 || still_us < kStandstillUs) continue;
    well = false;
    findings.Fail("stream " + stream.label(),
                  fmt::format("{} wait, and the position has not moved for {:.0f} s", CountOf(stream.lag(), "record"),
                              static_cast<double>(still_us) / 1e6),
                  "the log of faultlined says why; `faultline doctor --config` looks at the brokers");
  }
  const v1::StreamStatus& totals = status.totals();
  if (well) {
    findings.Ok("ingestion",
                fmt::format("{} taken from {}{}", CountOf(totals.consumed(), "record"),
                            CountOf(status.streams_size(), "stream"),
                            totals.lag() > 0 ? fmt::format(", {} waiting", WithThousands(totals.lag())) : ""));
  }
}

void CheckDeadLetters(const v1::GetStatusResponse& status, Findings& findings) {
  const v1::StreamStatus& totals = status.totals();
  if (totals.dead_letters() <= 0) {
    findings.Ok("dead letters", "none");
    return;
  }
  const double share =
      static_cast<double>(totals.dead_letters()) / static_cast<double>(std::max<int64_t>(1, totals.consumed()));
  const std::string finding = fmt::format("{} of {} ({:.2f} %)", WithThousands(totals.dead_letters()),
                                          CountOf(totals.consumed(), "record"), 100 * share);
  if (share < kDeadShareWarn) {
    findings.Ok("dead letters", finding);
  } else {
    findings.Warn(
        "dead letters", finding,
        "`faultline deadletters` says why; set ingest.topics where the format is not what it seems, then replay them");
  }
}

}  // namespace

void DiagnoseServer(const TargetOptions& target, Findings& findings) {
  const absl::StatusOr<std::unique_ptr<Target>> opened = Target::Open(target);
  if (!opened.ok()) {
    findings.Fail("server", std::string(opened.status().message()), "correct the flag");
    return;
  }
  v1::GetStatusResponse status;
  const std::unique_ptr<grpc::ClientContext> context = (*opened)->MakeContext();
  const int64_t asked_us = NowMicros();
  const absl::Status answered = (*opened)->Explain((*opened)->stub().GetStatus(context.get(), {}, &status));
  const int64_t took_us = NowMicros() - asked_us;
  if (!answered.ok()) {
    findings.Fail("server", std::string(answered.message()), "`systemctl status faultlined` and its log say more");
    return;
  }
  CheckVersion(status, findings);
  if (status.has_answer_time()) {
    const int64_t ahead_us = TimeUtil::TimestampToMicroseconds(status.answer_time()) - (asked_us + took_us / 2);
    DiagnoseClock("the server", ahead_us, took_us / 2, findings);
  } else {
    findings.Skip("clock of the server", "it does not say its time", "it is older than this tool");
  }
  CheckStreams(status, findings);
  CheckDeadLetters(status, findings);
  for (const std::string& error : status.rule_errors()) {
    findings.Fail("rule", error, "correct it; faultlined reads it again by itself");
  }
}

}  // namespace faultline::deploy
