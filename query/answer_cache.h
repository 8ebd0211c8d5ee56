// The last few answers that were computed as a whole and are handed out page by
// page: later pages cost nothing and fit the first.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <utility>

#include "base/mutex.h"

namespace faultline::query {

// What the answer depends on: the question, and how far the index was.
struct AnswerKey {
  uint64_t request_hash = 0;
  int64_t snapshot = 0;
  bool operator==(const AnswerKey&) const = default;
};

template <typename Answer>
class AnswerCache {
 public:
  // Keeps at most `max_answers`, and at most `max_bytes` beyond the latest one.
  AnswerCache(size_t max_answers, size_t max_bytes) : max_answers_(max_answers), max_bytes_(max_bytes) {}

  // Null when it is not kept (any more).
  std::shared_ptr<const Answer> Find(const AnswerKey& key) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (!(entry->key == key)) continue;
      entries_.splice(entries_.begin(), entries_, entry);
      return entry->answer;
    }
    return nullptr;
  }

  // Makes `answer` the latest one.
  void Insert(const AnswerKey& key, std::shared_ptr<const Answer> answer) ABSL_LOCKS_EXCLUDED(mu_) {
    const size_t bytes = answer->ByteSizeLong();
    MutexLock lock(mu_);
    entries_.remove_if([&key](const Entry& entry) { return entry.key == key; });
    entries_.push_front({key, std::move(answer), bytes});
    size_t kept = 0, older_bytes = 0;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      if (entry != entries_.begin()) older_bytes += entry->bytes;
      ++kept;
      entry = kept > max_answers_ || older_bytes > max_bytes_ ? entries_.erase(entry) : std::next(entry);
    }
  }

 private:
  struct Entry {
    AnswerKey key;
    std::shared_ptr<const Answer> answer;
    size_t bytes;
  };

  const size_t max_answers_;
  const size_t max_bytes_;
  Mutex mu_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mu_);  // latest first
};

}  // namespace faultline::query
