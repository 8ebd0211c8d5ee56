#include "ingest/private_token.h"

#include <algorithm>
#include <initializer_list>

namespace faultline::ingest {
namespace {

constexpr std::string_view kMark = "<token>";
constexpr size_t kMinValueBytes = 6;
constexpr size_t kLongBytes = 16;         // long enough to be no word
constexpr size_t kMaxValueBytes = 4'096;  // bounds the work on a text of many names and no value
constexpr size_t kMaxJwtHeaderBytes = 1'024;
constexpr size_t kWordBytes = 5;       // words in CamelCase are about as long
constexpr size_t kLongWordBytes = 10;  // behind "Bearer", where few words follow

bool IsValueByte(char c) { return IsAlnum(c) || c == '.' || c == '_' || c == '~' || c == '+' || c == '/' || c == '-'; }
bool IsPlainByte(char c) { return IsAlnum(c) || c == '_' || c == '-'; }

size_t ValueEnd(const PrivateText& in, size_t at) {
  size_t end = at;
  while (IsValueByte(in.At(end)) && end - at < kMaxValueBytes) ++end;
  for (int padding = 0; padding < 2 && end > at && in.At(end) == '='; ++padding) ++end;
  while (end > at && in.At(end - 1) == '.') --end;  // the sentence's
  return end;
}

// Whether people would hardly write it: digits, or the case changes more often
// than from word to word.
bool LooksMade(std::string_view value, size_t word_bytes) {
  if (value.size() < kMinValueBytes) return false;
  size_t humps = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    if (IsDigit(value[i])) return true;
    humps += i > 0 && IsLower(value[i - 1]) && IsUpper(value[i]) ? 1 : 0;
  }
  return humps * word_bytes > value.size();
}

// The end of a value that may be anything: at a blank, quote or separator.
size_t SecretEnd(const PrivateText& in, size_t at, char quote) {
  constexpr std::string_view kStops = " \t\n\r\"'`,;&<>\\)}]";
  size_t end = at;
  while (end < in.size() && (quote != '\0' ? in.text[end] != quote && in.text[end] != '\n' && in.text[end] != '<'
                                           : kStops.find(in.text[end]) == std::string_view::npos)) {
    ++end;
  }
  return end;
}

enum class Secret { kNone, kToken, kPassword };

Secret SecretOf(std::string_view name) {
  const auto any_of = [name](std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(), [name](auto ending) { return NameEndsWith(name, ending); });
  };
  switch (name.empty() ? '\0' : Lower(name.back())) {
    case 'n':
      return any_of({"token", "authorization"}) ? Secret::kToken : Secret::kNone;
    case 'y':
      return any_of({"apikey", "accesskey", "secretkey", "privatekey", "authkey", "sessionkey"}) ? Secret::kToken
                                                                                                 : Secret::kNone;
    case 'd':
      if (any_of({"password", "passwd", "pwd"})) return Secret::kPassword;
      return any_of({"jsessionid", "phpsessid"}) ? Secret::kToken : Secret::kNone;
    case 't':
      return any_of({"secret"}) ? Secret::kPassword : Secret::kNone;
    case 'e':
      return any_of({"passphrase"}) ? Secret::kPassword : Secret::kNone;
    default:
      return Secret::kNone;
  }
}

// `at` is behind the last letter of the prefix; the token reaches to the last
// plain byte.
PrivateSpan Prefixed(const PrivateText& in, size_t begin, size_t at, size_t min_bytes) {
  if (begin < in.floor || IsAlnum(in.Before(begin))) return {};
  size_t end = at;
  bool digit = false;
  for (; IsPlainByte(in.At(end)); ++end) digit = digit || IsDigit(in.At(end));
  if (end - at < min_bytes || (!digit && end - at < kLongBytes)) return {};
  return {begin, end, kMark};
}

// Three base64url parts; the third may be empty.
PrivateSpan FindJwt(const PrivateText& in, size_t begin) {
  if (begin < in.floor || IsAlnum(in.Before(begin))) return {};
  size_t end = begin;
  int dots = 0;
  for (; IsPlainByte(in.At(end)) || (in.At(end) == '.' && dots < 4); ++end) {
    dots += in.At(end) == '.' ? 1 : 0;
    if (dots == 0 && end - begin > kMaxJwtHeaderBytes) return {};
  }
  while (end > begin && in.At(end - 1) == '.') --end;
  if (dots == 0 || end - begin < kLongBytes) return {};
  return {begin, end, kMark};
}

bool EndsWith(const PrivateText& in, size_t end, std::string_view word) {
  return end >= word.size() && WordAt(in, end - word.size(), word);
}

PrivateSpan FindAfterBlank(const PrivateText& in, size_t word_begin, size_t word_end, size_t word_bytes) {
  if (IsAlnum(in.Before(word_begin)) || in.At(word_end) != ' ') return {};
  size_t begin = word_end;
  while (in.At(begin) == ' ' && begin - word_end < 4) ++begin;
  const size_t end = ValueEnd(in, begin);
  if (!LooksMade(in.text.substr(begin, end - begin), word_bytes)) return {};
  return {begin, end, kMark};
}

}  // namespace

PrivateSpan FindNamedToken(const PrivateText& in, size_t at) {
  const Secret secret = SecretOf(NameBefore(in, at));
  if (secret == Secret::kNone) return {};
  const bool password = secret == Secret::kPassword;
  size_t begin = at + 1;
  while (in.At(begin) == ' ' && begin - at < 4) ++begin;
  const bool blank = begin > at + 1;
  if (in.At(begin) == '\\') ++begin;
  const char first = in.At(begin);
  const char quote = first == '"' || first == '\'' ? first : '\0';
  if (quote != '\0') ++begin;
  if (password && in.At(begin) == '/') return {};  // PWD=/home is a folder
  if (password && (!blank || quote != '\0')) {
    const size_t end = SecretEnd(in, begin, quote);
    if (end > begin) return {begin, end, kMark};
  }
  const size_t end = ValueEnd(in, begin);
  if (!LooksMade(in.text.substr(begin, end - begin), kWordBytes)) return {};
  return {begin, end, kMark};
}

PrivateSpan FindSpokenToken(const PrivateText& in, size_t at) {
  if (Lower(in.At(at)) == 'b') {
    if (WordAt(in, at, "bearer ")) return FindAfterBlank(in, at, at + 6, kLongWordBytes);
    if (WordAt(in, at, "basic ")) return FindAfterBlank(in, at, at + 5, kLongWordBytes);
    return {};
  }
  if (at < in.floor + 2 || !WordAt(in, at - 2, "token ")) return {};
  return FindAfterBlank(in, at - 2, at + 3, kWordBytes);
}

PrivateSpan FindPrefixedToken(const PrivateText& in, size_t at) {
  const char next = in.At(at + 1);
  switch (in.At(at)) {
    case 'k':
      if (next == '_' && EndsWith(in, at, "to")) return Prefixed(in, at - 2, at + 2, 8);
      if ((next == '_' || next == '-') && EndsWith(in, at, "s")) return Prefixed(in, at - 1, at + 2, 8);
      if (next == '_' && EndsWith(in, at, "p")) return Prefixed(in, at - 1, at + 2, 8);
      return {};
    case '_':
      if (at >= 3 && in.At(at - 3) == 'g' && in.At(at - 2) == 'h') return Prefixed(in, at - 3, at + 1, 8);
      if (EndsWith(in, at, "github_pat")) return Prefixed(in, at - 10, at + 1, 8);
      return {};
    case 'x':
      if (WordAt(in, at, "xox") && in.At(at + 4) == '-') return Prefixed(in, at, at + 5, 8);
      return {};
    case 'K':
      if (at >= 1 && in.At(at - 1) == 'A' && next == 'I' && in.At(at + 2) == 'A')
        return Prefixed(in, at - 1, at + 3, 12);
      return {};
    case 'z':
      if (at >= 2 && in.At(at - 1) == 'I' && in.At(at - 2) == 'A' && next == 'a')
        return Prefixed(in, at - 2, at + 2, 20);
      return {};
    case 'J':
      if (at >= 2 && in.At(at - 1) == 'y' && in.At(at - 2) == 'e') return FindJwt(in, at - 2);
      return {};
    default:
      return {};
  }
}

}  // namespace faultline::ingest
