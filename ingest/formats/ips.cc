#include "ingest/formats/ips.h"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace faultline::ingest {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMaxFrames = 512;
constexpr size_t kMaxHeaderBytes = 16 * 1024;

std::string TextOf(const simdjson::simdjson_result<dom::element>& found) {
  dom::element value;
  std::string_view text;
  if (found.get(value) != simdjson::SUCCESS || value.is_null()) return {};
  return value.get(text) == simdjson::SUCCESS ? std::string(text) : std::string(simdjson::minify(value));
}

void AddField(std::string_view name, std::string_view value, Arena& arena, EnvelopePart& part) {
  if (!value.empty()) part.fields.emplace_back(name, arena.Copy(value));
}

// "\tat Store.find (Store.swift:12)", "\tat Chat+1234 (Chat)" where there are no symbols.
std::string FrameText(const dom::element& frame, const dom::element& body) {
  uint64_t image = 0;
  std::string name;
  if (frame["imageIndex"].get(image) == simdjson::SUCCESS) name = TextOf(body["usedImages"].at(image)["name"]);
  std::string symbol = TextOf(frame["symbol"]);
  const std::string file = TextOf(frame["sourceFile"]);
  // "-[Store find:]" of Objective-C; a frame's name has no blanks.
  if (symbol.starts_with("-[") || symbol.starts_with("+[")) std::replace(symbol.begin(), symbol.end(), ' ', '.');
  if (symbol.empty()) return absl::StrCat("\n\tat ", name, "+", TextOf(frame["imageOffset"]), " (", name, ")");
  if (file.empty()) return absl::StrCat("\n\tat ", symbol, " (", name, ")");
  return absl::StrCat("\n\tat ", symbol, " (", file, ":", TextOf(frame["sourceLine"]), ")");
}

// The exception's own frames, else those of the thread that failed.
std::string FramesOf(const dom::element& body) {
  dom::array frames;
  uint64_t thread = 0;
  const bool known = body["faultingThread"].get(thread) == simdjson::SUCCESS;
  if (body["lastExceptionBacktrace"].get(frames) != simdjson::SUCCESS &&
      (!known || body["threads"].at(thread)["frames"].get(frames) != simdjson::SUCCESS)) {
    return {};
  }
  std::string text;
  size_t count = 0;
  for (const dom::element frame : frames) {
    if (++count > kMaxFrames) break;
    text += FrameText(frame, body);
  }
  return text;
}

// What the app's libraries said last: {"libsystem_c.dylib":["abort() called"]}.
std::string LastWords(const dom::element& body) {
  dom::object libraries;
  if (body["asi"].get(libraries) != simdjson::SUCCESS) return {};
  std::string words;
  for (const auto& [library, lines] : libraries) {
    dom::array array;
    if (lines.get(array) != simdjson::SUCCESS) continue;
    for (const dom::element line : array) {
      if (words.size() < 4096)
        absl::StrAppend(&words, words.empty() ? "" : "; ",
                        TextOf(simdjson::simdjson_result<dom::element>(dom::element(line))));
    }
  }
  return words;
}

std::string FirstOf(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

void AddCrash(const dom::element& body, Arena& arena, EnvelopePart& part) {
  const std::string panic = TextOf(body["panicString"]);
  const std::string type = panic.empty() ? TextOf(body["exception"]["type"]) : "panic";
  const std::string signal = TextOf(body["exception"]["signal"]);
  const std::string reason = FirstOf({panic, LastWords(body), TextOf(body["exception"]["subtype"]),
                                      TextOf(body["termination"]["indicator"]), TextOf(body["exception"]["message"])});
  const std::string name = FirstOf({type, signal});
  if (name.empty()) return;
  const std::string head = absl::StrCat(name, reason.empty() ? "" : ": ", reason);
  AddField("message", head, arena, part);
  AddField("exception.type", name, arena, part);
  AddField("exception.message", reason, arena, part);
  if (const std::string frames = FramesOf(body); !frames.empty()) {
    AddField("exception.stacktrace", head + frames, arena, part);
  }
  AddField("exception.signal", signal, arena, part);
  AddField("exception.codes", TextOf(body["exception"]["codes"]), arena, part);
  AddField("termination.namespace", TextOf(body["termination"]["namespace"]), arena, part);
}

void AddHeader(const dom::element& header, Arena& arena, EnvelopePart& part) {
  AddField("time", TextOf(header["timestamp"]), arena, part);
  AddField("level", "fatal", arena, part);
  AddField("side", "client", arena, part);
  AddField("app", FirstOf({TextOf(header["bundleID"]), TextOf(header["app_name"])}), arena, part);
  AddField("app_version", TextOf(header["app_version"]), arena, part);
  AddField("app.build", TextOf(header["build_version"]), arena, part);
  AddField("os.name", TextOf(header["os_version"]), arena, part);
  AddField("report.bug_type", TextOf(header["bug_type"]), arena, part);
  AddField("report.incident_id", TextOf(header["incident_id"]), arena, part);
}

}  // namespace

bool FitsIps(std::string_view value) {
  if (value.empty() || value[0] != '{') return false;
  const std::string_view header = value.substr(0, std::min(value.find('\n'), kMaxHeaderBytes));
  if (header.find("\"bug_type\"") == std::string_view::npos || header.size() >= value.size()) return false;
  const size_t body = value.find_first_not_of(" \t\r\n", header.size());
  return body != std::string_view::npos && value[body] == '{';
}

bool ReadIps(std::string_view value, Arena& arena, Envelope& envelope) {
  envelope = {};
  value = RepairUtf8(value, arena);
  const size_t newline = std::min(value.find('\n'), value.size());
  dom::parser header_parser, body_parser;
  dom::element header, body;
  if (header_parser.parse(value.data(), newline).get(header) != simdjson::SUCCESS || !header.is_object()) return false;
  EnvelopePart part;
  const std::string_view rest = value.substr(newline);
  const bool whole = body_parser.parse(rest.data(), rest.size()).get(body) == simdjson::SUCCESS && body.is_object();
  if (whole) {
    AddField("time", TextOf(body["captureTime"]), arena, part);
    AddField("device.model.identifier", TextOf(body["modelCode"]), arena, part);
    AddCrash(body, arena, part);
  } else {
    AddField("report.damaged", "the report behind the header is cut short or is no JSON", arena, part);
  }
  AddHeader(header, arena, part);
  part.fallback_message = arena.Copy(absl::StrCat("report of ", FirstOf({TextOf(header["app_name"]), "an app"}),
                                                  ", bug type ", TextOf(header["bug_type"])));
  envelope.parts.push_back(std::move(part));
  return true;
}

}  // namespace faultline::ingest
