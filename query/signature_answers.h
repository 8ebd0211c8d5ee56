// Answers that come from the correlator: signatures, pairs, coverage. It
// computes them as a whole; here they are kept and handed out page by page.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/answer_cache.h"
#include "query/correlator.h"
#include "query/query_context.h"
#include "query/revision_log.h"

namespace faultline::query {

class SignatureAnswers {
 public:
  explicit SignatureAnswers(std::unique_ptr<Correlator> correlator);

  Correlator& correlator() { return *correlator_; }

  // Each checks the request and fills `response`. Errors: InvalidArgument with
  // the field's name; NotFound for a signature that the store has never seen.
  absl::Status List(const QueryContext& context, const faultline::v1::ListSignaturesRequest& request,
                    faultline::v1::ListSignaturesResponse& response);
  absl::Status Get(const QueryContext& context, const faultline::v1::GetSignatureRequest& request,
                   faultline::v1::GetSignatureResponse& response);
  absl::Status Correlate(const QueryContext& context, const faultline::v1::CorrelateRequest& request,
                         faultline::v1::CorrelateResponse& response);
  // Not kept.
  absl::Status Contradict(const QueryContext& context, const faultline::v1::GetContradictionsRequest& request,
                          faultline::v1::GetContradictionsResponse& response);
  // Not kept: what is still open changes with the time. `lag` is of records, by stream.
  absl::Status Cover(const QueryContext& context, const std::map<std::string, int64_t>& lag,
                     const faultline::v1::GetCoverageRequest& request, faultline::v1::GetCoverageResponse& response);

 private:
  absl::StatusOr<faultline::v1::ListSignaturesResponse> ListShown(const QueryContext& context,
                                                                  const store::TimeRange& range, const Filter& filter,
                                                                  bool include_muted);

  const std::unique_ptr<Correlator> correlator_;
  AnswerCache<faultline::v1::ListSignaturesResponse> lists_;
  AnswerCache<faultline::v1::CorrelateResponse> correlations_;
  RevisionLog revisions_;
};

}  // namespace faultline::query
