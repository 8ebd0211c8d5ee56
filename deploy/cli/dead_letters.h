// What the verbs beneath `deadletters` share.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/cli/exit_code.h"
#include "deploy/cli/read_verb.h"
#include "ingest/letter_records.h"

namespace faultline::deploy {

struct DeadLettersOptions : ReadOptions {
  std::string reason;  // empty: all
  bool all = false;    // those that were replayed too
  std::string number;  // of one
};

struct ReplayOptions : DeadLettersOptions {
  std::string brokers;  // empty: into the store
  std::string topic;    // empty: the topic that each is from
  std::vector<std::string> properties;
  std::string wire_format;  // see ingest::ParseFormat; empty: detected
  bool dry_run = false;
};

// Calls `take` with every record that waiting letters of `records`' reason were, oldest first.
absl::Status ForEachLetterRecord(Reader& reader, ingest::LetterRecords& records,
                                 const std::function<absl::Status(const ingest::LetterRecord&)>& take);
// "; 3 left out: cut, …" for a footer; empty where none was.
std::string DescribeLeftOut(const std::map<std::string, int64_t>& left_out);

// Writes them to standard output as captured records (ingest/captured_record.h).
absl::StatusOr<ExitCode> ExportDeadLetters(const DeadLettersOptions& options);
// Takes them again: into the store, or through a Kafka topic. Errors: InvalidArgument where to
// is not said; FailedPrecondition while another process writes the store.
absl::StatusOr<ExitCode> ReplayDeadLetters(const ReplayOptions& options);

}  // namespace faultline::deploy
