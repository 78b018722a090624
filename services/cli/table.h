// Tables for people: columns as wide as their widest cell, numbers to the right, long texts cut so that a
// line fits the terminal.
#ifndef AYNI_SERVICES_CLI_TABLE_H_
#define AYNI_SERVICES_CLI_TABLE_H_

#include <string>
#include <vector>

namespace ayni::cli {

struct TableColumn {
  std::string title;
  bool right = false;  // for numbers, which are never cut either
  bool whole = false;  // never cut: what people copy into the next command
};

struct TableStyle {
  // Columns of the terminal; 0: nothing is cut.
  int width = 0;
  // The heading in bold.
  bool colour = false;
};

// Each line ends in a line feed and no line in a blank; cells are made printable (utf8.h). A column is not
// cut below eight columns of the terminal, even if lines then pass its width. REQUIRES: each row has a cell a
// column.
std::string TableText(const std::vector<TableColumn>& columns,
                      const std::vector<std::vector<std::string>>& rows, const TableStyle& style);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_TABLE_H_
