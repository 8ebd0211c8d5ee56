#include "ingest/stack_line.h"

#include "ingest/demangle.h"
#include "ingest/frame_name.h"
#include "ingest/variable_run.h"

namespace faultline::ingest {
namespace {

constexpr size_t kNone = std::string_view::npos;

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

bool Consume(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "/app/x.js:10:5" -> "/app/x.js"
std::string_view WithoutLineNumbers(std::string_view file) {
  while (true) {
    size_t end = file.size();
    while (end > 0 && IsDigit(file[end - 1])) --end;
    if (end == file.size() || end == 0 || file[end - 1] != ':') return file;
    file = file.substr(0, end - 1);
  }
}

std::optional<StackFrame> Frame(std::string_view function, std::string_view file, FrameOrder order) {
  if (function.empty() && file.empty()) return std::nullopt;
  const bool library = IsMangled(function) ? IsLibraryFunction(Demangle(function)) : IsLibraryFunction(function);
  return StackFrame{function, file, order, !library && !IsLibraryFile(file)};
}

bool IsScriptFile(std::string_view file) {
  const std::string_view path = WithoutLineNumbers(file);
  if (path.size() == file.size()) return path == "<anonymous>" || path == "native";
  return path.ends_with("js") || path.ends_with(".ts") || path.ends_with(".tsx") || path.ends_with(".jsx") ||
         path.starts_with("node:") || path.starts_with("file:") || path.starts_with("webpack") ||
         path.starts_with("http") || path.starts_with("internal/") || path.starts_with("[eval") ||
         path.find('/') != kNone;
}

// "./src/store.rs:12:9": where the Rust frame of the line before is.
bool IsRustPlace(std::string_view rest) {
  const std::string_view path = WithoutLineNumbers(rest);
  return path.size() < rest.size() && path.ends_with(".rs");
}

// "at ..." of Java, Node and .NET; `rest` is behind "at ".
std::optional<StackFrame> AtFrame(std::string_view rest) {
  if (rest.ends_with(']')) {  // Java's "~[jar:version]"
    const size_t jar = rest.rfind('[');
    const size_t close = jar == kNone ? kNone : rest.rfind(')', jar);
    if (close != kNone) rest = rest.substr(0, close + 1);
  }
  if (rest.ends_with(')')) {
    size_t open = rest.rfind('(');
    if (open == kNone || open == 0) return std::nullopt;
    const std::string_view inside = rest.substr(open + 1, rest.size() - open - 2);
    const std::string_view name = Trim(rest.substr(0, open));
    if (IsScriptFile(inside) && rest[open - 1] == ' ') {
      return Frame(name, WithoutLineNumbers(inside), FrameOrder::kTopFirst);
    }
    if (name.find(' ') != kNone && inside.find(' ') == kNone && !name.starts_with("async ")) return std::nullopt;
    return Frame(rest.substr(0, ArgumentsStart(rest)), {}, FrameOrder::kTopFirst);
  }
  const size_t mono = rest.find(") [0x");  // .NET on Mono
  if (mono != kNone) return Frame(Trim(rest.substr(0, rest.find('('))), {}, FrameOrder::kTopFirst);
  const size_t in = rest.find(") in ");  // .NET with a file
  if (in != kNone) return Frame(rest.substr(0, rest.find('(')), {}, FrameOrder::kTopFirst);
  // Rust writes a frame's place on a line of its own.
  if (rest.find(".rs:") != kNone) return std::nullopt;
  if (IsScriptFile(rest) && rest.find(' ') == kNone) {
    return Frame({}, WithoutLineNumbers(rest), FrameOrder::kTopFirst);
  }
  return std::nullopt;
}

// File "path", line 12, in function; of a crash of the interpreter, whose
// innermost frame comes first, File "path", line 12 in function.
std::optional<StackFrame> PythonFrame(std::string_view rest) {
  const size_t close = rest.find('"');
  if (close == kNone || !rest.substr(close).starts_with("\", line ")) return std::nullopt;
  const std::string_view file = rest.substr(0, close);
  const size_t comma = rest.find(", in ", close);
  if (comma != kNone) return Frame(Trim(rest.substr(comma + 5)), file, FrameOrder::kTopLast);
  const size_t in = rest.find(" in ", close);
  if (in != kNone) return Frame(Trim(rest.substr(in + 4)), file, FrameOrder::kTopFirst);
  return Frame("<module>", file, FrameOrder::kTopLast);
}

// app/models/user.rb:12:in `save'
std::optional<StackFrame> RubyFrame(std::string_view line) {
  Consume(line, "from ");
  const size_t in = line.find(":in ");
  if (in == kNone || line.size() < in + 6) return std::nullopt;
  const std::string_view file = WithoutLineNumbers(line.substr(0, in));
  if (file.size() == in || (!file.ends_with(".rb") && !file.starts_with("<internal:"))) return std::nullopt;
  std::string_view function = line.substr(in + 5, line.size() - in - 6);
  if (function.starts_with("block ")) {  // "block (2 levels) in save"
    const size_t of = function.find(" in ");
    if (of != kNone) function.remove_prefix(of + 4);
  }
  return Frame(function, file, FrameOrder::kTopFirst);
}

// PHP's "/app/x.php(9): Mailer->send('a')", behind its number.
std::optional<StackFrame> PhpFrame(std::string_view line) {
  const size_t close = line.find("): ");
  if (close == kNone || close == 0 || !IsDigit(line[close - 1])) return std::nullopt;
  const size_t open = line.rfind('(', close);
  if (open == kNone || line.substr(0, open).find_first_of("/\\") == kNone) return std::nullopt;
  const std::string_view call = line.substr(close + 3);
  return Frame(call.substr(0, call.find('(')), line.substr(0, open), FrameOrder::kTopFirst);
}

// Rust's "4: chat::deliver" and "4: 0x55d0 - chat::deliver", Node's native
// "1: 0xb78db3 node::Abort() [node]".
std::optional<StackFrame> NumberedFrame(std::string_view line) {
  size_t digits = 0;
  while (digits < line.size() && IsDigit(line[digits])) ++digits;
  if (digits == 0 || digits > 4 || !Consume(line = line.substr(digits), ": ")) return std::nullopt;
  line = Trim(line);
  const bool address = Consume(line, "0x");
  if (address) {
    const size_t blank = line.find(' ');
    if (blank == kNone) return std::nullopt;
    line = Trim(line.substr(blank));
    Consume(line, "- ");
  }
  const bool qualified = line.find("::") != kNone || line.starts_with('<') || line == "main" || line == "_start" ||
                         line.starts_with("__") || line.starts_with("rust_");
  if (!address && !qualified) return std::nullopt;
  if (line.starts_with('[')) return std::nullopt;  // no symbol
  if (const size_t object = line.rfind(" ["); object != kNone) line = line.substr(0, object);
  // A Rust path has types in "<" and "(": its arguments are not written.
  const std::string_view function = address ? line.substr(0, ArgumentsStart(line)) : line;
  return Frame(WithoutRustHash(Trim(function)), {}, FrameOrder::kTopFirst);
}

// The JVM's error file: "V  [libjvm.so+0xed2f94]  Unsafe_PutLong+0x124",
// "j  com.acme.Main.run()V+4", "J 12 c2 com.acme.Main.run()V (5 bytes) @ 0x…".
std::optional<StackFrame> JvmCrashFrame(std::string_view line) {
  Consume(line, "# ");
  if (line.size() < 4 || std::string_view("VCJjvA").find(line[0]) == kNone || line[1] != ' ') return std::nullopt;
  const bool native = line[0] == 'V' || line[0] == 'C';
  if (line[2] != ' ' && line[0] != 'J') return std::nullopt;
  std::string_view rest = Trim(line.substr(1));
  if (native) {
    const size_t close = rest.find(']');
    if (!rest.starts_with('[') || close == kNone) return std::nullopt;
    rest = Trim(rest.substr(close + 1));
    const size_t offset = rest.rfind("+0x");
    return Frame(rest.substr(0, offset), {}, FrameOrder::kTopFirst);
  }
  const size_t open = rest.find('(');
  if (open == kNone) return std::nullopt;
  const size_t blank = rest.substr(0, open).rfind(' ');
  return Frame(rest.substr(blank == kNone ? 0 : blank + 1, open - (blank == kNone ? 0 : blank + 1)), {},
               FrameOrder::kTopFirst);
}

// gdb "#1  0x7f in ns::F (a=1) at f.cc:3", ASan "#0 0x4f in ns::F(int) f.cc:3:1",
// Boost " 0# ns::F(int) at f.cc:3", glog "@ 0x5 ns::F()".
std::optional<StackFrame> NativeFrame(std::string_view line) {
  const bool glog = Consume(line, "@");
  if (!glog) {
    const bool hash_first = Consume(line, "#");
    size_t digits = 0;
    while (digits < line.size() && IsDigit(line[digits])) ++digits;
    if (digits == 0) return std::nullopt;
    line.remove_prefix(digits);
    if (!hash_first && !Consume(line, "#")) return std::nullopt;
  }
  line = Trim(line);
  if (const auto php = PhpFrame(line)) return php;
  if (line == "{main}") return std::nullopt;  // PHP's own
  if (Consume(line, "0x")) {
    const size_t blank = line.find(' ');
    if (blank == kNone) return std::nullopt;
    line = Trim(line.substr(blank));
    Consume(line, "in ");
  } else if (glog) {
    return std::nullopt;
  }
  const std::string_view function = line.substr(0, ArgumentsStart(line));
  return Frame(Trim(function.substr(0, function.find(" at "))), {}, FrameOrder::kTopFirst);
}

// Rust: "   4: chat::store::put::h0123456789abcdef", also with an address: "4: 0x55d0 - chat::store::put".
std::optional<StackFrame> RustFrame(std::string_view line) {
  size_t digits = 0;
  while (digits < line.size() && IsDigit(line[digits])) ++digits;
  if (digits == 0 || !line.substr(digits).starts_with(": ")) return std::nullopt;
  std::string_view name = Trim(line.substr(digits + 2));
  if (name.starts_with("0x")) {
    const size_t dash = name.find(" - ");
    if (dash == kNone) return std::nullopt;
    name = Trim(name.substr(dash + 3));
  }
  const bool path = name.find("::") != kNone || name.find(' ') == kNone;
  if (name.empty() || !path || IsDigit(name[0]) || name.find(": ") != kNone) return std::nullopt;
  return Frame(WithoutRustHash(name), {}, FrameOrder::kTopFirst);
}

// glibc's backtrace_symbols: "./server(_ZN4chat3putEi+0x1d) [0x55d0]".
std::optional<StackFrame> SymbolFrame(std::string_view line) {
  const size_t open = line.find('(');
  const size_t plus = line.find("+0x", open == kNone ? 0 : open);
  if (open == kNone || plus == kNone || !line.ends_with(']') || line.find(") [0x", plus) == kNone) return std::nullopt;
  return Frame(line.substr(open + 1, plus - open - 1), {}, FrameOrder::kTopFirst);
}

// A Go function is on one line and its file, behind a tab, on the next.
std::optional<StackFrame> GoFrame(std::string_view line, std::string_view next_line) {
  const size_t extension = next_line.find(".go:");
  if (extension == kNone || (next_line[0] != '\t' && next_line[0] != ' ')) return std::nullopt;
  Consume(line, "created by ");
  const size_t goroutine = line.find(" in goroutine ");
  if (goroutine != kNone) line = line.substr(0, goroutine);
  if (line.empty() || line[0] == '\t' || line[0] == ' ') return std::nullopt;
  const std::string_view function = line.substr(0, ArgumentsStart(line));
  auto frame = Frame(function, {}, FrameOrder::kTopFirst);
  if (frame && IsLibraryFile(next_line.substr(0, extension))) frame->in_app = false;
  return frame;
}

}  // namespace

std::optional<StackFrame> ParseStackLine(std::string_view line, std::string_view next_line) {
  std::string_view text = Trim(line);
  if (Consume(text, "|")) text = Trim(text);  // of a Python exception group
  if (text.empty()) return std::nullopt;
  if (Consume(text, "at ")) return IsRustPlace(text) ? std::nullopt : AtFrame(text);
  // A shipper may have taken the first word.
  if (Consume(text, "File \"") || (text[0] == '"' && Consume(text, "\""))) return PythonFrame(text);
  if (const auto jvm = JvmCrashFrame(text)) return jvm;
  if (IsDigit(text[0])) {
    if (const auto numbered = NumberedFrame(text)) return numbered;
  }
  if (text[0] == '#' || text[0] == '@' || IsDigit(text[0])) {
    if (const auto native = NativeFrame(text)) return native;
    if (const auto rust = RustFrame(text)) return rust;
  }
  if (const auto symbol = SymbolFrame(text)) return symbol;
  if (const auto ruby = RubyFrame(text)) return ruby;
  return GoFrame(line, next_line);
}

}  // namespace faultline::ingest
