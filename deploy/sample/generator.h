// Writes sample logs: what the clients and servers of a small messaging
// service would log while some of their messages fail.
//
// The same seed, minutes and start give the same bytes on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::deploy {

struct SampleOptions {
  uint64_t seed = 1;
  int minutes = 30;      // 1 .. 1440
  int64_t start_us = 0;  // 0: so that the last minute ends now
};

struct SampleSummary {
  struct File {
    std::string path;
    int64_t records = 0;
  };
  // What was planted, to compare with what is found.
  struct Planted {
    std::string service, server_message, client_message;  // texts as in sample/story.h
    int64_t units = 0;                                    // messages with both failures
  };
  std::vector<File> files;
  std::vector<Planted> planted;
};

// Writes client.ndjson, server.ndjson, attempts.ndjson (JSON), push.syslog
// (RFC 5424), edge-error.log (nginx) into `folder`, which is created, and
// planted.json (what should be found) into it. About 1,000 records a minute. Errors: InvalidArgument for minutes out
// of range; otherwise what the file system said, with the path.
absl::StatusOr<SampleSummary> WriteSample(const SampleOptions& options, const std::string& folder);

}  // namespace faultline::deploy
