#include "services/figures.h"

#include <iterator>

namespace ayni::services {

void FigureBoard::Add(Source source) {
  const std::lock_guard lock(mutex_);
  sources_.push_back(std::move(source));
}

std::vector<FigureFamily> FigureBoard::Collect() const {
  const std::lock_guard lock(mutex_);
  std::vector<FigureFamily> families;
  for (const Source& source : sources_) {
    std::vector<FigureFamily> more = source();
    families.insert(families.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
  }
  return families;
}

}  // namespace ayni::services
