// Positions, dead letters and signatures as the protobufs they are stored as.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "store/record_outcome.h"
#include "store/store.h"

namespace faultline::store {

std::string EncodePosition(const StreamPosition& position);
std::string EncodeDeadLetter(const StoredDeadLetter& letter);
std::string EncodeSignature(const SignatureDefinition& definition);

// Errors: DataLoss.
absl::StatusOr<StreamPosition> DecodePosition(std::string_view value);
absl::StatusOr<StoredDeadLetter> DecodeDeadLetter(uint64_t number, std::string_view value);
absl::StatusOr<SignatureDefinition> DecodeSignature(uint64_t signature, std::string_view value);

}  // namespace faultline::store
