// What people decided, apart from what machines recorded: an append-only list of records in a RocksDB of its own
// (docs/store_format.md, "The control store"), so that it outlives retention and can be backed up by itself.
//
// Decisions are rare: the database is opened for each and closed again. So several processes (a server, the operator
// tool) may write to it in turns, and any number may read. Thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace faultline::store {

// Beside the store: "DIR.control".
std::string ControlPath(const std::string& store_path);

class ControlStore {
 public:
  // Touches nothing.
  explicit ControlStore(std::string path) : path_(std::move(path)) {}

  // Cheap; another one after each Append of any process. "" when nothing was ever written.
  std::string Mark() const;
  // All records, in the order of their numbers 1, 2, ... Errors: DataLoss when one is missing or damaged;
  // FailedPrecondition when the format is newer than this program; else RocksDB's.
  absl::StatusOr<std::vector<std::string>> Read() const;
  // Makes `records` durable as the ones behind number `last`, all or none. Errors: Aborted when there are others behind
  // `last` by now; Unavailable when another process has kept it open for two seconds; else RocksDB's.
  absl::Status Append(uint64_t last, std::span<const std::string> records);

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

}  // namespace faultline::store
