// The basis of a packing programme: sparse triangles, and what was exchanged since they were made.
//
// A basis has one variable a row: a column of the programme, or the row's own slack (number columns + row).
// The triangles are L and U of Gilbert and Peierls' left-looking method; nearly all columns of ours pivot on
// a row that is theirs alone, and are set aside before any arithmetic. An exchange is kept between the
// triangles (Huangfu and Hall's middle product form), as what they make of its column and its row, until the
// triangles are made again. A solve costs what it touches: a bit for each place in the order of pivots says
// where there is something to do.
#ifndef AYNI_MATCHER_BASIS_H_
#define AYNI_MATCHER_BASIS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace ayni::matcher {

// Columns of zeros and ones: rows of column j stand in [begin[j], begin[j + 1]) of row, each once.
struct SparseColumns {
  std::vector<int32_t> begin = {0};
  std::vector<int32_t> row;
  int32_t row_count = 0;

  int32_t count() const { return static_cast<int32_t>(begin.size()) - 1; }
  absl::Span<const int32_t> rows(int32_t column) const {
    return absl::MakeConstSpan(row).subspan(begin[column], begin[column + 1] - begin[column]);
  }
};

// By row, with the rows that may not be 0, each once and in no order.
struct SparseVector {
  std::vector<double> value;
  std::vector<int32_t> rows;

  explicit SparseVector(int32_t row_count) : value(row_count, 0.0) {}
  // REQUIRES: the row is not yet in `rows`.
  void Put(int32_t row, double entry) {
    value[row] = entry;
    rows.push_back(row);
  }
  void Clear() {
    for (const int32_t row : rows) value[row] = 0;
    rows.clear();
  }
};

class Basis {
 public:
  // Borrows the columns for its life. Starts with every row's slack.
  explicit Basis(const SparseColumns& columns);

  // By row, the variable that pivots there.
  const std::vector<int32_t>& variables() const { return variables_; }

  // Makes the basis of these columns, each pivoting on one of the rows that `open` has, as many as are
  // independent of those before them; the other rows get their slacks.
  void Choose(const std::vector<int32_t>& columns, const std::vector<bool>& open);
  // Makes the triangles of the basis anew. A column that has become dependent is replaced by a slack.
  void Refactor();
  int exchanges() const { return static_cast<int>(exchange_.size()); }
  // Entries of the triangles and of the exchanges.
  int64_t entries() const { return static_cast<int64_t>(lower_.size() + upper_.size()); }
  // Entries of vectors that solving has looked at.
  int64_t work() const { return work_; }
  int64_t exchanged_entries() const { return static_cast<int64_t>(exchanged_.size()); }

  // Solves B x = b, in place. A column that is to enter is remembered for the Exchange that follows.
  void SolveColumn(SparseVector& vector, bool to_enter = false);
  // Solves y B = c, in place.
  void SolveRow(SparseVector& vector);

  // The variable takes the row. REQUIRES: its column was the last to enter SolveColumn, which left `pivot` in
  // the row, not 0.
  void Exchange(int32_t row, int32_t variable, double pivot);

 private:
  struct Entry {
    int32_t row;
    double value;
  };
  struct Pivot {
    int32_t row;
    int32_t column;
    double value;
    int64_t lower_begin, lower_end;  // of lower_: what the column takes from rows that pivot later
    int64_t upper_begin, upper_end;  // of upper_: its entries in rows that pivoted before
  };
  struct Exchanged {
    double pivot;
    int64_t begin, middle, end;  // of exchanged_: the column's entries, then the row's
  };

  void Clear();
  // Columns in an order in which most have a row of their own.
  std::vector<int32_t> Peeled(const std::vector<int32_t>& columns, const std::vector<bool>& open) const;
  // False where the column depends on those before.
  bool Append(int32_t column, const std::vector<bool>& open);
  void TakeFromPivots();
  // The entry to pivot on: of those large enough the one whose row the fewest columns have; -1 for none.
  int32_t ChoosePivot(const std::vector<bool>& open) const;
  // Once all columns are in: places of rows, and entries by row.
  void Index();
  void IndexByRow(const std::vector<Entry>& entries, bool lower, std::vector<int32_t>& begin,
                  std::vector<Entry>& by_row) const;
  void Mark(int32_t row) { marked_[place_[row] / 64] |= uint64_t{1} << (place_[row] % 64); }
  bool IsMarked(int32_t row) const { return (marked_[place_[row] / 64] >> (place_[row] % 64) & 1) != 0; }
  // Visits marked rows in the order of places, also those that are marked ahead on the way.
  template <typename Visit>
  void Ascend(Visit visit);
  template <typename Visit>
  void Descend(Visit visit);
  void SolveUpperRow(std::vector<double>& value);
  // Moves the marks to the vector.
  void Unmark(SparseVector& vector);

  const SparseColumns& columns_;
  std::vector<int32_t> variables_;
  std::vector<int32_t> row_weight_;  // by row: columns of the basis that have it
  std::vector<Pivot> pivots_;
  std::vector<int32_t> pivot_of_row_;  // or -1
  std::vector<Entry> lower_, upper_;
  // The same by row; an entry's row is that on which its column pivots.
  std::vector<int32_t> lower_row_begin_, upper_row_begin_;
  std::vector<Entry> lower_by_row_, upper_by_row_;
  // Places in the order of pivots: rows of slacks stand first, those that found no column last.
  std::vector<int32_t> place_, row_at_;
  std::vector<uint64_t> marked_;  // by place
  std::vector<Exchanged> exchange_;
  std::vector<Entry> exchanged_;
  std::vector<Entry> entering_;  // the column to enter, between the triangles
  SparseVector unit_;

  int64_t work_ = 0;

  // Of the column at hand.
  std::vector<double> column_;
  std::vector<int32_t> touched_;
  std::vector<bool> is_touched_;
  std::vector<int32_t> queue_;  // a heap of pivots still to be taken
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_BASIS_H_
