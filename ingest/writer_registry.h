// StreamRegistry over the store's writer: where a source goes on is what the
// store says.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "ingest/record_source.h"
#include "store/writer.h"

namespace faultline::ingest {

class WriterRegistry final : public StreamRegistry {
 public:
  // `writer` must outlive it.
  explicit WriterRegistry(store::Writer& writer) : writer_(writer) {}

  std::pair<uint32_t, store::StreamPosition> Open(const store::StreamPosition& initial) override {
    const uint32_t stream = writer_.AddStream(initial);
    return {stream, writer_.PositionOf(stream)};
  }
  std::optional<store::StreamPosition> Find(std::string_view stream) const override {
    return writer_.FindStream(stream);
  }
  void Reset(uint32_t stream, int64_t next_offset) override { writer_.ResetStream(stream, next_offset); }
  absl::Status Flush() override { return writer_.Flush(); }

 private:
  store::Writer& writer_;
};

}  // namespace faultline::ingest
