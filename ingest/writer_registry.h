// StreamRegistry over the store's writer: where a source goes on is what the
// store says.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
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
  // What was polled and is not with the writer yet belongs to the stream as it was.
  void Reset(uint32_t stream, int64_t next_offset) override {
    if (before_flush_) (void)before_flush_();  // the writer's error, which it says again
    writer_.ResetStream(stream, next_offset);
  }
  absl::Status Flush() override {
    if (before_flush_) RETURN_IF_ERROR(before_flush_());
    return writer_.Flush();
  }
  // `give` hands the writer everything that was polled.
  void BeforeFlush(std::function<absl::Status()> give) { before_flush_ = std::move(give); }

 private:
  std::function<absl::Status()> before_flush_;
  store::Writer& writer_;
};

}  // namespace faultline::ingest
