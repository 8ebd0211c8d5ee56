#include "ingest/formats/json_stack.h"

#include <simdjson.h>

#include <string>

#include "ingest/formats/json_object.h"

namespace faultline::ingest {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kMaxStackBytes = 128 * 1024;

// What one element of the array says.
struct Frame {
  std::string_view class_name, function, file, line, exception_type, exception_message;
};

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  for (const std::string_view each : names) {
    if (name == each) return true;
  }
  return false;
}

void SetFrameField(Frame& frame, std::string_view key, std::string_view text) {
  if (IsOneOf(key, {"class", "className"})) {
    frame.class_name = text;
  } else if (IsOneOf(key, {"func", "function", "method", "methodName", "name"})) {
    frame.function = text;
  } else if (IsOneOf(key, {"file", "fileName", "filename", "source"})) {
    frame.file = text;
  } else if (IsOneOf(key, {"line", "lineNumber", "lineno"})) {
    frame.line = text;
  } else if (IsOneOf(key, {"exc_type", "type"})) {
    frame.exception_type = text;
  } else if (IsOneOf(key, {"exc_value", "value"})) {
    frame.exception_message = text;
  }
}

void AppendFrame(const Frame& frame, std::string& stack) {
  if (frame.function.empty()) return;
  stack += "\n\tat ";
  if (!frame.class_name.empty()) stack.append(frame.class_name).append(".");
  stack.append(frame.function);
  if (frame.file.empty()) return;
  // Java writes "at a.B.c(File:1)", the others "at c (file:1)".
  stack += frame.class_name.empty() ? " (" : "(";
  stack.append(frame.file);
  if (!frame.line.empty()) stack.append(":").append(frame.line);
  stack += ")";
}

class StackArray {
 public:
  explicit StackArray(Arena& arena) : arena_(arena) {}

  // False when the array is no stack.
  bool Read(ondemand::array array, int nesting);

  std::string stack;
  std::string_view exception_type, exception_message;

 private:
  bool ReadObject(ondemand::object object, int nesting);

  Arena& arena_;
};

bool StackArray::Read(ondemand::array array, int nesting) {
  for (auto result : array) {
    ondemand::value element;
    if (std::move(result).get(element) != simdjson::SUCCESS || stack.size() > kMaxStackBytes) break;
    const std::string_view token = element.raw_json_token();
    if (token[0] == '{') {
      ondemand::object object;
      if (element.get_object().get(object) != simdjson::SUCCESS || !ReadObject(object, nesting)) return false;
      continue;
    }
    std::string_view line;
    ValueType type = ValueType::kString;
    if (token[0] == '[' || !ScalarText(token, arena_, line, type) || type != ValueType::kString) return false;
    stack.append("\n").append(line);
  }
  return !stack.empty() || !exception_type.empty();
}

bool StackArray::ReadObject(ondemand::object object, int nesting) {
  Frame frame;
  for (auto result : object) {
    ondemand::field field;
    if (std::move(result).get(field) != simdjson::SUCCESS) return false;
    const std::string_view key = KeyText(field.key(), arena_);
    ondemand::value value = field.value();
    const std::string_view token = value.raw_json_token();
    if (token[0] == '[' && nesting == 0 && IsOneOf(key, {"frames", "stacktrace"})) {
      ondemand::array frames;
      if (value.get_array().get(frames) != simdjson::SUCCESS) return false;
      Read(frames, nesting + 1);
      continue;
    }
    std::string_view text;
    ValueType type = ValueType::kString;
    if (token[0] != '[' && token[0] != '{' && ScalarText(token, arena_, text, type)) SetFrameField(frame, key, text);
  }
  // The outermost exception comes first.
  if (exception_type.empty()) {
    exception_type = frame.exception_type;
    exception_message = frame.exception_message;
  }
  AppendFrame(frame, stack);
  return true;
}

}  // namespace

void SetStackArray(std::string_view compact_json, Field field, std::string_view path, RecordBuilder& builder) {
  const simdjson::padded_string padded(compact_json);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::array array;
  Arena& arena = builder.arena();
  StackArray read(arena);
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document.get_array().get(array) != simdjson::SUCCESS || !read.Read(array, 0)) {
    builder.AddAttribute(path, compact_json);
    return;
  }
  // `padded` goes away: everything read from it is copied.
  const std::string_view type = arena.Copy(read.exception_type);
  const std::string_view message = arena.Copy(read.exception_message);
  if (!type.empty()) {
    builder.SetField(DimensionField(store::Dimension::kExceptionType), path, type, ValueType::kString);
    builder.SetField(Field::kExceptionMessage, path, message, ValueType::kString);
    read.stack.insert(0, std::string(type) + ": " + std::string(message));
  } else if (!read.stack.empty()) {
    read.stack.erase(0, 1);
  }
  builder.SetField(field == Field::kException ? Field::kStacktrace : field, path, arena.Copy(read.stack),
                   ValueType::kString);
}

}  // namespace faultline::ingest
