// The groups of lines in the order of the lines, kept until all have been read:
// a number a line on disk, and what the numbers stand for in memory up to a
// bound, on disk beyond it. So memory stays flat however many lines there are
// and however different they are.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace faultline::deploy {

class GroupSpool {
 public:
  static constexpr size_t kMaxKept = 65'536;
  static constexpr size_t kMaxKeptBytes = 64 << 20;
  static constexpr int64_t kNotKept = -1;

  // Makes an unnamed temporary file. Errors: Internal with the reason.
  static absl::StatusOr<GroupSpool> Create();

  // Adds a line. True when it is of a group that is not kept in memory yet or never will be.
  bool Add(uint64_t signature, std::string_view masked);

  // Gives every line's group, in order. `kept` is its number among those in memory, or kNotKept. Errors: Internal when
  // the disk failed, DataLoss when what comes back is not what was written.
  using Visitor = std::function<void(uint64_t signature, std::string_view masked, int64_t kept)>;
  absl::Status Replay(const Visitor& visit);

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct Kept {
    uint64_t signature;
    std::string masked;
  };
  explicit GroupSpool(std::FILE* file) : file_(file) {}
  void WriteBuffer();

  std::unique_ptr<std::FILE, CloseFile> file_;
  std::unordered_map<uint64_t, uint32_t> numbers_;  // by hash of signature and text
  std::vector<Kept> kept_;
  size_t kept_bytes_ = 0;
  std::string buffer_;
  bool failed_ = false;
};

}  // namespace faultline::deploy
