// Checks a decision before it is written, and fills what the server gives.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/decisions/overlaid_store.h"
#include "query/decisions/overlay.h"

namespace faultline::query {

inline constexpr int kMaxMerged = 1'000;
inline constexpr size_t kMaxNameBytes = 200, kMaxWhyBytes = 2'000;

// What can be said without a store: fields of the kind, signatures that are ones, lengths. Control characters in texts
// are replaced. Errors: InvalidArgument, "decision.FIELD: ...".
absl::Status CheckForm(v1::Decision& decision);
// Whether it does anything to what `overlay` says. Errors: InvalidArgument; NotFound for an undo of nothing.
absl::Status CheckEffect(const v1::Decision& decision, const Overlay& overlay);
// Adds the template of each signature. `unknown` are those that the store has never seen. Errors: the store's.
absl::Status AddTemplates(const OverlaidStore& store, v1::Decision& decision, std::vector<std::string>& unknown);

}  // namespace faultline::query
