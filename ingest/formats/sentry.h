// Sentry envelopes: a JSON header line, then for each item a JSON header line
// and its payload. Events and logs become records; a session that crashed, and
// reports of what a client discarded, too. Other items (transactions, profiles,
// attachments, replays) are passed over.
//
// Not thread-safe; one per stream.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "ingest/decoder.h"
#include "ingest/formats/json.h"
#include "ingest/record_builder.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

// Whether `value` starts like an envelope. Costs one search for a line end.
bool FitsSentryEnvelope(std::string_view value);

class SentryFormat {
 public:
  // Both must outlive it.
  SentryFormat(JsonFormat& json, RecordBuilder& builder) : json_(json), builder_(builder) {}

  // Failures: "sentry_malformed" for an item whose header or payload is none,
  // "sentry_truncated" for one that is cut short, "sentry_items_skipped" where
  // all items are of kinds that are passed over, and JsonFormat's. Items in
  // front of a broken one are kept.
  void Decode(std::string_view value, Arena& arena, RecordSink& sink);

 private:
  void DecodeEvent(std::string_view payload, Arena& arena, RecordSink& sink);
  void DecodeLogs(std::string_view payload, Arena& arena, RecordSink& sink);
  void DecodeSession(std::string_view payload, Arena& arena, RecordSink& sink);
  void DecodeClientReport(std::string_view payload, Arena& arena, RecordSink& sink);
  void Finish(RecordSink& sink);

  JsonFormat& json_;
  RecordBuilder& builder_;
};

}  // namespace faultline::ingest
