// Names of functions as linkers know them -> as people write them, without
// what a build adds: "_ZN4chat5Store3putEi" -> "chat::Store::put".
#pragma once

#include <string>
#include <string_view>

namespace faultline::ingest {

// Whether `name` is mangled: Itanium C++ and Rust's older scheme (_Z…), Rust v0 (_R…).
bool IsMangled(std::string_view name);
// The qualified name without arguments, return type and hashes; `name` itself where it cannot be read. C++ is read by
// abi::__cxa_demangle; of Rust v0 the identifiers of the path are kept.
std::string Demangle(std::string_view name);
// "chat::store::put::h0123456789abcdef" -> "chat::store::put": the hash that Rust appends changes with every build.
std::string_view WithoutRustHash(std::string_view name);
// Where the arguments of a C++ or Go function begin: its first '(' that is not
// a receiver "(*Server)", "(anonymous namespace)" or "operator()".
size_t ArgumentsStart(std::string_view function);

}  // namespace faultline::ingest
