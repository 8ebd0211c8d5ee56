#include "deploy/server/loki_query.h"

#include <charconv>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/server/loki_labels.h"
#include "deploy/server/loki_pattern.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr size_t kMaxBytes = 5'000;
constexpr int64_t kMaxSeconds = 366LL * 86'400;

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  absl::StatusOr<LokiQuery> Parse() {
    if (text_.size() > kMaxBytes) return absl::InvalidArgumentError("the query is longer than 5000 bytes");
    Blank();
    absl::Status read = Peek('{') ? ReadLog() : Ahead("vector") ? ReadConstant() : ReadMetric();
    RETURN_IF_ERROR(read);
    Blank();
    if (at_ < text_.size()) return Error("the end");
    return std::move(query_);
  }

 private:
  absl::Status Error(std::string_view wanted) const {
    return absl::InvalidArgumentError(fmt::format("parse error at column {}: expected {}", at_ + 1, wanted));
  }
  void Blank() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }
  bool Peek(char c) const { return at_ < text_.size() && text_[at_] == c; }
  // Takes `word` and the blanks behind it, when it is next.
  bool Take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    Blank();
    return true;
  }
  // `word` is next, as a whole word.
  bool Ahead(std::string_view word) const {
    return text_.substr(at_, word.size()) == word &&
           (at_ + word.size() >= text_.size() || !IsNameByte(text_[at_ + word.size()]));
  }
  std::string_view Name() {
    const size_t start = at_;
    while (at_ < text_.size() && IsNameByte(text_[at_])) ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    Blank();
    return name;
  }

  // "text" with escapes, or `text` as it is.
  absl::StatusOr<std::string> String() {
    if (!Peek('"') && !Peek('`')) return Error("text in quotes");
    const char quote = text_[at_++];
    std::string value;
    while (at_ < text_.size() && text_[at_] != quote) {
      char c = text_[at_++];
      if (quote == '"' && c == '\\' && at_ < text_.size()) {
        c = text_[at_++];
        c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
      }
      value += c;
    }
    if (at_ == text_.size()) return Error("the closing quote");
    ++at_;
    Blank();
    return value;
  }

  void And(const std::string& restriction) {
    if (restriction.empty()) return;
    query_.filter += (query_.filter.empty() ? "" : " AND ") + restriction;
  }

  // label = "value"
  absl::Status ReadMatcher() {
    const std::string_view label = Name();
    if (label.empty()) return Error("the name of a label");
    std::string_view op;
    for (const std::string_view one : {"=~", "!~", "!=", "=="}) {
      if (op.empty() && Take(one)) op = one;
    }
    if (op.empty() && !Take("=")) return Error("= != =~ or !~");
    ASSIGN_OR_RETURN(const std::string value, String());
    if (label.starts_with("__")) return absl::OkStatus();  // of Loki itself: __error__=""
    ASSIGN_OR_RETURN(const std::string restriction,
                     LabelRestriction(label, op.empty() || op == "==" ? "=" : op, value));
    And(restriction);
    return absl::OkStatus();
  }

  absl::Status ReadStage() {
    for (const std::string_view op : {"|=", "|~", "!=", "!~"}) {
      if (!Take(op)) continue;
      ASSIGN_OR_RETURN(const std::string value, String());
      ASSIGN_OR_RETURN(const std::string restriction, LineRestriction(op, value));
      And(restriction);
      return absl::OkStatus();
    }
    if (!Take("|")) return Error("a stage");
    for (const std::string_view stage : {"json", "logfmt", "unpack"}) {
      if (Ahead(stage)) return Name(), absl::OkStatus();
    }
    if (Ahead("line_format")) {
      Name();
      return String().status();
    }
    if (Ahead("drop") || Ahead("keep")) {
      Name();
      do Name();
      while (Take(","));
      return absl::OkStatus();
    }
    do RETURN_IF_ERROR(ReadMatcher());
    while (Take("and ") || Take(","));
    return absl::OkStatus();
  }

  absl::Status ReadLog() {
    if (!Take("{")) return Error("{");
    while (!Take("}")) {
      RETURN_IF_ERROR(ReadMatcher());
      if (!Take(",") && !Peek('}')) return Error(", or }");
    }
    while (Peek('|') || Peek('!')) RETURN_IF_ERROR(ReadStage());
    return absl::OkStatus();
  }

  // count_over_time(LOG [5m])
  absl::Status ReadRange() {
    if (Take("count_over_time")) {
      query_.kind = LokiQuery::Kind::kCount;
    } else if (Take("rate")) {
      query_.kind = LokiQuery::Kind::kRate;
    } else {
      return Error("{, sum, count_over_time, rate or vector");
    }
    if (!Take("(")) return Error("(");
    RETURN_IF_ERROR(ReadLog());
    if (!Take("[")) return Error("a range such as [5m]");
    ASSIGN_OR_RETURN(query_.range_seconds, ParseLokiDuration(Name()));
    if (!Take("]")) return Error("]");
    while (Peek('|') || Peek('!')) RETURN_IF_ERROR(ReadStage());
    return Take(")") ? absl::OkStatus() : Error(")");
  }

  // by (a, b)
  absl::Status ReadBy() {
    if (!Take("by")) return absl::OkStatus();
    if (!Take("(")) return Error("(");
    while (!Take(")")) {
      const std::string_view label = Name();
      if (label.empty()) return Error("the name of a label");
      if (LokiField(label).empty())
        return absl::InvalidArgumentError(fmt::format("there is no label {} to sum by", label));
      query_.by.emplace_back(label);
      if (!Take(",") && !Peek(')')) return Error(", or )");
    }
    return absl::OkStatus();
  }

  absl::Status ReadMetric() {
    if (!Ahead("sum")) return ReadRange();
    Name();
    query_.summed = true;
    RETURN_IF_ERROR(ReadBy());
    if (!Take("(")) return Error("(");
    RETURN_IF_ERROR(ReadRange());
    if (!Take(")")) return Error(")");
    return ReadBy();
  }

  absl::Status ReadConstant() {
    query_.kind = LokiQuery::Kind::kConstant;
    do {
      if (!Take("vector") || !Take("(")) return Error("vector(");
      const std::string_view digits = Name();
      double value = 0;
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (digits.empty() || read.ptr != digits.data() + digits.size()) return Error("a number");
      query_.constant += value;
      if (!Take(")")) return Error(")");
    } while (Take("+"));
    return absl::OkStatus();
  }

  const std::string_view text_;
  size_t at_ = 0;
  LokiQuery query_;
};

}  // namespace

absl::StatusOr<LokiQuery> ParseLokiQuery(std::string_view text) { return Parser(text).Parse(); }

absl::StatusOr<int64_t> ParseLokiDuration(std::string_view text) {
  const std::optional<int64_t> micros = ParseDuration(text);
  if (!micros || *micros <= 0 || *micros > kMaxSeconds * 1'000'000) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is no duration; write 5m or 1h30m, up to 366d", text.substr(0, 40)));
  }
  return (*micros + 999'999) / 1'000'000;
}

}  // namespace faultline::deploy
