#include "deploy/cli/read_verb.h"

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/cli/display_zone.h"
#include "deploy/cli/profile.h"

namespace faultline::deploy {

void AddTargetFlags(const Verb& verb, ReadOptions& options) {
  TargetOptions& target = options.target;
  verb.Flag("--server", target.server, "HOST:PORT", "Ask a server (default: $FAULTLINE_SERVER)");
  verb.Flag("--store", target.store, "DIR", "Ask a store on this machine, read only (default: $FAULTLINE_STORE)");
  verb.ListFlag("--file", target.files, "FILE...", "Ask these files, keeping nothing; - is standard input");
  verb.RepeatedFlag("--rules", target.rules, "PATH", "Rule file or folder for --file (default: $FAULTLINE_RULES)");
  verb.Flag("--key-file", target.key_file, "FILE", "Key of the user and device hashes (default: DIR.key)");
  verb.Flag("--timeout", target.timeout, "TIME", "Give up after this long (default: 30s for a server, else 10m)");
  verb.Switch("--tls", target.tls.on, "The server speaks TLS");
  verb.Flag("--tls-ca", target.tls.authority_file, "FILE", "Authorities that may have signed its certificate (PEM)");
  verb.Flag("--tls-cert", target.tls.certificate_file, "FILE", "Our certificate, for a server that asks (PEM)");
  verb.Flag("--tls-key", target.tls.key_file, "FILE", "Its key (PEM)");
  verb.Flag("--profile", options.profile, "NAME", "Defaults from ~/.config/faultline/config.yaml");
  verb.Flag("-o,--output", options.output.format, "FORMAT",
            "table, wide, json, ndjson, csv, template='{field} {field}' (default: table on a terminal, else ndjson)");
  verb.Flag("--tz", options.tz, "ZONE", "UTC, local or a name such as Europe/Berlin (default: UTC)");
  verb.Flag("--color", options.output.color, "WHEN", "auto, always or never");
  verb.Switch("--no-pager", options.output.no_pager, "Long tables straight to the terminal");
  verb.Switch("-q,--quiet", options.output.quiet, "No line about the answer on standard error");
}

void AddTimeFlags(const Verb& verb, ReadOptions& options) {
  verb.Flag("--since", options.time.since, "TIME", "Start: 15m, 1h30m, yesterday, 10:42, or a time");
  verb.Flag("--until", options.time.until, "TIME", "End, excluded: as --since");
  verb.Flag("--at", options.time.at, "TIME", "Around this moment instead");
  verb.Flag("--around", options.time.around, "TIME", "So long before and after --at (default: 5m)");
}

void AddLimitFlag(const Verb& verb, ReadOptions& options) {
  verb.Number("-n,--limit", options.limit, "N", "Rows at most; 0 means all (default: 50)");
}

absl::StatusOr<Reader> Reader::Open(const ReadOptions& given) {
  ReadOptions options = given;
  RETURN_IF_ERROR(ApplyProfile(options.profile, options));
  RETURN_IF_ERROR(SetDisplayZone(options.tz));
  Reader reader;
  ASSIGN_OR_RETURN(reader.output, Output::Open(options.output));
  ASSIGN_OR_RETURN(reader.range, ResolveTimeRange(options.time, NowMicros()));
  ASSIGN_OR_RETURN(reader.target, Target::Open(options.target));
  reader.start_us = NowMicros();
  return reader;
}

std::string Reader::Elapsed() const { return FormatElapsed(NowMicros() - start_us); }

ExitCode ExitCodeOf(bool found, const faultline::v1::Completeness& completeness) {
  if (completeness.partial()) return kPartial;
  return found ? kFound : kNothingFound;
}

absl::StatusOr<ExitCode> PrintOne(const Output& output, const absl::Status& status,
                                  const google::protobuf::Message& response, const std::function<std::string()>& text) {
  if (status.code() == absl::StatusCode::kNotFound) {
    output.Footer(std::string(status.message()));
    return kNothingFound;
  }
  RETURN_IF_ERROR(status);
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    output.NdjsonRow(response);
  } else {
    output.Text(text());
  }
  return kFound;
}

}  // namespace faultline::deploy
