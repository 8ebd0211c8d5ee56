// Whom a read verb asks: a server, a store on this machine, or files that are
// read just for this one question. Above this seam all three are the same
// gRPC stub.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"

namespace faultline::deploy {

// How a server is spoken to. Plain text unless something here is set.
struct TlsOptions {
  bool on = false;               // with the authorities that this machine trusts
  std::string authority_file;    // PEM; the server's certificate must be signed by one of these
  std::string certificate_file;  // PEM, with key_file: who we are, for servers that ask
  std::string key_file;

  bool wanted() const { return on || !authority_file.empty() || !certificate_file.empty() || !key_file.empty(); }
};

struct TargetOptions {
  std::string server;              // HOST:PORT
  std::string store;               // folder of a store, or of several with commas between; read only
  std::vector<std::string> files;  // "-" is standard input
  std::vector<std::string> rules;  // for `files`; empty: see DefaultRules()
  std::string key_file;            // for `store`; empty: DefaultKeyFile(store) where it exists
  std::string timeout;             // "30s"; empty: 30 s for a server, 10 min else
  TlsOptions tls;                  // for `server`
};

class Target {
 public:
  using Stub = faultline::v1::FailureQueryService::StubInterface;

  // Takes the one of the three that is set, else $FAULTLINE_SERVER, else
  // $FAULTLINE_STORE. Errors: InvalidArgument when none or several are set;
  // NotFound when there is no store; what reading the files said.
  static absl::StatusOr<std::unique_ptr<Target>> Open(const TargetOptions& options);
  virtual ~Target() = default;

  virtual Stub& stub() = 0;
  // Flags that name this target again, for hints: "--store faultline-demo".
  const std::string& flags() const { return flags_; }
  // A fresh context with the deadline set.
  std::unique_ptr<grpc::ClientContext> MakeContext() const;
  // `status` as ours, with what to do about it.
  absl::Status Explain(const grpc::Status& status) const;

 protected:
  std::string flags_;
  std::string server_;
  std::chrono::microseconds timeout_{};
};

// "DIR.key", beside the store.
std::string DefaultKeyFile(const std::string& store);
// `given`, else the folders of $FAULTLINE_RULES (separated by ":"), else the
// rules installed or checked out with this program, else none.
std::vector<std::string> RulesOrDefault(const std::vector<std::string>& given);

}  // namespace faultline::deploy
