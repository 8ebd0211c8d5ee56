// Recursive descent over the grammar of AIP-160. From loose to tight:
//
//   expression = sequence { AND sequence }
//   sequence   = factor { factor }          neighbours without a word between: AND
//   factor     = term { OR term }           OR binds tighter than AND
//   term       = [ NOT | "-" ] simple
//   simple     = "(" expression ")" | FIELD COMPARATOR value | WORD | QUOTED
//   value      = WORD | QUOTED | "(" expression of values ")"
//
// Inside the parentheses of a value, a word is a value for the same field and
// comparator: service = (gateway OR auth).
#include "query/filter_parser.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/filter_lexer.h"
#include "query/restriction.h"

namespace faultline::query {
namespace {

// The field and comparator in force inside `service = ( … )`.
struct ValueContext {
  FilterField field;
  std::string sign;
};

class Parser {
 public:
  Parser(std::string_view text, const Pseudonyms* pseudonyms) : lexer_(text), pseudonyms_(pseudonyms) {}

  absl::StatusOr<FilterNodePtr> Parse() {
    RETURN_IF_ERROR(Advance());
    if (next_.token == FilterToken::kEnd) return FilterNodePtr();
    ASSIGN_OR_RETURN(FilterNodePtr root, Expression(nullptr));
    if (next_.token == FilterToken::kClose) return Error("\")\" without a \"(\" before it");
    if (next_.token != FilterToken::kEnd) return Error(absl::StrCat("\"", next_.text, "\" is not expected here"));
    return root;
  }

 private:
  absl::Status Advance() {
    ASSIGN_OR_RETURN(next_, lexer_.NextTerm(/*values=*/value_depth_ >= 0));
    return absl::OkStatus();
  }
  absl::Status Error(std::string_view message) const { return lexer_.ErrorAt(next_.offset, message); }
  // `status` of a part that knows no columns.
  absl::Status ErrorAt(size_t offset, const absl::Status& status) const {
    return lexer_.ErrorAt(offset, std::string_view(status.message().data(), status.message().size()));
  }

  static FilterNodePtr Join(FilterNode::Kind kind, std::vector<FilterNodePtr> children) {
    if (children.size() == 1) return children.front();
    auto node = std::make_shared<FilterNode>();
    node->kind = kind;
    for (FilterNodePtr& child : children) {
      if (child->kind == kind) {
        node->children.insert(node->children.end(), child->children.begin(), child->children.end());
      } else {
        node->children.push_back(std::move(child));
      }
    }
    return node;
  }

  bool AtTerm() const {
    return next_.token != FilterToken::kEnd && next_.token != FilterToken::kClose && next_.token != FilterToken::kAnd &&
           next_.token != FilterToken::kOr && next_.token != FilterToken::kComparator;
  }

  absl::StatusOr<FilterNodePtr> Expression(const ValueContext* context) {
    std::vector<FilterNodePtr> parts;
    while (true) {
      do {
        ASSIGN_OR_RETURN(FilterNodePtr factor, Factor(context));
        parts.push_back(std::move(factor));
      } while (AtTerm());
      if (next_.token != FilterToken::kAnd) return Join(FilterNode::Kind::kAnd, std::move(parts));
      RETURN_IF_ERROR(Advance());
    }
  }

  absl::StatusOr<FilterNodePtr> Factor(const ValueContext* context) {
    std::vector<FilterNodePtr> parts;
    while (true) {
      ASSIGN_OR_RETURN(FilterNodePtr term, Term(context));
      parts.push_back(std::move(term));
      if (next_.token != FilterToken::kOr) return Join(FilterNode::Kind::kOr, std::move(parts));
      RETURN_IF_ERROR(Advance());
    }
  }

  absl::StatusOr<FilterNodePtr> Term(const ValueContext* context) {
    if (next_.token != FilterToken::kNot && next_.token != FilterToken::kMinus) return Simple(context);
    RETURN_IF_ERROR(Advance());
    if (next_.token == FilterToken::kNot || next_.token == FilterToken::kMinus) {
      return Error("a second negation; leave both out");
    }
    ASSIGN_OR_RETURN(FilterNodePtr simple, Simple(context));
    if (simple->kind == FilterNode::Kind::kNot) return simple->children.front();
    auto node = std::make_shared<FilterNode>();
    node->kind = FilterNode::Kind::kNot;
    node->children.push_back(std::move(simple));
    return node;
  }

  absl::StatusOr<FilterNodePtr> Simple(const ValueContext* context) {
    if (next_.token == FilterToken::kOpen) return Parentheses(context);
    if (next_.token == FilterToken::kEnd) return Error("something is missing at the end");
    if (next_.token == FilterToken::kClose) return Error("something is missing before \")\"");
    if (next_.token != FilterToken::kWord && next_.token != FilterToken::kQuoted) {
      return Error(absl::StrCat("\"", next_.text, "\" needs something before it"));
    }
    FilterLexeme word = next_;
    RETURN_IF_ERROR(Advance());
    if (context != nullptr) return Value(*context, word);
    if (word.token == FilterToken::kWord && word.text.ends_with('.') && next_.token == FilterToken::kQuoted &&
        next_.offset == word.offset + word.text.size()) {
      word.text += next_.text;  // attributes."a key with blanks"
      RETURN_IF_ERROR(Advance());
    }
    if (next_.token == FilterToken::kComparator) return Comparison(word);
    return MakeMessageSearch(word.text);
  }

  absl::StatusOr<FilterNodePtr> Parentheses(const ValueContext* context) {
    const size_t open = next_.offset;
    if (++depth_ > kMaxFilterDepth) return Error(absl::StrCat("more than ", kMaxFilterDepth, " parentheses deep"));
    RETURN_IF_ERROR(Advance());
    ASSIGN_OR_RETURN(FilterNodePtr inside, Expression(context));
    if (next_.token == FilterToken::kEnd) return lexer_.ErrorAt(open, "\"(\" without a \")\" behind it");
    if (next_.token != FilterToken::kClose) return Error(absl::StrCat("\"", next_.text, "\" is not expected here"));
    if (--depth_ == value_depth_) value_depth_ = -1;
    RETURN_IF_ERROR(Advance());
    return inside;
  }

  // `name` is read, next_ is the comparator.
  absl::StatusOr<FilterNodePtr> Comparison(const FilterLexeme& name) {
    ValueContext context;
    auto field = FindFilterField(name.text);
    if (!field.ok()) return ErrorAt(name.offset, field.status());
    context.field = *std::move(field);
    context.sign = next_.text;
    ASSIGN_OR_RETURN(next_, lexer_.NextValue());
    if (next_.token == FilterToken::kOpen) {
      value_depth_ = depth_;
      return Parentheses(&context);
    }
    if (next_.token == FilterToken::kEnd || next_.token == FilterToken::kClose) {
      return Error(absl::StrCat("a value is missing behind \"", context.sign, "\""));
    }
    const FilterLexeme value = next_;
    RETURN_IF_ERROR(Advance());
    return Value(context, value);
  }

  absl::StatusOr<FilterNodePtr> Value(const ValueContext& context, const FilterLexeme& value) {
    auto node = MakeRestriction(context.field, context.sign, value.text, pseudonyms_);
    if (!node.ok()) return ErrorAt(value.offset, node.status());
    return node;
  }

  FilterLexer lexer_;
  const Pseudonyms* const pseudonyms_;
  FilterLexeme next_;
  int depth_ = 0;         // parentheses that are open
  int value_depth_ = -1;  // depth_ outside the parentheses of a value; -1 when not inside any
};

}  // namespace

absl::StatusOr<FilterNodePtr> ParseFilter(std::string_view text, const Pseudonyms* pseudonyms) {
  if (text.size() > kMaxFilterBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("filter: ", text.size(), " bytes long, at most ", kMaxFilterBytes, " are taken"));
  }
  return Parser(text, pseudonyms).Parse();
}

}  // namespace faultline::query
