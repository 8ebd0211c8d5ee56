#include "ingest/formats/otlp_proto.h"

#include <google/protobuf/io/coded_stream.h>

#include "absl/strings/str_cat.h"
#include "base/varint.h"
#include "ingest/formats/otlp_records.h"
#include "ingest/formats/otlp_spans.h"
#include "opentelemetry/v1/logs.pb.h"

namespace faultline::ingest {
namespace {

constexpr char kResourceLogsTag = 0x0a;
// Tags of ResourceLogs: resource, scope_logs, schema_url (all length-delimited).
constexpr std::string_view kInnerTags = "\x0a\x12\x1a";
// Above this, a length is a lie and not a cut.
constexpr uint64_t kMaxResourceBytes = uint64_t{1} << 31;

// Takes one ResourceLogs off. kTruncated: its length reaches beyond the end.
OtlpFit TakeResource(std::string_view& rest, std::string_view& bytes) {
  if (rest.front() != kResourceLogsTag) return OtlpFit::kNo;
  std::string_view behind = rest.substr(1);
  uint64_t size = 0;
  if (!ReadVarint(behind, size)) return behind.empty() ? OtlpFit::kTruncated : OtlpFit::kNo;
  if (size > kMaxResourceBytes) return OtlpFit::kNo;
  bytes = behind.substr(0, size);
  if (!bytes.empty() && kInnerTags.find(bytes.front()) == std::string_view::npos) return OtlpFit::kNo;
  if (size > behind.size()) return OtlpFit::kTruncated;
  rest = behind.substr(size);
  return OtlpFit::kYes;
}

// Whether the fields of `bytes` follow one another to its end, as far as their
// lengths say.
bool FieldsTile(std::string_view bytes) {
  while (!bytes.empty()) {
    uint64_t tag = 0;
    uint64_t size = 0;
    if (!ReadVarint(bytes, tag) || (tag & 7) != 2 || !ReadVarint(bytes, size) || size > bytes.size()) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

template <typename Message>
bool ReadMessage(std::string_view bytes, Message& message) {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  // Enough to read a value of 300 levels and drop it, instead of the whole batch.
  in.SetRecursionLimit(1000);
  return message.MergePartialFromCodedStream(&in) && in.ConsumedEntireMessage();
}

}  // namespace

OtlpFit FitsOtlp(std::string_view value) {
  if (value.empty() || value.front() != kResourceLogsTag) return OtlpFit::kNo;
  bool whole_resource = false;
  while (!value.empty()) {
    std::string_view bytes;
    const OtlpFit fit = TakeResource(value, bytes);
    // "\n\n" and "\n " start like a message with an impossible length.
    if (fit == OtlpFit::kTruncated && !whole_resource && bytes.size() < 2) return OtlpFit::kNo;
    if (fit != OtlpFit::kYes) return fit;
    if (!FieldsTile(bytes)) return OtlpFit::kNo;
    whole_resource = true;
  }
  return OtlpFit::kYes;
}

OtlpProtoFormat::OtlpProtoFormat(const DecoderOptions& options, RecordBuilder& builder)
    : options_(options), builder_(builder) {}

void OtlpProtoFormat::Decode(std::string_view value, Arena& arena, RecordSink& sink) {
  if (value.empty()) return sink.Fail("empty", "the message is empty");
  messages_.Reset();
  spans_ = 0;
  const RecordSink::Mark before = sink.mark();
  for (size_t offset = 0; offset < value.size() && !sink.full();) {
    std::string_view rest = value.substr(offset);
    std::string_view bytes;
    const OtlpFit fit = TakeResource(rest, bytes);
    if (fit == OtlpFit::kNo) {
      return sink.Fail("otlp_malformed", absl::StrCat("no ResourceLogs at byte ", offset));
    }
    // Of what is cut or damaged, the records before that point still count.
    const bool whole = DecodeResource(bytes, arena, sink);
    if (fit == OtlpFit::kTruncated) {
      return sink.Fail("otlp_truncated", absl::StrCat("the ResourceLogs at byte ", offset, " is cut short"));
    }
    if (!whole) {
      sink.Fail("otlp_malformed", absl::StrCat("the ResourceLogs at byte ", offset, " could be read in part only"));
    }
    offset = value.size() - rest.size();
  }
  const RecordSink::Mark after = sink.mark();
  if (spans_ > 0 && after.records == before.records && after.failures == before.failures) {
    sink.Fail("otlp_spans_passed_over", absl::StrCat("none of ", spans_, " spans failed or recorded an exception"));
  }
}

bool OtlpProtoFormat::DecodeResource(std::string_view bytes, Arena& arena, RecordSink& sink) {
  auto* logs = google::protobuf::Arena::CreateMessage<opentelemetry::v1::ResourceLogs>(&messages_);
  bool whole = false;
  if (HoldsSpans(bytes)) {
    auto* spans = google::protobuf::Arena::CreateMessage<opentelemetry::v1::ResourceSpans>(&messages_);
    whole = ReadMessage(bytes, *spans);
    spans_ += AddSpans(*spans, options_.all_spans ? SpansTaken::kAll : SpansTaken::kFailures, *logs);
  } else {
    whole = ReadMessage(bytes, *logs);
  }
  AddOtlpRecords(*logs, options_.max_depth, builder_, arena, sink);
  return whole;
}

}  // namespace faultline::ingest
