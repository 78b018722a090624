// The figures that the modules of a server show to its operators. A module keeps them however it likes and
// tells the board how to read them; they are read when somebody looks, and cost nothing otherwise.
#ifndef AYNI_SERVICES_FIGURES_H_
#define AYNI_SERVICES_FIGURES_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace ayni::services {

struct FigureBucket {
  double upper_bound = 0;  // inclusive
  uint64_t cumulative_count = 0;
};

struct Figure {
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;  // of a counter or a gauge
  // Of a histogram. Buckets in the order of their bounds; the last one, without a bound, is the count.
  uint64_t count = 0;
  double sum = 0;
  std::vector<FigureBucket> buckets;
};

struct FigureFamily {
  enum class Kind { kCounter, kGauge, kHistogram };

  // In the manner of Prometheus: ayni_, base units, and _total for a counter.
  std::string name;
  std::string help;
  Kind kind = Kind::kGauge;
  std::vector<Figure> figures;
};

// A value of a counter or a gauge.
Figure ValueOf(std::vector<std::pair<std::string, std::string>> labels, double value);
// Families of one value without labels.
FigureFamily Counter(std::string name, std::string help, double value);
FigureFamily Gauge(std::string name, std::string help, double value);

// Thread-safety: any method from any thread. What is added must outlive the last Collect().
class FigureBoard {
 public:
  using Source = std::function<std::vector<FigureFamily>()>;

  // `source` is called from any thread, one call at a time. No two sources give families of the same name.
  void Add(Source source);

  std::vector<FigureFamily> Collect() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Source> sources_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FIGURES_H_
