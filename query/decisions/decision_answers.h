// Answers DecideSignature, ListDecisions and ImportDecisions.
//
// Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/decisions/decision_log.h"
#include "query/decisions/overlaid_store.h"
#include "query/query_context.h"

namespace faultline::query {

class DecisionAnswers {
 public:
  // Both must outlive it.
  DecisionAnswers(const OverlaidStore& store, DecisionLog& log) : store_(store), log_(log) {}

  // Errors: as the service says; InvalidArgument with the field's name.
  absl::Status Decide(const QueryContext& context, const v1::DecideSignatureRequest& request,
                      v1::DecideSignatureResponse& response);
  absl::Status List(const v1::ListDecisionsRequest& request, v1::ListDecisionsResponse& response) const;
  absl::Status Import(const QueryContext& context, const v1::ImportDecisionsRequest& request,
                      v1::ImportDecisionsResponse& response);

 private:
  const OverlaidStore& store_;
  DecisionLog& log_;
};

// Whether `decision`, one of the overlay's, is about `signature`: names it, or takes a decision back that does.
bool IsAbout(const v1::Decision& decision, const std::string& signature, const Overlay& overlay);

}  // namespace faultline::query
