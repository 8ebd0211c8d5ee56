#include "ingest/frame_name.h"

#include <array>

#include "ingest/demangle.h"
#include "ingest/variable_run.h"

namespace faultline::ingest {
namespace {

using std::string_view_literals::operator""sv;

constexpr size_t kMaxNameBytes = 200;

// Beginnings of function names, by language.
constexpr std::array kLibraryPrefixes = {
    // Java and its usual frameworks
    "java."sv, "javax."sv, "jakarta."sv, "jdk."sv, "sun."sv, "com.sun."sv, "java.base/"sv, "java.desktop/"sv,
    "jdk.internal"sv, "kotlin."sv, "kotlinx."sv, "scala."sv, "org.springframework."sv, "org.apache."sv,
    "org.hibernate."sv, "org.eclipse."sv, "org.junit."sv, "io.netty."sv, "reactor."sv, "io.grpc."sv, "com.google."sv,
    "com.fasterxml."sv, "android."sv, "androidx."sv, "com.android."sv, "dalvik."sv,
    // .NET
    "System."sv, "Microsoft."sv,
    // Go
    "runtime."sv, "runtime/"sv, "net/http."sv, "reflect."sv, "syscall."sv, "internal/"sv, "sync."sv, "testing."sv,
    "golang.org/"sv, "google.golang.org/"sv,
    // C and C++
    "std::"sv, "__gnu_cxx::"sv, "__cxxabi"sv, "__cxa_"sv, "__libc_"sv, "__GI_"sv, "__assert_fail"sv, "__pthread_"sv,
    "operator new"sv, "operator delete"sv, "boost::"sv, "absl::"sv, "google::"sv, "core::"sv, "alloc::"sv, "rust_"sv,
    "__rust_"sv, "__sanitizer"sv, "__interceptor_"sv, "__asan_"sv, "__ubsan_"sv, "__rustc::"sv, "<alloc::"sv,
    "<core::"sv, "<std::"sv, "<usize as core::"sv, "v8::"sv, "node::"sv, "tokio::"sv, "futures_"sv};

constexpr std::array kLibraryNames = {"panic"sv,        "abort"sv,  "raise"sv,   "clone"sv,
                                      "start_thread"sv, "_start"sv, "gsignal"sv, "kill"sv};

// Parts of paths.
constexpr std::array kLibraryPaths = {"/lib/python"sv,   "site-packages/"sv, "dist-packages/"sv, "<frozen "sv,
                                      "node_modules/"sv, "node:"sv,          "internal/"sv,      "/gems/"sv,
                                      "/lib/ruby/"sv,    "<internal:"sv,     "/usr/include/"sv,  "/usr/local/go/src/"sv,
                                      "/go/pkg/mod/"sv,  "/usr/lib/go"sv,    "/rustc/"sv,        "\\site-packages\\"sv};

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// "name$$EnhancerBySpringCGLIB$$1a2b3c", "name$$Lambda$14/0x00008", "name$$Lambda/0x7f":
// what is behind the generator's name says nothing.
std::string_view CutGenerated(std::string_view name, std::string& cut_tail) {
  for (const std::string_view mark : {"$$Lambda", "$$EnhancerBy", "$$FastClassBy", "$$SpringCGLIB"}) {
    const size_t at = name.find(mark);
    if (at == std::string_view::npos) continue;
    // Keep the method behind the generated class.
    const size_t dot = name.find_last_of('.');
    if (dot != std::string_view::npos && dot > at) cut_tail = name.substr(dot);
    return name.substr(0, at + mark.size());
  }
  return name;
}

// Drops digits that a compiler or a run made up: those behind '$', '<' or '>',
// in "func12", "Accessor12", "Proxy12", and any long hexadecimal run.
void AppendWithoutCounters(std::string_view name, std::string& to) {
  for (size_t i = 0; i < name.size();) {
    if (!IsDigit(name[i])) {
      to.push_back(name[i++]);
      continue;
    }
    size_t end = i;
    while (end < name.size() && (ClassOf(name[end]) & (kDigit | kHexLetter))) ++end;
    const bool address = end - i >= 8 || (name[i] == '0' && i + 1 < name.size() && name[i + 1] == 'x');
    while (address && end < name.size() && (ClassOf(name[end]) & (kDigit | kHexLetter | kOtherLetter))) ++end;
    size_t digits = i;
    while (digits < name.size() && IsDigit(name[digits])) ++digits;
    const auto ends_in = [&to](std::string_view tail) { return std::string_view(to).ends_with(tail); };
    const bool counter = ends_in("$") || ends_in("<") || ends_in("__") || ends_in(".func") || ends_in(".") ||
                         ends_in("Accessor") || ends_in("Proxy") || ends_in("lambda_") || ends_in("(");
    if (address) {
      i = end;
    } else if (counter) {
      i = digits;
    } else {
      to.append(name.substr(i, digits - i));
      i = digits;
    }
  }
}

}  // namespace

std::string NormaliseFrameName(std::string_view function, std::string_view file) {
  std::string demangled;
  if (IsMangled(function)) function = demangled = Demangle(function);
  // "java.base/java.lang.Thread.run", "app//com.acme.Main.run": loader and module are no part of the name.
  const size_t slash = function.find('/');
  if (slash != std::string_view::npos && function.substr(0, slash).find("$$Lambda") == std::string_view::npos &&
      (function.substr(slash + 1).starts_with("/") || function.starts_with("java."))) {
    function.remove_prefix(slash + (function.substr(slash + 1).starts_with("/") ? 2 : 1));
  }
  if (function.starts_with("async ")) function.remove_prefix(6);
  std::string tail;
  const std::string_view kept = CutGenerated(function.substr(0, 4 * kMaxNameBytes), tail);
  std::string name;
  AppendWithoutCounters(kept, name);
  name += tail;
  const std::string_view base = BaseName(file);
  if (!base.empty()) {
    if (name.empty()) {
      AppendWithoutCounters(base, name);
    } else {
      name += " (";
      AppendWithoutCounters(base, name);
      name += ")";
    }
  }
  if (name.size() > kMaxNameBytes) {
    size_t end = kMaxNameBytes;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;  // not inside a character
    name.resize(end);
  }
  return name;
}

bool IsLibraryFunction(std::string_view function) {
  // Rust: "<alloc::boxed::Box<F,A> as core::ops::function::FnOnce<Args>>::call_once".
  if (function.starts_with('<')) function.remove_prefix(1);
  for (const std::string_view prefix : kLibraryPrefixes) {
    if (function.starts_with(prefix)) return true;
  }
  for (const std::string_view name : kLibraryNames) {
    if (function == name) return true;
  }
  return false;
}

bool IsLibraryFile(std::string_view file) {
  for (const std::string_view part : kLibraryPaths) {
    if (file.find(part) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace faultline::ingest
