#include "deploy/cli/table.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace faultline::deploy {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowestFlexible = 12;

}  // namespace

void Table::AddRow(std::vector<std::string> cells, Style style) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = TerminalLine(cell);
  rows_.push_back({std::move(cells), style});
}

std::vector<size_t> Table::NaturalWidths() const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = DisplayWidth(columns_[i].title);
    for (const Row& row : rows_) width = std::max(width, DisplayWidth(row.cells[i]));
    widths.push_back(width);
  }
  return widths;
}

size_t Table::LeastWidth(const std::vector<size_t>& visible, const std::vector<size_t>& natural) const {
  size_t total = kGap * (visible.size() - 1);
  for (const size_t i : visible) {
    total += columns_[i].kind == Column::kFlexible ? std::min(natural[i], kNarrowestFlexible) : natural[i];
  }
  return total;
}

std::vector<size_t> Table::VisibleColumns(const Terminal& terminal, const std::vector<size_t>& natural) const {
  std::vector<size_t> visible;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (terminal.width == 0 || terminal.width >= columns_[i].hidden_below) visible.push_back(i);
  }
  // The first column and the flexible one stay; of the others the rightmost go first.
  for (size_t at = visible.size(); terminal.width != 0 && at-- > 1;) {
    if (LeastWidth(visible, natural) <= static_cast<size_t>(terminal.width)) break;
    if (columns_[visible[at]].kind != Column::kFlexible) visible.erase(visible.begin() + static_cast<ptrdiff_t>(at));
  }
  return visible;
}

std::vector<size_t> Table::Widths(const Terminal& terminal, const std::vector<size_t>& visible,
                                  std::vector<size_t> widths) const {
  size_t total = kGap * (visible.size() - 1);
  for (const size_t i : visible) total += widths[i];
  const auto available = static_cast<size_t>(terminal.width);
  if (available == 0 || total <= available) return widths;
  for (const size_t i : visible) {
    const bool alone = visible.size() == 1;
    if (columns_[i].kind != Column::kFlexible && !alone) continue;
    const size_t others = total - widths[i];
    widths[i] = std::max<size_t>(1, available > others ? available - others : 0);
  }
  return widths;
}

std::string Table::RenderCell(const Terminal& terminal, size_t column, const std::string& cell, size_t width, bool last,
                              Style style) const {
  const Column::Kind kind = columns_[column].kind;
  std::string text = CutToWidth(cell, width);
  const std::string padding(width - DisplayWidth(text), ' ');
  if (kind == Column::kNumber) text = padding + text;
  const std::string shown = kind == Column::kService && style == Style::kPlain ? StyledService(terminal, cell, text)
                                                                               : Styled(terminal, style, text);
  return kind == Column::kNumber || last ? shown : shown + padding;
}

std::string Table::Render(const Terminal& terminal) const {
  const std::vector<size_t> natural = NaturalWidths();
  const std::vector<size_t> visible = VisibleColumns(terminal, natural);
  const std::vector<size_t> widths = Widths(terminal, visible, natural);
  std::string text;
  const auto add_row = [&](const std::vector<std::string>& cells, Style style) {
    for (const size_t i : visible) {
      if (i != visible.front()) text.append(kGap, ' ');
      text += RenderCell(terminal, i, cells[i], widths[i], i == visible.back(), style);
    }
    text += '\n';
  };
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  add_row(titles, Style::kBold);
  for (const Row& row : rows_) add_row(row.cells, row.style);
  return text;
}

}  // namespace faultline::deploy
