#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/status_macros.h"
#include "deploy/cli/dead_letters.h"
#include "deploy/cli/json_object.h"
#include "fmt/format.h"
#include "google/protobuf/util/time_util.h"
#include "ingest/source_name.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;
using google::protobuf::util::TimeUtil;

store::StoredDeadLetter ToStored(const v1::DeadLetter& from) {
  store::StoredDeadLetter to;
  to.number = static_cast<uint64_t>(from.number());
  to.stream = from.stream();
  to.label = from.label();
  to.offset = from.offset();
  to.letter.reason = from.reason();
  to.letter.bytes = from.bytes();
  to.letter.time_us = TimeUtil::TimestampToMicroseconds(from.time());
  to.letter.partly_taken = from.partly_taken();
  to.letter.damaged = from.damaged();
  to.replayed_us = TimeUtil::TimestampToMicroseconds(from.replayed_time());
  return to;
}

// The partition of "kafka:TOPIC/PARTITION"; 0 for other streams.
int64_t PartitionOf(const std::string& stream) {
  const size_t slash = stream.rfind('/');
  if (!stream.starts_with("kafka:") || slash == std::string::npos) return 0;
  const std::string number = stream.substr(slash + 1);
  const bool digits = !number.empty() && number.size() < 10 &&
                      std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? std::stoll(number) : 0;
}

// Without the offset: records of several streams may stand in one, and the headers have it.
std::string CapturedLine(const ingest::LetterRecord& record) {
  store::StreamPosition position;
  position.stream = record.stream();
  position.label = record.label;
  JsonObject line;
  line.Add("topic", ingest::SourceName(position));
  line.AddNumber("partition", PartitionOf(record.stream()));
  line.AddNumber("timestamp_ms", record.time_us / 1'000);
  std::string headers;
  for (const auto& [name, value] : record.Headers()) {
    headers += fmt::format("{}[\"{}\",\"{}\"]", headers.empty() ? "" : ",", name, absl::Base64Escape(value));
  }
  line.AddRaw("headers", "[" + headers + "]");
  line.Add("value_b64", absl::Base64Escape(record.value));
  return line.Text() + "\n";
}

}  // namespace

absl::Status ForEachLetterRecord(Reader& reader, ingest::LetterRecords& records,
                                 const std::function<absl::Status(const ingest::LetterRecord&)>& take) {
  v1::ListDeadLettersRequest request;
  request.set_waiting_only(true);
  absl::Status taken;
  RETURN_IF_ERROR((ForEachPage<v1::ListDeadLettersRequest, v1::ListDeadLettersResponse>(
      reader, &Target::Stub::ListDeadLetters, request, /*limit=*/0,
      [](v1::ListDeadLettersResponse & page) -> auto& { return *page.mutable_dead_letters(); },
      [&](v1::ListDeadLettersResponse& page) {
        for (const v1::DeadLetter& letter : page.dead_letters()) {
          const std::optional<ingest::LetterRecord> record = records.Add(ToStored(letter));
          if (record.has_value() && taken.ok()) taken = take(*record);
        }
      })));
  RETURN_IF_ERROR(taken);
  const std::optional<ingest::LetterRecord> last = records.Finish();
  return last.has_value() ? take(*last) : absl::OkStatus();
}

std::string DescribeLeftOut(const std::map<std::string, int64_t>& left_out) {
  std::string text;
  for (const auto& [why, letters] : left_out) text += fmt::format("; {} left out: {}", WithThousands(letters), why);
  return text;
}

absl::StatusOr<ExitCode> ExportDeadLetters(const DeadLettersOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  ingest::LetterRecords records(options.reason);
  int64_t count = 0;
  RETURN_IF_ERROR(ForEachLetterRecord(reader, records, [&](const ingest::LetterRecord& record) {
    ++count;
    reader.output.Text(CapturedLine(record));
    return absl::OkStatus();
  }));
  if (!options.output.quiet) {
    fmt::print(stderr, "{}{}\n", CountOf(count, "record"), DescribeLeftOut(records.left_out()));
  }
  return count > 0 ? kFound : kNothingFound;
}

}  // namespace faultline::deploy
