// What Android's debuggerd writes of a native crash: a tombstone, or the one line in front of it in logcat.
#pragma once

#include <string_view>

#include "ingest/crash_text.h"

namespace faultline::ingest {

// Whether a tombstone ("*** *** ***", as debuggerd begins it) or "Fatal signal 11 (SIGSEGV), …" starts `text`.
bool StartsAndroidCrash(std::string_view text);

// Takes it apart: the signal, what is said of its cause (the abort message first), and the line that tells of both.
CrashText ReadAndroidCrash(std::string_view text);

}  // namespace faultline::ingest
