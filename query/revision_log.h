// Remembers what was answered, so that an answer can say that it revises an
// earlier one: a late event may change what was complete.
//
// Of the last kMaxQuestions different questions; nothing is kept over a restart. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"

namespace faultline::query {

class RevisionLog {
 public:
  static constexpr size_t kMaxQuestions = 1024;

  struct Answer {
    uint64_t question = 0;    // hash of the request
    uint64_t content = 0;     // hash of what it says
    int64_t revision = 0;     // Completeness.revision
    bool settled = false;     // every stream had been read beyond its time range
    int64_t answered_us = 0;  // when
  };
  // Returns how it differs from what was said before, in words; empty when nothing was, or the
  // same, or when more was to be expected then.
  std::string Add(const Answer& answer);

 private:
  struct Kept {
    Answer answer;
    std::string note;
  };
  Mutex mu_;
  std::list<Kept> kept_ ABSL_GUARDED_BY(mu_);  // the last asked is in front
  absl::flat_hash_map<uint64_t, std::list<Kept>::iterator> by_question_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::query
