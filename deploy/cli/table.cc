#include "deploy/cli/table.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace faultline::deploy {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowestFlexible = 24;

}  // namespace

void Table::AddRow(std::vector<std::string> cells, Style style) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = TerminalLine(cell);
  rows_.push_back({std::move(cells), style});
}

std::vector<size_t> Table::VisibleColumns(const Terminal& terminal) const {
  std::vector<size_t> visible;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (terminal.width == 0 || terminal.width >= columns_[i].hidden_below) visible.push_back(i);
  }
  return visible;
}

std::vector<size_t> Table::Widths(const Terminal& terminal, const std::vector<size_t>& visible) const {
  std::vector<size_t> widths(columns_.size(), 0);
  size_t total = kGap * (visible.size() - 1);
  for (const size_t i : visible) {
    widths[i] = DisplayWidth(columns_[i].title);
    for (const Row& row : rows_) widths[i] = std::max(widths[i], DisplayWidth(row.cells[i]));
    total += widths[i];
  }
  const auto available = static_cast<size_t>(terminal.width);
  if (available == 0 || total <= available) return widths;
  for (const size_t i : visible) {
    if (columns_[i].kind != Column::kFlexible) continue;
    const size_t others = total - widths[i];
    widths[i] = std::max(std::min(widths[i], kNarrowestFlexible), available > others ? available - others : 0);
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
  const std::vector<size_t> visible = VisibleColumns(terminal);
  const std::vector<size_t> widths = Widths(terminal, visible);
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
