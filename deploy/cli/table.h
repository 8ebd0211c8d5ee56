// Rows in aligned columns, for people.
#pragma once

#include <string>
#include <vector>

#include "deploy/cli/terminal.h"

namespace faultline::deploy {

struct Column {
  enum Kind { kText, kNumber, kService, kFlexible };
  std::string title;
  // Numbers are aligned right, services coloured; the flexible column is cut so that
  // a row fits into the terminal. At most one is flexible.
  Kind kind = kText;
  int hidden_below = 0;  // left out on a terminal that is narrower
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell for each column, in any text: it is made safe here. `style` is
  // that of the whole row but services.
  void AddRow(std::vector<std::string> cells, Style style = Style::kPlain);
  bool empty() const { return rows_.empty(); }
  // Title line and rows, each with its newline.
  std::string Render(const Terminal& terminal) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Style style;
  };
  std::vector<size_t> VisibleColumns(const Terminal& terminal) const;
  // By column; those that are not visible have none.
  std::vector<size_t> Widths(const Terminal& terminal, const std::vector<size_t>& visible) const;
  std::string RenderCell(const Terminal& terminal, size_t column, const std::string& cell, size_t width, bool last,
                         Style style) const;

  const std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace faultline::deploy
