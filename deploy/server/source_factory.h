// The source that the configuration names.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "deploy/server/config.h"
#include "ingest/record_source.h"

namespace faultline::deploy {

// Errors: InvalidArgument for settings that the source refuses.
absl::StatusOr<std::unique_ptr<ingest::RecordSource>> MakeSource(const Config& config);

}  // namespace faultline::deploy
