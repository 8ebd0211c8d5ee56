// Events of a large messaging service, made faster than they can be stored: what
// fills a store of 100 million events for measurements.
//
// A unit is one message. Some fail on the server, some on the client, some on
// both; both then share a trace id and mostly a message id, and a client template goes
// with one server template more often than chance. Clients report up to two minutes
// late, so events come in the order of arrival, not of time; half of the devices say
// when they sent, by clocks that are up to 20 seconds off. Templates are used
// as often as 1 / (rank + 10). The same options give the same events everywhere.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/arena.h"
#include "store/event.h"
#include "store/record_outcome.h"

namespace faultline::bench {

struct ScaleOptions {
  uint64_t seed = 1;
  uint64_t events = 1'000'000;  // about; the last unit is given whole
  int64_t start_us = 1'790'000'000'000'000;
  int64_t span_us = 86'400'000'000;  // that the events are spread over
  uint32_t templates = 1'000;        // of each side, 1 .. 50,000
  uint32_t message_bytes = 0;        // fixed words are repeated until a message has about as many, up to 8,192
};

struct ScaleBatch {
  // In order of arrival. One that says when it was sent has a claimed time that is not its time; it was sent
  // at received - (time - claimed).
  std::vector<store::Event> events;
  std::vector<store::Attempts> attempts;  // of minutes that have ended
};

class ScaleEvents {
 public:
  explicit ScaleEvents(const ScaleOptions& options);

  // The next events, some 500; their strings live until the next call. False at the end.
  bool Next(ScaleBatch& batch);
  // All signatures, once.
  std::vector<store::SignatureDefinition> Definitions() const;

 private:
  struct Template {
    uint64_t signature = 0;
    std::string text;  // with store::kTemplateHole for each number
    uint32_t service = 0;
  };
  struct Pending {  // a client's report that has not arrived yet
    uint64_t unit = 0;
    int64_t time_us = 0, received_us = 0;
    uint32_t which = 0;
  };
  uint64_t Random();
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>((Random() >> 32) * bound >> 32); }
  uint32_t PickTemplate();
  void MakeUnit(ScaleBatch& batch);
  void AddServer(uint64_t unit, int64_t time_us, uint32_t which, bool error, ScaleBatch& batch);
  void AddClient(const Pending& report, ScaleBatch& batch);
  void AddArrived(ScaleBatch& batch);
  void FillText(const Template& from, store::Event& event);
  void FillIds(uint64_t unit, store::Event& event);
  void CountAttempts(int64_t time_us, ScaleBatch& batch);
  std::string_view Hex(uint64_t high, uint64_t low, size_t digits);
  std::string TextOf(uint32_t number, const char* side) const;

  const ScaleOptions options_;
  uint64_t state_;
  Arena arena_;
  std::vector<std::string> services_, hosts_;
  std::vector<Template> client_, server_;
  std::vector<uint32_t> popular_;                // template numbers, as often as they are used
  std::vector<std::vector<Pending>> by_second_;  // a ring of the reports to come
  int64_t ring_second_ = 0;                      // everything before it has arrived
  uint64_t units_ = 0, unit_ = 0;
  int64_t attempts_minute_ = 0;
};

}  // namespace faultline::bench
