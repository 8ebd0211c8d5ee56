#include "store/read_trace.h"

#include <rocksdb/perf_context.h>
#include <rocksdb/perf_level.h>

namespace faultline::store {

thread_local ReadTrace* ReadTrace::current_ = nullptr;

ReadTrace::ReadTrace()
    : perf_level_(static_cast<int>(rocksdb::GetPerfLevel())),
      first_uncached_bytes_(rocksdb::get_perf_context()->block_read_byte),
      first_cache_hits_(rocksdb::get_perf_context()->block_cache_hit_count) {
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableCount);
  current_ = this;
}

ReadTrace::~ReadTrace() {
  current_ = nullptr;
  rocksdb::SetPerfLevel(static_cast<rocksdb::PerfLevel>(perf_level_));
}

ReadCounts ReadTrace::total() const {
  ReadCounts total;
  for (const ReadCounts& of_part : counts_) total += of_part;
  return total;
}

int64_t ReadTrace::uncached_bytes() const {
  return static_cast<int64_t>(rocksdb::get_perf_context()->block_read_byte - first_uncached_bytes_);
}

int64_t ReadTrace::cache_hits() const {
  return static_cast<int64_t>(rocksdb::get_perf_context()->block_cache_hit_count - first_cache_hits_);
}

std::string_view PartName(Part part) {
  switch (part) {
    case Part::kDictionaries:
      return "dictionaries";
    case Part::kSignatures:
      return "signatures";
    case Part::kTexts:
      return "templates";
    case Part::kColumnChunk:
      return "columns";
    case Part::kTextChunk:
      return "text";
    case Part::kPostings:
      return "postings";
    case Part::kIdChunk:
      return "ids";
    case Part::kIdOrdinals:
      return "events of ids";
    case Part::kIdFilter:
      return "id filters";
    case Part::kSignatureChunks:
      return "chunks of signatures";
    case Part::kRollup:
      return "rollups";
  }
  return "other";
}

}  // namespace faultline::store
