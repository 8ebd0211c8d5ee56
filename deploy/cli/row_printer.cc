#include "deploy/cli/row_printer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "deploy/cli/row_fields.h"
#include "google/protobuf/util/json_util.h"
#include "query/did_you_mean.h"

namespace faultline::deploy {
namespace {

using google::protobuf::Message;

class NdjsonPrinter final : public RowPrinter {
 public:
  absl::StatusOr<std::string> Print(const Message& row) override {
    google::protobuf::util::JsonPrintOptions options;
    options.always_print_primitive_fields = true;
    std::string json;
    // Fails for a message with an unresolvable Any alone, and we have none.
    (void)google::protobuf::util::MessageToJsonString(row, &json, options);
    return TerminalLine(json) + "\n";
  }
};

class CsvPrinter final : public RowPrinter {
 public:
  absl::StatusOr<std::string> Print(const Message& row) override {
    std::string text;
    if (fields_.empty()) {
      fields_ = FieldsOf(*row.GetDescriptor());
      for (const RowField& field : fields_) AddCell(field.name, text);
      text.back() = '\n';
    }
    for (const RowField& field : fields_) AddCell(TextOf(row, field), text);
    text.back() = '\n';
    return text;
  }

 private:
  static void AddCell(std::string_view cell, std::string& line) {
    if (cell.find_first_of(",\"\n\r") == std::string_view::npos) {
      line.append(cell).push_back(',');
      return;
    }
    line.push_back('"');
    for (const char c : cell) line.append(c == '"' ? 2 : 1, c);
    line.append("\",");
  }

  std::vector<RowField> fields_;
};

class TemplatePrinter final : public RowPrinter {
 public:
  // A literal, or the name of a value.
  struct Piece {
    std::string literal;
    std::string name;
  };
  explicit TemplatePrinter(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  absl::StatusOr<std::string> Print(const Message& row) override {
    if (bound_.empty()) {
      if (absl::Status status = Bind(*row.GetDescriptor()); !status.ok()) return status;
    }
    std::string text;
    for (size_t i = 0; i < pieces_.size(); ++i) {
      text += pieces_[i].name.empty() ? pieces_[i].literal : TerminalLine(TextOf(row, bound_[i]));
    }
    return text + "\n";
  }

 private:
  absl::Status Bind(const google::protobuf::Descriptor& type) {
    const std::vector<RowField> fields = FieldsOf(type);
    bound_.resize(std::max<size_t>(pieces_.size(), 1));
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if (pieces_[i].name.empty()) continue;
      const auto found = std::find_if(fields.begin(), fields.end(),
                                      [&](const RowField& field) { return field.name == pieces_[i].name; });
      if (found == fields.end()) return Unknown(pieces_[i].name, fields);
      bound_[i] = *found;
    }
    return absl::OkStatus();
  }

  static absl::Status Unknown(const std::string& name, const std::vector<RowField>& fields) {
    std::vector<std::string_view> names;
    std::string list;
    for (const RowField& field : fields) {
      names.push_back(field.name);
      list += (list.empty() ? "" : ", ") + field.name;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("-o template: a row has no {", name, "}", query::DidYouMean(name, names), "; it has ", list));
  }

  const std::vector<Piece> pieces_;
  std::vector<RowField> bound_;  // by piece
};

char Unescaped(char c) { return c == 't' ? '\t' : c == 'n' ? '\n' : c; }

}  // namespace

std::unique_ptr<RowPrinter> RowPrinter::Ndjson() { return std::make_unique<NdjsonPrinter>(); }
std::unique_ptr<RowPrinter> RowPrinter::Csv() { return std::make_unique<CsvPrinter>(); }

absl::StatusOr<std::unique_ptr<RowPrinter>> RowPrinter::Template(std::string_view text) {
  std::vector<TemplatePrinter::Piece> pieces;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) pieces.push_back({std::exchange(literal, ""), ""});
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\\' && next != '\0') {
      literal += Unescaped(text[++i]);
    } else if ((c == '{' || c == '}') && next == c) {
      literal += text[++i];
    } else if (c == '{') {
      const size_t close = text.find('}', i);
      if (close == std::string_view::npos || close == i + 1) {
        return absl::InvalidArgumentError(absl::StrCat("-o template: the { at column ", i + 1, " has no name and }"));
      }
      end_literal();
      pieces.push_back({"", std::string(text.substr(i + 1, close - i - 1))});
      i = close;
    } else if (c == '}') {
      return absl::InvalidArgumentError(
          absl::StrCat("-o template: the } at column ", i + 1, " has no {; write }} for a brace"));
    } else {
      literal += c;
    }
  }
  end_literal();
  return std::make_unique<TemplatePrinter>(std::move(pieces));
}

}  // namespace faultline::deploy
