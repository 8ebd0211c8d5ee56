#include "tests/bench/peers/peer_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "base/pseudonym.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/server/json_text.h"
#include "ingest/file_source.h"
#include "ingest/pipeline.h"
#include "ingest/rules.h"
#include "query/count.h"
#include "query/search.h"
#include "store/writer.h"

namespace faultline::bench {
namespace {

using deploy::JsonString;

constexpr size_t kMostEventsOfId = 10'000;
constexpr size_t kMostSignatures = 20;

// `text` as a word of a filter, in which nothing stands for anything else.
std::string Quoted(std::string_view text) {
  return absl::StrReplaceAll(std::string(text), {{"\\", "\\\\"}, {"\"", "\\\""}, {"*", "\\*"}});
}

absl::StatusOr<std::unique_ptr<store::Store>> OpenToWrite(const PeerOptions& options) {
  store::StoreOptions store_options;
  store_options.path = options.store;
  return store::Store::Open(store_options);
}

}  // namespace

absl::Status PeerStore::Ingest() {
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, OpenToWrite(options_));
  ASSIGN_OR_RETURN(const Pseudonyms pseudonyms, Pseudonyms::LoadOrCreate(options_.store + ".key"));
  std::vector<ingest::RuleError> errors;
  ASSIGN_OR_RETURN(const auto rules, ingest::RuleSet::Load({options_.rules}, errors));
  if (!errors.empty()) return absl::InvalidArgumentError("a rule was refused: " + errors.front().reason);
  ingest::FileSourceOptions source_options;
  source_options.paths = {options_.events};
  ingest::FileSource source(source_options);
  store::WriterOptions writer_options;
  writer_options.seal_interval_ms = 2'000;
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Writer> writer, store::Writer::Start(writer_options, *store));
  ingest::PipelineOptions pipeline_options;
  pipeline_options.parser.show_private = options_.show_private;
  pipeline_options.parser.trust_claimed_times = !options_.correct_clocks;
  ingest::Pipeline pipeline(pipeline_options, source, *writer, pseudonyms, rules);
  RETURN_IF_ERROR(pipeline.Run());
  RETURN_IF_ERROR(writer->Close());
  return store->Close();
}

absl::Status PeerStore::Settle() {
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, OpenToWrite(options_));
  RETURN_IF_ERROR(store->Maintain());
  RETURN_IF_ERROR(store->Settle());
  return store->Close();
}

absl::Status PeerStore::OpenToRead() {
  if (store_ != nullptr) return absl::OkStatus();
  store::StoreOptions store_options;
  store_options.path = options_.store;
  ASSIGN_OR_RETURN(store_, store::Store::OpenSecondary(store_options, scratch_ / "log"));
  view_ = store_->view();
  correlator_ = query::Correlator::Create({}, *store_);
  ASSIGN_OR_RETURN(const query::Filter clients, query::Filter::Parse("side = client", nullptr));
  ASSIGN_OR_RETURN(const auto listed, correlator_->ListSignatures({}, clients, {}));
  for (const auto& signature : listed.signatures()) {
    client_signatures_.emplace_back(signature.exemplar(), signature.signature());
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> PeerStore::CountEvents() {
  RETURN_IF_ERROR(OpenToRead());
  int64_t events = 0;
  for (const auto& segment : view_->segments) events += segment->size();
  return events;
}

absl::StatusOr<std::string> PeerStore::EventsOfId(std::string_view field, std::string_view id) {
  RETURN_IF_ERROR(OpenToRead());
  query::SearchQuestion question;
  ASSIGN_OR_RETURN(question.filter, query::Filter::Parse(fmt::format("{} = \"{}\"", field, Quoted(id)), nullptr));
  question.limit = kMostEventsOfId;
  ASSIGN_OR_RETURN(const query::SearchPage page, query::Search(*view_, question, {}));
  ASSIGN_OR_RETURN(const std::vector<store::OwnedEvent> events, query::ReadPlaces(*view_, page.places));
  std::string json = "[";
  for (const store::OwnedEvent& owned : events) {
    fmt::format_to(std::back_inserter(json), "{}[\"{}\",{}]", json.size() > 1 ? "," : "",
                   FormatTime(owned.event.time_us), JsonString(owned.event.message));
  }
  return json + "]";
}

absl::StatusOr<std::string> PeerStore::ErrorsByMinute(const store::TimeRange& range) {
  RETURN_IF_ERROR(OpenToRead());
  query::CountQuestion question;
  question.range = range;
  ASSIGN_OR_RETURN(question.filter, query::Filter::Parse("severity >= ERROR", nullptr));
  ASSIGN_OR_RETURN(question.by, query::ParseCountField("service"));
  question.step_us = 60'000'000;
  question.limit = 1'000;
  ASSIGN_OR_RETURN(const query::Counts counts, query::Count(*view_, question, {}));
  std::string json = "[";
  for (const query::CountedValue& row : counts.rows) {
    const std::string service = JsonString(row.value);
    for (size_t i = 0; i < row.counts.size(); ++i) {
      if (row.counts[i] == 0) continue;
      fmt::format_to(std::back_inserter(json), "{}[{},{},{}]", json.size() > 1 ? "," : "",
                     counts.bucket_starts_us[i] / 1'000, service, row.counts[i]);
    }
  }
  return json + "]";
}

absl::StatusOr<std::string> PeerStore::ClientSignatureOf(std::string_view prefix) const {
  for (const auto& [exemplar, signature] : client_signatures_) {
    if (absl::StartsWith(exemplar, absl::string_view(prefix.data(), prefix.size()))) return signature;
  }
  return absl::NotFoundError(fmt::format("no client signature's messages start with \"{}\"", prefix));
}

absl::StatusOr<std::string> PeerStore::ServersOf(std::string_view client_prefix, const store::TimeRange& range) {
  RETURN_IF_ERROR(OpenToRead());
  ASSIGN_OR_RETURN(const std::string signature, ClientSignatureOf(client_prefix));
  query::Correlator::Question question;
  question.range = range;
  question.all_pairs = true;
  ASSIGN_OR_RETURN(question.client_filter, query::Filter::Parse(fmt::format("signature = \"{}\"", signature), nullptr));
  ASSIGN_OR_RETURN(const auto answer, correlator_->Correlate(question, {}));
  std::vector<std::pair<int64_t, std::string>> rows;
  for (const auto& pair : answer.pairs()) rows.emplace_back(-pair.together(), pair.server().exemplar());
  std::sort(rows.begin(), rows.end());
  if (rows.size() > kMostSignatures) rows.resize(kMostSignatures);
  std::string json = "[";
  for (const auto& [units, message] : rows) {
    fmt::format_to(std::back_inserter(json), "{}[{},{}]", json.size() > 1 ? "," : "", JsonString(message), -units);
  }
  return json + "]";
}

absl::StatusOr<int64_t> PeerStore::CountPhrase(std::string_view phrase, const store::TimeRange& range) {
  RETURN_IF_ERROR(OpenToRead());
  query::CountQuestion question;
  question.range = range;
  ASSIGN_OR_RETURN(question.filter, query::Filter::Parse(fmt::format("message = \"*{}*\"", Quoted(phrase)), nullptr));
  ASSIGN_OR_RETURN(const query::Counts counts, query::Count(*view_, question, {}));
  return counts.total;
}

}  // namespace faultline::bench
