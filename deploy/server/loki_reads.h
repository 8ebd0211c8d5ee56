// The reads of Loki's HTTP API that Grafana's Loki data source makes, over the query service.
//
// Paths below /loki/api/v1/: query, query_range, labels, label/NAME/values, series, index/stats, index/volume,
// detected_labels, detected_fields, patterns, status/buildinfo. Records are lines, fields are labels (loki_labels.h),
// signatures are patterns. Times are nanoseconds, seconds or RFC 3339, as in Loki.
//
// Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "deploy/server/http_form.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"

namespace faultline::deploy {

class LokiReads {
 public:
  explicit LokiReads(faultline::v1::FailureQueryService::StubInterface& service) : service_(service) {}

  // The JSON that answers `path`, the part behind "/loki/api/v1/". Errors: NotFound for a path that is
  // none of them, InvalidArgument for a query that is not understood, and those of the service.
  absl::StatusOr<std::string> Answer(std::string_view path, const HttpForm& form);

 private:
  struct Window {
    int64_t start_us = 0;
    int64_t end_us = 0;
    int64_t step_seconds = 1;
  };
  absl::StatusOr<Window> ReadWindow(const HttpForm& form) const;
  absl::StatusOr<std::string> Query(const HttpForm& form);
  absl::StatusOr<std::string> QueryRange(const HttpForm& form);
  absl::StatusOr<std::string> Lines(const std::string& filter, const Window& window, const HttpForm& form);
  absl::StatusOr<std::string> Values(const std::string& label, const HttpForm& form);
  absl::StatusOr<std::string> Series(const HttpForm& form);
  absl::StatusOr<std::string> Stats(const HttpForm& form);
  absl::StatusOr<std::string> Volume(const HttpForm& form);
  absl::StatusOr<std::string> DetectedLabels(const HttpForm& form);
  absl::StatusOr<std::string> Patterns(const HttpForm& form);
  // The values of a label that occur, most events first.
  absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> CountBy(const std::string& label,
                                                                       const std::string& filter, const Window& window);
  absl::StatusOr<std::string> FilterOf(const HttpForm& form, const char* name) const;

  faultline::v1::FailureQueryService::StubInterface& service_;
};

}  // namespace faultline::deploy
