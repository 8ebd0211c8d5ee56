#include "query/signature_list.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/completeness.h"
#include "query/correlation_answer.h"
#include "query/event_proto.h"
#include "query/unit_tally.h"

namespace faultline::query {

absl::Status SignatureList::Count(const UnitGraph& graph, const FailureSelection& failures, UnitMarks& marks,
                                  const QueryControl& control) {
  UnitTally tally(graph, failures, /*cells=*/nullptr, marks);
  std::vector<SignatureTally> tallies;
  for (const FailureSelection::Group& group : failures.groups()) {
    RETURN_IF_ERROR(control.Check());
    tallies.push_back(tally.Count(group));
  }
  std::sort(tallies.begin(), tallies.end(), [&graph](const SignatureTally& a, const SignatureTally& b) {
    if (a.lines != b.lines) return a.lines > b.lines;
    return graph.signatures()[a.signature].signature < graph.signatures()[b.signature].signature;
  });
  response_.set_total_size(static_cast<int32_t>(tallies.size()));
  if (tallies.size() > kMaxListed) {
    AddPartialReason(absl::StrCat("of ", tallies.size(), " signatures, only the ", kMaxListed,
                                  " with the most lines are listed; narrow the filter or the time"),
                     *response_.mutable_completeness());
    tallies.resize(kMaxListed);
  }
  for (const SignatureTally& of : tallies) {
    const GraphSignature& signature = graph.signatures()[of.signature];
    v1::Signature& row = *response_.add_signatures();
    row.set_signature(store::FormatSignature(signature.signature));
    row.set_side(std::string(store::SideName(signature.side)));
    row.set_service(graph.services()[of.service]);
    row.set_lines(of.lines);
    row.set_units(of.units);
    *row.mutable_first_time() = ToTimestamp(graph.time_us(of.first_event));
    *row.mutable_last_time() = ToTimestamp(graph.time_us(of.last_event));
    sources_.push_back({signature.signature, graph.SequenceOf(of.first_event)});
    row.set_exemplar_event_id(absl::StrCat(sources_.back().event));
  }
  return absl::OkStatus();
}

absl::Status SignatureList::ReadTexts(const store::Store& store, const store::View& view, const QueryControl& control) {
  std::vector<uint64_t> sequences;
  for (const Source& source : sources_) sequences.push_back(source.event);
  ASSIGN_OR_RETURN(const auto events, ReadSequences(view, std::move(sequences)));
  RETURN_IF_ERROR(control.Check());
  DefinitionReader definitions(store);
  for (size_t i = 0; i < sources_.size(); ++i) {
    v1::Signature& row = *response_.mutable_signatures(static_cast<int>(i));
    ASSIGN_OR_RETURN(const store::SignatureDefinition definition, definitions.Find(sources_[i].signature));
    row.set_title(definition.title);
    row.set_origin(definition.origin);
    row.set_rule(definition.rule);
    const auto event = events.find(sources_[i].event);
    if (event != events.end()) row.set_exemplar(std::string(event->second.event.message));
  }
  return absl::OkStatus();
}

}  // namespace faultline::query
