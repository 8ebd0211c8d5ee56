#include "ingest/signature_places.h"

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "ingest/signature.h"

namespace faultline::ingest {
namespace {

constexpr std::string_view kMessage = "message";
constexpr std::string_view kStacktrace = "exception.stacktrace";
constexpr std::string_view kCausedBy = "caused by ";
// Version, side and origin stand in front of what an origin adds.
constexpr size_t kHeadParts = 3;

v1::SignaturePart& AddPart(const std::string& text, const char* what, v1::ExplainEventResponse& response) {
  v1::SignaturePart& part = *response.add_parts();
  part.set_text(absl::StrReplaceAll(text, {{std::string(1, store::kTemplateHole), "<*>"}}));
  part.set_what(what);
  return part;
}

void PlaceFingerprint(const store::SignatureDefinition& definition, const store::Event& event,
                      v1::ExplainEventResponse& response) {
  for (size_t i = kHeadParts; i < definition.parts.size(); ++i) {
    const std::string& text = definition.parts[i];
    v1::SignaturePart& part = AddPart(text, i == kHeadParts ? "the rule" : "its fingerprint", response);
    if (i == kHeadParts) continue;
    for (const v1::RuleCapture& capture : response.captures()) {
      if (capture.value() == text && capture.has_bytes()) *part.mutable_bytes() = capture.bytes();
    }
    const std::optional<size_t> place = OnlyPlace(text, event.message);
    if (!part.has_bytes() && place) SetBytes(kMessage, *place, text.size(), *part.mutable_bytes());
  }
}

void PlaceType(const store::Event& event, v1::SignaturePart& part) {
  for (const auto& [field, text] : {std::pair(kStacktrace, event.stacktrace), std::pair(kMessage, event.message)}) {
    const size_t at = part.text().empty() ? std::string_view::npos : text.find(part.text());
    if (at != std::string_view::npos) return SetBytes(field, at, part.text().size(), *part.mutable_bytes());
  }
}

// Behind the cause in front of it; `from` moves on.
void PlaceCause(std::string_view stacktrace, size_t& from, v1::SignaturePart& part) {
  const std::string_view type = std::string_view(part.text()).substr(kCausedBy.size());
  const size_t at = stacktrace.find(type, from);
  if (at == std::string_view::npos) return;
  SetBytes(kStacktrace, at, type.size(), *part.mutable_bytes());
  from = at + type.size();
}

void PlaceException(const store::SignatureDefinition& definition, const store::Event& event,
                    v1::ExplainEventResponse& response) {
  const std::vector<PlacedFrame> frames = PlacedTopFrames(event.stacktrace);
  size_t frame = 0, behind = 0;
  for (size_t i = kHeadParts; i < definition.parts.size(); ++i) {
    const std::string& text = definition.parts[i];
    if (i == kHeadParts) {
      PlaceType(event, AddPart(text, "the exception's type", response));
    } else if (i + 1 == definition.parts.size()) {
      v1::SignaturePart& part = AddPart(text, "the masked first line of the message", response);
      SetBytes(kMessage, 0, event.message.substr(0, event.message.find('\n')).size(), *part.mutable_bytes());
    } else if (frame < frames.size() && frames[frame].name == text) {
      const PlacedFrame& at = frames[frame++];
      SetBytes(kStacktrace, at.begin, at.end - at.begin, *AddPart(text, "a frame", response).mutable_bytes());
    } else if (text.starts_with(kCausedBy)) {
      PlaceCause(event.stacktrace, behind, AddPart(text, "a cause", response));
    } else {
      AddPart(text, "a frame", response);
    }
  }
}

}  // namespace

void SetBytes(std::string_view field, size_t start, size_t size, v1::ByteRange& bytes) {
  bytes.set_field(std::string(field));
  bytes.set_start(static_cast<int32_t>(start));
  bytes.set_end(static_cast<int32_t>(start + size));
}

std::optional<size_t> OnlyPlace(std::string_view part, std::string_view text) {
  if (part.empty()) return std::nullopt;
  const size_t at = text.find(part);
  if (at == std::string_view::npos || text.find(part, at + 1) != std::string_view::npos) return std::nullopt;
  return at;
}

void PlaceParts(const store::SignatureDefinition& definition, const store::Event& event,
                v1::ExplainEventResponse& response) {
  if (definition.parts.size() < kHeadParts) return;
  response.set_origin(definition.origin);
  constexpr const char* kHeads[kHeadParts] = {"the version", "the side", "what it was made from"};
  for (size_t i = 0; i < kHeadParts; ++i) AddPart(definition.parts[i], kHeads[i], response);
  if (definition.origin == "rule") return PlaceFingerprint(definition, event, response);
  if (definition.origin == "exception") return PlaceException(definition, event, response);
  for (size_t i = kHeadParts; i < definition.parts.size(); ++i) {
    v1::SignaturePart& part = AddPart(definition.parts[i], "the masked message", response);
    SetBytes(kMessage, 0, event.message.size(), *part.mutable_bytes());
  }
}

}  // namespace faultline::ingest
