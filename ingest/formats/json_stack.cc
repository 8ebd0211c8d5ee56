#include "ingest/formats/json_stack.h"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <vector>

namespace faultline::ingest {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMaxStackBytes = 128 * 1024;

// An exception, or the only one where the array is nothing but frames.
struct Thrown {
  std::string type, message;
  std::vector<std::string> frames;  // "\tat …", the one that failed first
};

std::string Text(const dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  int64_t number = 0;
  return value.get(number) == simdjson::SUCCESS ? std::to_string(number) : std::string();
}

// The first of `names` that says something.
std::string FieldOf(const dom::object& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    dom::element value;
    if (object[name].get(value) != simdjson::SUCCESS) continue;
    if (std::string text = Text(value); !text.empty()) return text;
  }
  return {};
}

// Java writes "at a.B.c(File:1)", the others "at c (file:1)".
std::string FrameText(const dom::object& frame) {
  const std::string function = FieldOf(frame, {"func", "function", "method", "methodName", "name", "symbol"});
  if (function.empty()) return {};
  const std::string class_name = FieldOf(frame, {"class", "className", "module"});
  const std::string file = FieldOf(frame, {"file", "fileName", "filename", "source", "abs_path"});
  const std::string line = FieldOf(frame, {"line", "lineNumber", "lineno"});
  const bool qualifies = !class_name.empty() && class_name != "__main__" && function.rfind(class_name, 0) != 0;
  std::string text = "\tat ";
  if (qualifies) text += class_name + ".";
  text += function;
  if (file.empty()) return text;
  text += qualifies ? "(" : " (";
  text += file;
  if (!line.empty()) text += ":" + line;
  return text + ")";
}

// "frames" of Sentry and structlog stand the other way round.
void ReadFrames(const dom::array& array, bool nearest_last, Thrown& thrown) {
  size_t bytes = 0;
  for (const dom::element element : array) {
    dom::object frame;
    if (element.get(frame) != simdjson::SUCCESS) continue;
    std::string text = FrameText(frame);
    if (text.empty() || (bytes += text.size()) > kMaxStackBytes) continue;
    thrown.frames.push_back(std::move(text));
  }
  if (nearest_last) std::reverse(thrown.frames.begin(), thrown.frames.end());
}

// Whether the object is an exception, with its frames inside, and not a frame.
bool ReadThrown(const dom::object& object, Thrown& thrown) {
  dom::array frames;
  dom::object stack;
  dom::element ignored;
  const bool sentry = object["stacktrace"].get(stack) == simdjson::SUCCESS;
  if (sentry && stack["frames"].get(frames) == simdjson::SUCCESS) {
    ReadFrames(frames, /*nearest_last=*/true, thrown);
  } else if (object["frames"].get(frames) == simdjson::SUCCESS) {
    ReadFrames(frames, /*nearest_last=*/true, thrown);
  } else if (object["stacktrace"].get(frames) == simdjson::SUCCESS) {
    ReadFrames(frames, /*nearest_last=*/false, thrown);
  } else if (object["exc_type"].get(ignored) != simdjson::SUCCESS &&
             object["value"].get(ignored) != simdjson::SUCCESS) {
    return false;
  }
  thrown.type = FieldOf(object, {"exc_type", "type"});
  thrown.message = FieldOf(object, {"exc_value", "value", "reason"});
  const std::string module = FieldOf(object, {"module"});
  if (!module.empty() && module != "builtins" && !thrown.type.empty() && thrown.type.find('.') == std::string::npos) {
    thrown.type = module + "." + thrown.type;
  }
  return true;
}

std::string HeadOf(const Thrown& thrown) {
  if (thrown.type.empty() || thrown.message.empty()) return thrown.type + thrown.message;
  return thrown.type + ": " + thrown.message;
}

// Whether the array has the outermost exception last, as Sentry has.
bool IsSentry(const dom::array& array) {
  dom::object object;
  dom::element ignored;
  if (array.at(0).get(object) != simdjson::SUCCESS) return false;
  return object["exc_type"].get(ignored) != simdjson::SUCCESS && object["value"].get(ignored) == simdjson::SUCCESS;
}

// Lines, frames or exceptions. False when the array is no stack.
bool ReadArray(const dom::array& array, std::vector<Thrown>& all, std::string& lines) {
  Thrown frames_alone;
  for (const dom::element element : array) {
    dom::object object;
    std::string_view line;
    if (element.get(line) == simdjson::SUCCESS) {
      if (lines.size() > kMaxStackBytes) break;
      lines.append(lines.empty() ? "" : "\n").append(line);
    } else if (element.get(object) != simdjson::SUCCESS) {
      return false;
    } else if (Thrown thrown; ReadThrown(object, thrown)) {
      all.push_back(std::move(thrown));
    } else if (std::string text = FrameText(object); !text.empty()) {
      frames_alone.frames.push_back(std::move(text));
    }
  }
  if (!frames_alone.frames.empty()) all.push_back(std::move(frames_alone));
  if (IsSentry(array)) std::reverse(all.begin(), all.end());
  return !all.empty() || !lines.empty();
}

std::string StackText(const std::vector<Thrown>& all) {
  std::string stack;
  for (const Thrown& thrown : all) {
    const std::string head = HeadOf(thrown);
    if (!stack.empty()) stack += "\nCaused by: ";
    stack += head;
    for (const std::string& frame : thrown.frames) {
      if (stack.size() > kMaxStackBytes) return stack;
      stack.append(stack.empty() ? "" : "\n").append(frame);
    }
  }
  return stack;
}

}  // namespace

void SetStackArray(std::string_view compact_json, Field field, std::string_view path, RecordBuilder& builder) {
  dom::parser parser;
  dom::array array;
  std::vector<Thrown> all;
  std::string lines;
  if (parser.parse(compact_json.data(), compact_json.size()).get(array) != simdjson::SUCCESS ||
      !ReadArray(array, all, lines)) {
    builder.AddAttribute(path, compact_json);
    return;
  }
  Arena& arena = builder.arena();
  if (!all.empty()) {
    builder.SetField(DimensionField(store::Dimension::kExceptionType), path, arena.Copy(all[0].type),
                     ValueType::kString);
    builder.SetField(Field::kExceptionMessage, path, arena.Copy(all[0].message), ValueType::kString);
  }
  const std::string stack = all.empty() ? lines : StackText(all);
  builder.SetField(field == Field::kException ? Field::kStacktrace : field, path, arena.Copy(stack),
                   ValueType::kString);
}

}  // namespace faultline::ingest
