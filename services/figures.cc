#include "services/figures.h"

#include <iterator>
#include <utility>

namespace ayni::services {

Figure ValueOf(std::vector<std::pair<std::string, std::string>> labels, double value) {
  Figure figure;
  figure.labels = std::move(labels);
  figure.value = value;
  return figure;
}

FigureFamily Counter(std::string name, std::string help, double value) {
  return {std::move(name), std::move(help), FigureFamily::Kind::kCounter, {ValueOf({}, value)}};
}

FigureFamily Gauge(std::string name, std::string help, double value) {
  return {std::move(name), std::move(help), FigureFamily::Kind::kGauge, {ValueOf({}, value)}};
}

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
