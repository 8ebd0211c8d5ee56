#include "query/grouping/template_words.h"

#include <algorithm>
#include <array>

#include "query/grouping/word_form.h"

namespace faultline::query {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr std::string_view kDelimiters = " ,;:=|\"'[](){}<>";
constexpr std::array<std::string_view, 31> kUnits = {
    "b",    "byte",   "bytes",   "kb",      "mb",   "gb",    "tb",     "kib",          "mib", "gib",  "sec",
    "secs", "second", "seconds", "ms",      "msec", "msecs", "millis", "milliseconds", "us",  "usec", "ns",
    "min",  "mins",   "minute",  "minutes", "hour", "hours", "day",    "days",         "%"};
constexpr std::array<std::string_view, 8> kSchemes = {"http", "https", "hdfs", "file", "ftp", "tcp", "udp", "jdbc"};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }
bool IsLabelByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         c == '-' || (c & 0x80) != 0;
}
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

std::string OneBlank(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (!IsBlank(c)) {
      result.push_back(c);
    } else if (!result.empty() && result.back() != ' ') {
      result.push_back(' ');
    }
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

// A name in front of ":<*>" that goes with it: a host, a place in a source file.
bool IsPlace(std::string_view word) {
  if (!IsDottedName(word)) return false;
  if (std::count(word.begin(), word.end(), '.') >= 2) return true;
  return std::none_of(word.begin(), word.end(), IsUpper) && word.size() - word.rfind('.') <= 5;
}

// "<1 sec" is "about a second"; "<1>" is a number in brackets.
void DropLessThan(TemplateWords& words) {
  for (size_t i = 1; i + 1 < words.size(); i += 2) {
    if (words[i] != "<" || words[i + 1] != kHole || !words[i - 1].empty()) continue;
    if (i + 2 < words.size() && words[i + 2] == ">") continue;
    words[i - 1] = words[i + 1];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i + 2));
  }
}

// "host:<*>", "<*>:<*>", "http://…" and "C:\…" are one hole.
void JoinAcrossColons(TemplateWords& words) {
  TemplateWords joined;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i % 2 == 0 && i + 2 < words.size() && words[i + 1] == ":") {
      const std::string& word = words[i];
      std::string& next = words[i + 2];
      const bool hole = next == kHole;
      const bool scheme = std::find(kSchemes.begin(), kSchemes.end(), word) != kSchemes.end();
      const bool drive = word.size() == 1 && IsUpper(word[0]) && hole;
      if (next.starts_with("//") || (hole && (scheme || drive || word.find(kHole) != kNone || IsPlace(word)))) {
        next = kHole;
        ++i;
        continue;
      }
    }
    joined.push_back(std::move(words[i]));
  }
  words = std::move(joined);
}

void ReplaceAll(std::string& text, std::string_view what, std::string_view by) {
  for (size_t at = text.find(what); at != kNone; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// "<*> <*>, <*>" -> "<*>"
void CollapseLists(std::string& text) {
  std::string collapsed;
  for (size_t i = 0; i < text.size(); ++i) {
    collapsed.push_back(text[i]);
    if (text[i] != kHole[0]) continue;
    while (true) {
      size_t next = i + 1;
      if (next < text.size() && text[next] == ',') ++next;
      if (next < text.size() && text[next] == ' ') ++next;
      if (next >= text.size() || text[next] != kHole[0]) break;
      i = next;
    }
  }
  text = std::move(collapsed);
}

}  // namespace

bool IsUnit(std::string_view word) {
  if (word.size() > 12) return false;
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return IsUpper(c) ? static_cast<char>(c + 32) : c; });
  return std::find(kUnits.begin(), kUnits.end(), lower) != kUnits.end();
}

bool IsDottedName(std::string_view word) {
  if (word.empty() || !IsLabelByte(word[0]) || word[0] == '-' || (word[0] >= '0' && word[0] <= '9')) return false;
  size_t label = 0, dots = 0;
  for (const char c : word) {
    if (c != '.' && !IsLabelByte(c)) return false;
    if (c == '.' && label == 0) return false;
    label = c == '.' ? 0 : label + 1;
    dots += c == '.';
  }
  return dots > 0 && label > 0;
}

TemplateWords SplitWords(std::string_view text) {
  TemplateWords words;
  while (true) {
    const size_t end = text.find_first_of(kDelimiters);
    words.emplace_back(text.substr(0, end));
    if (end == kNone) return words;
    words.emplace_back(text.substr(end, 1));
    text.remove_prefix(end + 1);
  }
}

std::string JoinWords(const TemplateWords& words) {
  std::string text;
  for (const std::string& word : words) text += word;
  return text;
}

TemplateWords NormalForm(std::string_view masked) {
  TemplateWords words = SplitWords(OneBlank(masked));
  for (size_t i = 0; i < words.size(); i += 2) words[i] = NormalWord(words[i]);
  DropLessThan(words);
  JoinAcrossColons(words);
  return words;
}

TemplateWords WithoutUnits(const TemplateWords& words) {
  TemplateWords kept;
  for (size_t i = 0; i < words.size(); ++i) {
    const size_t size = kept.size();
    if (i % 2 == 0 && size >= 2 && kept[size - 1] == " " && kept[size - 2] == kHole && IsUnit(words[i])) {
      kept.pop_back();
    } else {
      kept.push_back(words[i]);
    }
  }
  std::string text = JoinWords(kept);
  ReplaceAll(text, "\x01 (\x01)", kHole);
  return SplitWords(text);
}

TemplateWords CoarseForm(const TemplateWords& words) {
  std::string text = JoinWords(WithoutUnits(words));
  for (std::string before; before != text;) {
    before = text;
    ReplaceAll(text, "\x01 (\x01)", kHole);
    CollapseLists(text);
    ReplaceAll(text, "()", "(\x01)");
    ReplaceAll(text, "[]", "[\x01]");
    ReplaceAll(text, "{}", "{\x01}");
  }
  return SplitWords(text);
}

}  // namespace faultline::query
