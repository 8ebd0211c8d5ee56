// Ids as written -> ids as stored: normalised, and those of people hashed.
//
// Remembers recent hashes, as one person fails many times in a row. Not
// thread-safe.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/pseudonym.h"
#include "ingest/log_record.h"
#include "ingest/redactor.h"
#include "store/event.h"

namespace faultline::ingest {

class EventIds {
 public:
  // `pseudonyms` must outlive it.
  explicit EventIds(const Pseudonyms& pseudonyms) : pseudonyms_(pseudonyms), slots_(kSlots) {}

  // Fills `event.ids` from `record.ids`; views live in `arena` or in the
  // record. User and device ids become pseudonyms, and so does any other in
  // which the redactor finds private data. What is no usable id sets
  // kIdRejected and, unless it is a person's or long, becomes the attribute
  // "rejected.KIND" of the record, redacted.
  void Read(LogRecord& record, const Redactor& redactor, Arena& arena, store::Event& event);

 private:
  static constexpr size_t kSlots = 1024;
  struct Slot {
    std::string id;
    std::array<char, 16> pseudonym{};
  };

  std::string_view Pseudonym(std::string_view id, Arena& arena);
  void Reject(store::IdKind kind, LogRecord& record, const Redactor& redactor, Arena& arena, store::Event& event) const;

  const Pseudonyms& pseudonyms_;
  std::vector<Slot> slots_;  // by hash of the id; a newer one takes the place
};

}  // namespace faultline::ingest
