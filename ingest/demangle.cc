#include "ingest/demangle.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

#include "ingest/variable_run.h"

namespace faultline::ingest {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kMaxMangledBytes = 512;
// Each reference to an earlier part can double the result, so hostile names could ask for any amount of memory.
constexpr int kMaxReferences = 10;
constexpr size_t kRustHashBytes = 16;

struct Free {
  void operator()(char* text) const { std::free(text); }
};

int References(std::string_view mangled) {
  int count = 0;
  for (size_t i = 0; i + 1 < mangled.size(); ++i) {
    const char next = mangled[i + 1];
    count += (mangled[i] == 'S' || mangled[i] == 'T') && (next == '_' || IsDigit(next));
  }
  return count;
}

// "void chat::put<int>" -> "chat::put<int>": only templates state their result.
std::string_view WithoutResult(std::string_view name) {
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '<' || name[i] == '(') ++depth;
    if (name[i] == '>' || name[i] == ')') --depth;
    if (name[i] == ' ' && depth == 0 && !name.substr(0, i).ends_with("operator")) start = i + 1;
  }
  return name.substr(start);
}

std::string DemangleItanium(const std::string& mangled) {
  if (References(mangled) > kMaxReferences) return mangled;
  int status = 0;
  const std::unique_ptr<char, Free> text(abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status));
  if (status != 0 || text == nullptr) return mangled;
  const std::string_view whole(text.get());
  return std::string(WithoutRustHash(WithoutResult(whole.substr(0, ArgumentsStart(whole)))));
}

// <digits>[_]<identifier>; an 's<base 62>_' in front tells builds of one crate apart.
std::string DemangleRust(std::string_view mangled) {
  std::string name;
  for (size_t i = 2; i < mangled.size();) {
    if (mangled[i] == 's') {
      const size_t end = mangled.find('_', i);
      if (end == kNone) break;
      i = end + 1;
      continue;
    }
    if (!IsDigit(mangled[i])) {
      ++i;
      continue;
    }
    size_t size = 0;
    while (i < mangled.size() && IsDigit(mangled[i]) && size < kMaxMangledBytes) {
      size = size * 10 + static_cast<size_t>(mangled[i++] - '0');
    }
    if (i < mangled.size() && mangled[i] == '_') ++i;
    if (size > mangled.size() - i) return std::string(mangled);
    if (size > 0 && !name.empty()) name += "::";
    name += mangled.substr(i, size);
    i += size;
  }
  return name.empty() ? std::string(mangled) : name;
}

}  // namespace

bool IsMangled(std::string_view name) {
  if (name.starts_with("__Z")) name.remove_prefix(1);  // macOS
  if (name.size() < 4 || name.size() > kMaxMangledBytes || name[0] != '_') return false;
  return name[1] == 'Z' || (name[1] == 'R' && name[2] >= 'A' && name[2] <= 'Z');
}

std::string Demangle(std::string_view name) {
  if (!IsMangled(name)) return std::string(name);
  if (name.starts_with("__Z")) name.remove_prefix(1);
  return name[1] == 'R' ? DemangleRust(name) : DemangleItanium(std::string(name));
}

std::string_view WithoutRustHash(std::string_view name) {
  constexpr std::string_view kMark = "::h";
  if (name.size() <= kRustHashBytes + kMark.size()) return name;
  const size_t at = name.size() - kRustHashBytes - kMark.size();
  if (name.substr(at, kMark.size()) != kMark) return name;
  for (const char c : name.substr(at + kMark.size())) {
    if (!IsDigit(c) && !(c >= 'a' && c <= 'f')) return name;
  }
  return name.substr(0, at);
}

size_t ArgumentsStart(std::string_view function) {
  size_t from = 0;
  while (true) {
    const size_t open = function.find('(', from);
    if (open == kNone) return function.size();
    const std::string_view rest = function.substr(open);
    const bool receiver = rest.starts_with("(*") || rest.starts_with("(anonymous");
    const bool call_operator = rest.starts_with("()") && function.substr(0, open).ends_with("operator");
    if (!receiver && !call_operator) return open;
    const size_t close = function.find(')', open);
    if (close == kNone) return function.size();
    from = close + 1;
  }
}

}  // namespace faultline::ingest
