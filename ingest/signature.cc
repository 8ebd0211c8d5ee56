#include "ingest/signature.h"

#include <xxhash.h>

#include <array>

#include "absl/strings/str_cat.h"
#include "base/varint.h"
#include "ingest/stack_parts.h"

namespace faultline::ingest {
namespace {

constexpr std::string_view kVersion = "v1";

std::string_view FirstLine(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string_view SideKey(store::Side side) {
  static constexpr std::array<std::string_view, store::kSides> kKeys = {"", "client", "server", "network", "user"};
  return kKeys[static_cast<size_t>(side)];
}

std::string_view Origin(const SignatureInput& input, std::string_view frames) {
  if (!input.rule_parts.empty()) return "rule";
  return !input.exception_type.empty() || !frames.empty() ? "exception" : "message";
}

// Appends every part behind its length, so that no two lists give one text.
void AppendParts(const SignatureInput& input, std::string& to) {
  const std::string_view frames = input.rule_parts.empty() ? StackParts(input.stacktrace) : std::string_view();
  const std::string_view origin = Origin(input, frames);
  AppendString(to, kVersion);
  AppendString(to, SideKey(input.side));
  AppendString(to, origin);
  if (origin == "rule") {
    AppendString(to, input.rule);
    for (const std::string_view part : input.rule_parts) AppendString(to, part);
  } else if (origin == "exception") {
    AppendString(to, input.exception_type);
    to.append(frames);
    AppendString(to, FirstLine(input.masked_message));
  } else {
    AppendString(to, input.masked_message);
  }
}

// What people see in place of a hole.
std::string Readable(std::string_view masked) {
  std::string text;
  for (const char c : masked) {
    if (c == store::kTemplateHole) {
      text += "<*>";
    } else {
      text.push_back(c);
    }
  }
  return text;
}

// "Type at Frame: message"; the message often says the type again.
std::string ExceptionTitle(std::string_view type, std::string_view frame, std::string_view masked) {
  std::string_view message = FirstLine(masked);
  const std::string_view short_type = type.substr(type.find_last_of(".:\\") + 1);
  for (const std::string_view said : {type, short_type}) {
    if (!said.empty() && message.starts_with(said)) {
      message.remove_prefix(said.size());
      while (!message.empty() && (message.front() == ':' || message.front() == ' ')) message.remove_prefix(1);
      break;
    }
  }
  std::string title(type.empty() ? std::string_view("exception") : type);
  if (!frame.empty()) title += absl::StrCat(" at ", std::string(frame));
  if (!message.empty()) title += ": " + Readable(message);
  return title;
}

}  // namespace

uint64_t ComputeSignature(const SignatureInput& input) {
  thread_local std::string parts;
  parts.clear();
  AppendParts(input, parts);
  return XXH3_64bits(parts.data(), parts.size());
}

store::SignatureDefinition DefineSignature(const SignatureInput& input) {
  std::string hashed;
  AppendParts(input, hashed);
  store::SignatureDefinition definition;
  definition.signature = XXH3_64bits(hashed.data(), hashed.size());
  definition.side = input.side;
  std::string_view rest = hashed, part;
  while (ReadString(rest, part)) definition.parts.emplace_back(part);
  definition.origin = definition.parts[2];
  if (definition.origin == "rule") {
    definition.rule = std::string(input.rule);
    definition.title = definition.rule;
    for (size_t i = 4; i < definition.parts.size(); ++i) {
      definition.title += (i == 4 ? ": " : " ") + Readable(definition.parts[i]);
    }
  } else if (definition.origin == "exception") {
    const std::string_view frame = definition.parts.size() > 5 ? definition.parts[4] : std::string_view();
    definition.title = ExceptionTitle(input.exception_type, frame, input.masked_message);
  } else {
    definition.title = Readable(input.masked_message);
  }
  return definition;
}

}  // namespace faultline::ingest
