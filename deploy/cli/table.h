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
  // a row fits into the terminal. At most one is flexible. Where that is not enough, columns at the
  // right are left out.
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
  // By column: what its title and cells take.
  std::vector<size_t> NaturalWidths() const;
  // What `visible` take with the flexible one at its narrowest.
  size_t LeastWidth(const std::vector<size_t>& visible, const std::vector<size_t>& natural) const;
  std::vector<size_t> VisibleColumns(const Terminal& terminal, const std::vector<size_t>& natural) const;
  // `widths` with the flexible column cut so that `visible` fit.
  std::vector<size_t> Widths(const Terminal& terminal, const std::vector<size_t>& visible,
                             std::vector<size_t> widths) const;
  std::string RenderCell(const Terminal& terminal, size_t column, const std::string& cell, size_t width, bool last,
                         Style style) const;

  const std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace faultline::deploy
