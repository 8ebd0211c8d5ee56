#include "base/timestamp.h"
#include "deploy/cli/diagnosis.h"
#include "deploy/cli/tls_probe.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;
constexpr int64_t kSoonUs = 30 * kDayUs;

void CheckDates(const std::string& name, const CertificateFacts& facts, Findings& findings) {
  const int64_t left_us = facts.not_after_us - NowMicros();
  const std::string until = fmt::format("{} until {}", facts.subject, FormatTime(facts.not_after_us));
  if (left_us <= 0) {
    findings.Fail(name, "expired: " + until, "put a new certificate there and restart faultlined");
  } else if (facts.not_before_us > NowMicros()) {
    findings.Fail(name, "not valid before " + FormatTime(facts.not_before_us), "look at this machine's clock");
  } else if (left_us < kSoonUs) {
    findings.Warn(name, fmt::format("expires in {} days: {}", left_us / kDayUs, until), "renew it in time");
  } else {
    findings.Ok(name, until);
  }
}

}  // namespace

void DiagnoseTls(const std::string& server, const TlsOptions& tls, Findings& findings) {
  const std::string name = "certificate of " + server;
  const absl::StatusOr<CertificateFacts> facts = ProbeTls(server, tls);
  if (!facts.ok()) {
    findings.Fail(name, std::string(facts.status().message()),
                  "does the server speak TLS? (query.tls_certificate_file)");
  } else if (!facts->distrust.empty()) {
    findings.Fail(name, facts->subject + " is not trusted: " + facts->distrust,
                  "pass the authority that signed it with --tls-ca, and a host name that it is for");
  } else {
    CheckDates(name, *facts, findings);
  }
}

void DiagnoseTlsFiles(const query::TlsOptions& tls, Findings& findings) {
  for (const std::string& path : {tls.certificate_file, tls.client_authority_file}) {
    if (path.empty()) continue;
    const absl::StatusOr<CertificateFacts> facts = ReadCertificateFile(path);
    if (facts.ok()) {
      CheckDates("certificate " + path, *facts, findings);
    } else {
      findings.Fail("certificate " + path, std::string(facts.status().message()),
                    "correct query.tls_… in the configuration");
    }
  }
  if (tls.certificate_file.empty() || tls.key_file.empty()) return;
  const absl::Status key = CheckKeyFile(tls.certificate_file, tls.key_file);
  if (key.ok()) {
    findings.Ok("key " + tls.key_file, "it is that of the certificate");
  } else {
    findings.Fail("key " + tls.key_file, std::string(key.message()), "the port does not open like this");
  }
}

}  // namespace faultline::deploy
