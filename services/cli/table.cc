#include "services/cli/table.h"

#include <algorithm>
#include <numeric>

#include "services/invariant.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::DisplayWidth;
using page::Printable;
using page::Truncated;

using Row = std::vector<std::string>;

constexpr int kGap = 2;
constexpr int kCutWidthMin = 8;

std::vector<int> NaturalWidths(const Row& titles, const std::vector<Row>& rows) {
  std::vector<int> widths;
  for (const std::string& title : titles) widths.push_back(DisplayWidth(title));
  for (const Row& row : rows) {
    INVARIANT(row.size() == titles.size(), "a cell a column");
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  return widths;
}

// Takes from the widest column, one after another, until the line fits.
void Fit(const std::vector<TableColumn>& columns, int width, std::vector<int>* widths) {
  const int gaps = kGap * (static_cast<int>(widths->size()) - 1);
  int excess = std::accumulate(widths->begin(), widths->end(), gaps) - width;
  while (excess > 0) {
    int widest = -1;
    for (size_t i = 0; i < widths->size(); ++i) {
      if (columns[i].right || columns[i].whole || (*widths)[i] <= kCutWidthMin) continue;
      if (widest < 0 || (*widths)[i] > (*widths)[widest]) widest = static_cast<int>(i);
    }
    if (widest < 0) return;
    --(*widths)[widest];
    --excess;
  }
}

std::string LineOf(const std::vector<TableColumn>& columns, const std::vector<int>& widths, const Row& row) {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    const std::string cell = Truncated(row[i], std::max(widths[i], 1));
    const std::string padding(std::max(0, widths[i] - DisplayWidth(cell)), ' ');
    if (i > 0) line.append(kGap, ' ');
    line += columns[i].right ? padding + cell : cell + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string TableText(const std::vector<TableColumn>& columns, const std::vector<Row>& rows,
                      const TableStyle& style) {
  Row titles;
  for (const TableColumn& column : columns) titles.push_back(Printable(column.title));
  std::vector<Row> printable = rows;
  for (Row& row : printable) {
    for (std::string& cell : row) cell = Printable(cell);
  }
  std::vector<int> widths = NaturalWidths(titles, printable);
  if (style.width > 0) Fit(columns, style.width, &widths);
  const std::string heading = LineOf(columns, widths, titles);
  std::string text = style.colour ? "\033[1m" + heading + "\033[0m\n" : heading + "\n";
  for (const Row& row : printable) text += LineOf(columns, widths, row) + "\n";
  return text;
}

}  // namespace ayni::cli
