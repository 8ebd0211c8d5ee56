// Detection, cheap tests first:
//   1. what is configured is used and nothing else;
//   2. gzip and zstd are undone, up to twice, and UTF-16;
//   3. OTLP protobuf by its structure, as its first byte is also a line end;
//   4. JSON by "{" and "["; its dialect by the names of its fields;
//   5. a JSON string (a collector's raw body in quotes) is unquoted, once;
//   6. a line of names as the header of a table, and what comes behind it as its rows;
//   7. logfmt and LTSV by the form of the whole line;
//   8. syslog by its head, and everything that is text otherwise is text.
// What fitted last is tried first where two formats could. A message that is
// itself a record (JSON or logfmt) is decoded once more.
#include <algorithm>

#include "base/text.h"
#include "ingest/format_decoder.h"
#include "ingest/formats/cloud_event_headers.h"
#include "ingest/formats/ips.h"
#include "ingest/formats/json_text.h"
#include "ingest/formats/logfmt.h"
#include "ingest/formats/msgpack.h"
#include "ingest/formats/syslog.h"
#include "ingest/formats/text.h"
#include "ingest/inflate.h"
#include "ingest/trace_context.h"
#include "ingest/utf16.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxInflations = 2;
constexpr int kMaxQuotes = 1;

// A byte that no text has, but for a closing NUL.
bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r' && byte != 0x1b) || byte == 0x7f;
}

// Whether a schema's id may stand in front: formats of bytes have their own first bytes.
bool MayBeFramed(Format configured, std::string_view value, FormatDecoder::Headers headers) {
  if (headers.empty() && (value.empty() || (value[0] != '\0' && value[0] != '\3'))) return false;
  return configured == Format::kAuto || configured == Format::kJson || configured == Format::kEcs;
}

bool HasControls(std::string_view value) {
  return !IsPlainText(value) && std::any_of(value.begin(), value.end(), IsControl);
}

}  // namespace

// A text may hold a few control characters.
bool IsBinary(std::string_view value) {
  const std::string_view sample = value.substr(0, 1024);
  if (IsPlainText(sample)) return false;  // looked at in blocks, which is what nearly all are
  const auto controls = std::count_if(sample.begin(), sample.end(), IsControl);
  return controls > 0 && static_cast<size_t>(controls) * 8 > sample.size();
}

bool StartsLikeJson(std::string_view text, bool in_array) {
  const std::string_view rest = text.substr(1);
  const size_t at = SkipJsonBlanks(rest);
  if (at == rest.size()) return false;
  if (text[0] == '{' && rest[at] == '}' && !in_array)
    return SkipJsonBlanks(rest.substr(at + 1)) == rest.size() - at - 1;
  if (text[0] == '{') return rest[at] == '"' || rest[at] == '}';
  if (rest[at] == ']') return at + 1 == rest.size();
  return rest[at] == '{' && StartsLikeJson(rest.substr(at), /*in_array=*/true);
}

void FormatDecoder::Decode(std::string_view value, Headers headers, Arena& arena, Decoded& decoded) {
  RecordSink sink(decoded, options_.max_records_per_message);
  decoded.format = options_.format == Format::kAuto ? Format::kText : options_.format;
  envelopes_ = 0;
  if (MayBeFramed(options_.format, value, headers)) {
    DecodeFramed(value, ReadSchemaFraming(value, headers), arena, sink, decoded.format);
  } else {
    DecodeValue(value, arena, sink, decoded.format, 0);
  }
  sink.Close();
  for (LogRecord& record : decoded.records) Unwrap(record, arena);
  if (headers.empty()) return;
  const TraceContext context = ReadTraceContext(headers);
  const EnvelopePart event = ReadCloudEventHeaders(headers, arena);
  for (LogRecord& record : decoded.records) {
    ingest::FillFrom(context, record);
    FillFrom(event, record, arena);
  }
}

void FormatDecoder::DecodeValue(std::string_view value, Arena& arena, RecordSink& sink, Format& format,
                                int inflations) {
  if (value.empty()) return sink.Fail("empty", "the message has no value");
  if (IsCompressed(value) && inflations < kMaxInflations) {
    if (const absl::Status status = Inflate(value, options_.max_inflated_bytes, inflated_); !status.ok()) {
      const bool bomb = status.code() == absl::StatusCode::kResourceExhausted;
      return sink.Fail(bomb ? "inflated_too_large" : "inflate_failed", std::string(status.message()));
    }
    const std::string_view inner = arena.Copy(inflated_);
    return DecodeValue(inner, arena, sink, format, inflations + 1);
  }
  if (IsUtf16(value) && inflations < kMaxInflations) {
    inflated_.clear();
    Utf16Decoder().Decode(value, inflated_);
    if (inflated_.empty()) return sink.Fail("empty", "a byte order mark and nothing behind it");
    return DecodeValue(arena.Copy(inflated_), arena, sink, format, kMaxInflations);
  }
  const Format configured = options_.format;
  format = configured == Format::kAuto ? Detect(value) : configured;
  DecodeAs(value, format, arena, sink, /*quotes=*/0);
  guess_ = format;
}

Format FormatDecoder::Detect(std::string_view value) {
  if (const OtlpFit fit = FitsOtlp(value); fit != OtlpFit::kNo) {
    // Cut short, it must be told from a text that starts with empty lines.
    if (fit == OtlpFit::kYes || guess_ == Format::kOtlpProto || HasControls(value.substr(0, 64))) {
      return Format::kOtlpProto;
    }
  }
  const size_t start = SkipJsonBlanks(value);
  if (start == value.size()) return Format::kText;
  const std::string_view text = value.substr(start);
  if ((text[0] == '{' || text[0] == '[') && StartsLikeJson(text)) {
    if (text.find('\n') != std::string_view::npos) {
      if (FitsSentryEnvelope(text)) return Format::kSentry;
      if (FitsIps(text)) return Format::kIps;
    }
    return FitsOtlpJson(text) ? Format::kOtlpJson : Format::kJson;
  }
  if (csv_.Fits(text)) return Format::kCsv;
  if (FitsLogfmt(text, fields_)) return Format::kLogfmt;
  if (FitsLtsv(text, fields_)) return Format::kLtsv;
  return DetectSyslog(text);
}

void FormatDecoder::DecodeAs(std::string_view value, Format& format, Arena& arena, RecordSink& sink, int quotes) {
  switch (format) {
    case Format::kJson:
    case Format::kEcs:
    case Format::kGelf:
    case Format::kJournald:
      return DecodeJson(value, format, arena, sink);
    case Format::kSentry:
      return sentry_.Decode(value, arena, sink);
    case Format::kOtlpProto:
      otlp_proto_.Decode(value, arena, sink);
      if (otlp_proto_.took_spans()) format = Format::kOtlpSpan;
      return;
    case Format::kOtlpJson:
      otlp_json_.Decode(value, arena, sink);
      if (otlp_json_.took_spans()) format = Format::kOtlpSpan;
      return;
    case Format::kOtlpSpan:  // either, where it is configured
      format = FitsOtlpJson(value.substr(SkipJsonBlanks(value))) ? Format::kOtlpJson : Format::kOtlpProto;
      return DecodeAs(value, format, arena, sink, quotes);
    case Format::kRfc5424:
    case Format::kRfc3164:
    case Format::kSyslogFile:
      return DecodeSyslog(value, format, builder_, arena, sink);
    case Format::kLogfmt:
      return DecodeLogfmt(value.substr(SkipJsonBlanks(value)), builder_, arena, sink);
    case Format::kLtsv:
      return DecodeLtsv(value.substr(SkipJsonBlanks(value)), builder_, arena, sink);
    case Format::kCsv:
    case Format::kCsvSpan:
      format = DecodeCsv(value, arena, sink);
      return;
    case Format::kIps:
      return DecodeIps(value.substr(SkipJsonBlanks(value)), arena, sink);
    case Format::kMsgpack:
      DecodeMsgpack(value, format, arena, sink);
      return;
    default:
      return DecodeFreeText(value, format, arena, sink, quotes);
  }
}

// An indented line that is no JSON after all is code: a traceback has such lines.
void FormatDecoder::DecodeJson(std::string_view value, Format& format, Arena& arena, RecordSink& sink) {
  const RecordSink::Mark before = sink.mark();
  const bool automatic = options_.format == Format::kAuto;
  if (automatic && value.size() > options_.max_document_bytes && DecodeEnvelope(value, arena, sink, before)) return;
  format = json_.Decode(value, options_.format, arena, sink);
  if (automatic && json_.names_envelope() && DecodeEnvelope(value, arena, sink, before)) return;
  const bool indented = value[0] == ' ' || value[0] == '\t';
  if (!automatic || !indented || sink.mark().records > before.records) return;
  if (value.find('\n') < value.size() - 1) return;
  sink.Rewind(before);
  format = Format::kText;
  DecodeText(value, builder_, arena, sink);
}

// A message in a row is JSON or text, and never a row again.
Format FormatDecoder::DecodeCsv(std::string_view value, Arena& arena, RecordSink& sink) {
  const auto decode_message = [&](std::string_view message) {
    const bool is_json = !message.empty() && message[0] == '{' && StartsLikeJson(message);
    is_json ? static_cast<void>(json_.Decode(message, Format::kAuto, arena, sink))
            : DecodeText(message, builder_, arena, sink);
  };
  return csv_.Decode(value, arena, sink, decode_message) ? Format::kCsvSpan : Format::kCsv;
}

void FormatDecoder::DecodeFreeText(std::string_view value, Format& format, Arena& arena, RecordSink& sink, int quotes) {
  const bool automatic = options_.format == Format::kAuto;
  if (automatic && FitsMsgpack(value) && DecodeMsgpack(value, format, arena, sink)) return;
  if (IsBinary(value)) return sink.Fail("binary", "the value is no text and of no known format");
  std::string_view text = value;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == '\0')) text.remove_suffix(1);
  if (automatic && quotes < kMaxQuotes && text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = UnescapeJson(text.substr(1, text.size() - 2), arena);
    format = Detect(text);
    return DecodeAs(text, format, arena, sink, quotes + 1);
  }
  DecodeText(value, builder_, arena, sink);
}

std::unique_ptr<Decoder> Decoder::Create(const DecoderOptions& options) {
  return std::make_unique<FormatDecoder>(options);
}

}  // namespace faultline::ingest
