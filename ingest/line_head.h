// Where the message of a line of text begins: behind the time, level, thread,
// host and program that loggers write in front of it.
#pragma once

#include <cstddef>
#include <string_view>

namespace faultline::ingest {

// The length of the head of `masked`, a line whose variable runs are store::kTemplateHole; 0 where it has none. A head
// begins with a time or a number. It goes on to the level and the names behind it ("<*> INFO [main] a.b.C: "), without
// a level to the first word that ends in a colon ("<*> host cron[<*>]: "), to a program in front of a dash
// ("[<*>] chrome.exe - "), or over fields between bars ("<*>|name|<*>|"). A function of the text alone.
size_t LineHeadBytes(std::string_view masked);

}  // namespace faultline::ingest
