#include "ingest/otlp_split.h"

namespace faultline::ingest {
namespace {

namespace otlp = opentelemetry::v1;

// Room for the lengths and tags of the three messages around a log record.
constexpr size_t kFrameBytes = 24;

class Splitter {
 public:
  Splitter(size_t max_bytes, OtlpParts& parts) : max_bytes_(max_bytes), parts_(parts) {}

  void Add(const otlp::ResourceLogs& resource) {
    for (const otlp::ScopeLogs& scope : resource.scope_logs()) {
      target_ = nullptr;  // another resource or scope
      const size_t head = resource.resource().ByteSizeLong() + resource.schema_url().size() +
                          scope.scope().ByteSizeLong() + scope.schema_url().size() + 2 * kFrameBytes;
      for (const otlp::LogRecord& record : scope.log_records()) AddRecord(resource, scope, record, head);
    }
  }

  void Finish() {
    if (bytes_ > 0) parts_.values.push_back(value_.SerializeAsString());
    value_.Clear();
    bytes_ = 0;
    target_ = nullptr;
  }

 private:
  void AddRecord(const otlp::ResourceLogs& resource, const otlp::ScopeLogs& scope, const otlp::LogRecord& record,
                 size_t head) {
    const size_t size = record.ByteSizeLong() + kFrameBytes;
    if (head + size > max_bytes_) {
      ++parts_.too_large;
      return;
    }
    if (bytes_ + size + (target_ == nullptr ? head : 0) > max_bytes_) Finish();
    if (target_ == nullptr) {
      otlp::ResourceLogs& copy = *value_.add_resource_logs();
      *copy.mutable_resource() = resource.resource();
      copy.set_schema_url(resource.schema_url());
      target_ = copy.add_scope_logs();
      *target_->mutable_scope() = scope.scope();
      target_->set_schema_url(scope.schema_url());
      bytes_ += head;
    }
    *target_->add_log_records() = record;
    bytes_ += size;
    ++parts_.records;
  }

  const size_t max_bytes_;
  OtlpParts& parts_;
  otlp::ExportLogsServiceRequest value_;
  otlp::ScopeLogs* target_ = nullptr;  // in `value_`, of the scope that is added
  size_t bytes_ = 0;                   // of `value_`, at least
};

}  // namespace

OtlpParts SplitForKafka(const otlp::ExportLogsServiceRequest& request, size_t max_bytes) {
  OtlpParts parts;
  Splitter splitter(max_bytes, parts);
  for (const otlp::ResourceLogs& resource : request.resource_logs()) splitter.Add(resource);
  splitter.Finish();
  return parts;
}

}  // namespace faultline::ingest
