// Records from a source, through the same decoding, rules and guards as the
// pipeline, onto standard output instead of into a store.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/pseudonym.h"
#include "ingest/pipeline_options.h"
#include "ingest/record_source.h"
#include "ingest/rules.h"

namespace faultline::deploy {

// A registry without a store: every stream starts at its beginning.
class FreshStreams final : public ingest::StreamRegistry {
 public:
  std::pair<uint32_t, store::StreamPosition> Open(const store::StreamPosition& initial) override;
  std::optional<store::StreamPosition> Find(std::string_view stream) const override;
  void Reset(uint32_t stream, int64_t next_offset) override;
  absl::Status Flush() override { return absl::OkStatus(); }

  const store::StreamPosition& at(uint32_t stream) const { return streams_[stream]; }

 private:
  std::vector<store::StreamPosition> streams_;
};

struct PrintCounts {
  int64_t records = 0, events = 0, attempts = 0, dead_letters = 0;
};

// Prints one line of JSON for each event, count of attempts and dead letter of
// `source` until its input ends. Errors: the source's.
absl::Status PrintRecords(const ingest::PipelineOptions& options, const ingest::RuleSet& rules,
                          const Pseudonyms& pseudonyms, ingest::RecordSource& source, PrintCounts& counts);

}  // namespace faultline::deploy
