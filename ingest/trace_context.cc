#include "ingest/trace_context.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace faultline::ingest {
namespace {

using store::IdKind;

bool IsHexId(std::string_view id) {
  const bool hex = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  return hex && id.find_first_not_of('0') != std::string_view::npos;
}

bool IsTraceId(std::string_view id) { return (id.size() == 32 || id.size() == 16) && IsHexId(id); }
bool IsSpanId(std::string_view id) { return id.size() == 16 && IsHexId(id); }

// 00-<32 hex>-<16 hex>-<2 hex>; later versions may add to it.
void ReadTraceparent(std::string_view value, TraceContext& context) {
  if (value.size() < 55 || value[2] != '-' || value[35] != '-' || value[52] != '-' || value.substr(0, 2) == "ff")
    return;
  const std::string_view trace = value.substr(3, 32);
  const std::string_view span = value.substr(36, 16);
  if (!IsTraceId(trace) || !IsSpanId(span)) return;
  context.trace_id = trace;
  context.span_id = span;
}

// <trace>-<span>[-<sampled>[-<parent>]], or only <sampled>.
void ReadB3(std::string_view value, TraceContext& context) {
  const size_t dash = value.find('-');
  if (dash == std::string_view::npos || !context.trace_id.empty()) return;
  const std::string_view trace = value.substr(0, dash);
  const std::string_view span = value.substr(dash + 1, value.find('-', dash + 1) - dash - 1);
  if (!IsTraceId(trace) || !IsSpanId(span)) return;
  context.trace_id = trace;
  context.span_id = span;
}

bool Is(std::string_view name, std::string_view wanted) {
  return name.size() == wanted.size() && absl::EqualsIgnoreCase(absl::string_view(name.data(), name.size()),
                                                                absl::string_view(wanted.data(), wanted.size()));
}

}  // namespace

TraceContext ReadTraceContext(std::span<const std::pair<std::string_view, std::string_view>> headers) {
  TraceContext context;
  std::string_view b3, b3_trace, b3_span, correlation;
  for (const auto& [name, value] : headers) {
    if (Is(name, "traceparent")) ReadTraceparent(value, context);
    if (Is(name, "b3")) b3 = value;
    if (Is(name, "x-b3-traceid")) b3_trace = value;
    if (Is(name, "x-b3-spanid")) b3_span = value;
    if (Is(name, "x-request-id")) context.request_id = value;
    if (Is(name, "x-correlation-id")) correlation = value;
  }
  ReadB3(b3, context);
  if (context.trace_id.empty() && IsTraceId(b3_trace)) {
    context.trace_id = b3_trace;
    if (IsSpanId(b3_span)) context.span_id = b3_span;
  }
  if (context.request_id.empty()) context.request_id = correlation;
  return context;
}

void FillFrom(const TraceContext& context, LogRecord& record) {
  if (record.id(IdKind::kTrace).empty() && !context.trace_id.empty()) {
    record.set_id(IdKind::kTrace, context.trace_id);
    if (record.id(IdKind::kSpan).empty()) record.set_id(IdKind::kSpan, context.span_id);
  }
  if (record.id(IdKind::kRequest).empty()) record.set_id(IdKind::kRequest, context.request_id);
}

}  // namespace faultline::ingest
