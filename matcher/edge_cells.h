// The cells of a problem's edges under one rule, while the problem is being posed.
#ifndef AYNI_MATCHER_EDGE_CELLS_H_
#define AYNI_MATCHER_EDGE_CELLS_H_

#include <cstddef>
#include <vector>

#include "matcher/index.h"

namespace ayni::matcher {

// At most `stride` cells an edge: those of edge e from e * stride on, None() after the last.
struct EdgeCells {
  size_t stride = 1;
  std::vector<CellIndex> cells;  // empty where no edge has one
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_EDGE_CELLS_H_
