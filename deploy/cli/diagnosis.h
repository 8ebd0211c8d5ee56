// What `faultline doctor` looks at, part by part. Each function adds one Check or more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "deploy/cli/target.h"
#include "deploy/server/config.h"
#include "faultline/v1/diagnosis.pb.h"

namespace faultline::deploy {

// Grows while the parts are looked at. Texts may be any: what prints them makes them safe.
class Findings {
 public:
  void Ok(std::string_view name, std::string_view finding) { Add(name, "ok", finding, ""); }
  void Warn(std::string_view name, std::string_view finding, std::string_view advice) {
    Add(name, "warn", finding, advice);
  }
  void Fail(std::string_view name, std::string_view finding, std::string_view advice) {
    Add(name, "fail", finding, advice);
  }
  void Skip(std::string_view name, std::string_view finding, std::string_view advice) {
    Add(name, "skip", finding, advice);
  }
  bool Has(std::string_view state) const;
  const faultline::v1::Diagnosis& diagnosis() const { return diagnosis_; }

 private:
  void Add(std::string_view name, std::string_view state, std::string_view finding, std::string_view advice);

  faultline::v1::Diagnosis diagnosis_;
};

// A server that is up: does it answer, is it of our version, is its clock ours, does it read on, are rules
// refused, are records lost as dead letters.
void DiagnoseServer(const TargetOptions& target, Findings& findings);
// A store on this machine: does it open, who writes it, is there room, is its key there and private.
void DiagnoseStore(const std::string& path, const std::string& key_file, Findings& findings);
// Brokers, topics, partitions, and the clocks of what is in them.
void DiagnoseKafka(const KafkaConfig& kafka, Findings& findings);
// Rules: refused ones, doubtful ones, and what they cost. `paths` may be empty.
void DiagnoseRules(const std::vector<std::string>& paths, int64_t max_set_ns, Findings& findings);
// The certificate of a server that is up.
void DiagnoseTls(const std::string& server, const TlsOptions& tls, Findings& findings);
// The files that a server's TLS is made of, where it has any.
void DiagnoseTlsFiles(const query::TlsOptions& tls, Findings& findings);

// Whether two clocks are close enough: "the clock of NAME is 12 s ahead of ours" otherwise.
void DiagnoseClock(std::string_view name, int64_t ahead_us, int64_t tolerance_us, Findings& findings);

}  // namespace faultline::deploy
