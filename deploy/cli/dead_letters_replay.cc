#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "base/pseudonym.h"
#include "base/status_macros.h"
#include "deploy/cli/dead_letters.h"
#include "deploy/cli/load_rules.h"
#include "deploy/cli/loader.h"
#include "deploy/cli/properties.h"
#include "fmt/format.h"
#include "ingest/kafka_producer.h"
#include "ingest/letter_source.h"
#include "ingest/source_name.h"

namespace faultline::deploy {
namespace {

void Say(const ReplayOptions& options, std::string_view line) {
  if (!options.output.quiet) fmt::print("{}\n", line);
}

ExitCode CodeOf(int64_t records, bool whole) { return records == 0 ? kNothingFound : whole ? kFound : kPartial; }

absl::StatusOr<ExitCode> CountOnly(const ReplayOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  ingest::LetterRecords records(options.reason);
  int64_t letters = 0, count = 0;
  RETURN_IF_ERROR(ForEachLetterRecord(reader, records, [&](const ingest::LetterRecord& record) {
    ++count;
    letters += static_cast<int64_t>(record.letters.size());
    return absl::OkStatus();
  }));
  Say(options, fmt::format("would replay {} of {}{}", CountOf(letters, "dead letter"), CountOf(count, "record"),
                           DescribeLeftOut(records.left_out())));
  return CodeOf(count, records.left_out().empty());
}

// The topic that a letter came from, or the one asked for.
absl::StatusOr<std::string> TopicOf(const ReplayOptions& options, const ingest::LetterRecord& record) {
  if (!options.topic.empty()) return options.topic;
  if (!record.stream().starts_with("kafka:")) {
    return absl::InvalidArgumentError("dead letter " + std::to_string(record.letters.front().number) + " is from " +
                                      record.label + ", which is no topic; pass --topic NAME");
  }
  store::StreamPosition position;
  position.stream = record.stream();
  return ingest::SourceName(position);
}

absl::StatusOr<ExitCode> ReplayThroughKafka(const ReplayOptions& options) {
  ASSIGN_OR_RETURN(const auto properties, ParseProperties(options.properties));
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  ASSIGN_OR_RETURN(const std::unique_ptr<ingest::KafkaProducer> producer,
                   ingest::KafkaProducer::Create(options.brokers, properties));
  ingest::LetterRecords records(options.reason);
  int64_t letters = 0;
  RETURN_IF_ERROR(ForEachLetterRecord(reader, records, [&](const ingest::LetterRecord& record) -> absl::Status {
    ASSIGN_OR_RETURN(const std::string topic, TopicOf(options, record));
    letters += static_cast<int64_t>(record.letters.size());
    return producer->Produce({topic, record.value, record.Headers(), record.time_us / 1'000});
  }));
  RETURN_IF_ERROR(producer->Flush());
  const int64_t count = producer->acknowledged();
  Say(options,
      fmt::format("{} of {} sent to Kafka{}; the worker that has them marks them when it reads them",
                  CountOf(letters, "dead letter"), CountOf(count, "record"), DescribeLeftOut(records.left_out())));
  return CodeOf(count, records.left_out().empty());
}

absl::StatusOr<std::string> StorePath(const ReplayOptions& options) {
  if (!options.target.server.empty()) {
    return absl::InvalidArgumentError(
        "a server writes its store itself: pass --brokers HOST:PORT, and what is sent there comes to it through Kafka");
  }
  std::string path = options.target.store;
  if (const char* store = std::getenv("FAULTLINE_STORE"); path.empty() && store != nullptr) path = store;
  if (path.empty()) return absl::InvalidArgumentError("where to? pass --store DIR, or --brokers HOST:PORT");
  return path;
}

absl::StatusOr<std::unique_ptr<store::Store>> OpenForWriting(const std::string& path) {
  store::StoreOptions options;
  options.path = path;
  absl::StatusOr<std::unique_ptr<store::Store>> store = store::Store::Open(options);
  if (store.status().code() != absl::StatusCode::kFailedPrecondition) return store;
  return absl::FailedPreconditionError(
      std::string(store.status().message()) +
      "; while faultlined runs, send them through Kafka with --brokers HOST:PORT, or stop it first");
}

absl::StatusOr<ExitCode> ReplayIntoStore(const ReplayOptions& options) {
  ASSIGN_OR_RETURN(const std::string path, StorePath(options));
  ingest::PipelineOptions pipeline;
  if (!options.wire_format.empty()) {
    ASSIGN_OR_RETURN(pipeline.decoder.format, ingest::ParseFormat(options.wire_format));
  }
  // Only a store that is there has letters: the one opened for reading says so.
  { ASSIGN_OR_RETURN(const Reader reader, Reader::Open(options)); }
  ASSIGN_OR_RETURN(std::shared_ptr<const ingest::RuleSet> rules, LoadRules(options.target.rules));
  const std::string& key_file = options.target.key_file;
  ASSIGN_OR_RETURN(const Pseudonyms pseudonyms,
                   Pseudonyms::LoadOrCreate(key_file.empty() ? DefaultKeyFile(path) : key_file));
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, OpenForWriting(path));
  ingest::LetterSource source(*store, options.reason);
  ASSIGN_OR_RETURN(const LoadResult result,
                   LoadFrom(source, pipeline, {}, std::move(rules), *store, pseudonyms, nullptr));
  RETURN_IF_ERROR(store->Close());
  Say(options, fmt::format("{} of {} replayed: {} events, {} attempts, {} dead letters again{}",
                           CountOf(source.letters(), "dead letter"), CountOf(source.records(), "record"),
                           WithThousands(result.events), WithThousands(result.attempts),
                           WithThousands(result.dead_letters), DescribeLeftOut(source.left_out())));
  if (result.interrupted) return kInterrupted;
  return CodeOf(source.records(), source.left_out().empty() && result.dead_letters == 0);
}

}  // namespace

absl::StatusOr<ExitCode> ReplayDeadLetters(const ReplayOptions& options) {
  if (options.dry_run) return CountOnly(options);
  return options.brokers.empty() ? ReplayIntoStore(options) : ReplayThroughKafka(options);
}

}  // namespace faultline::deploy
