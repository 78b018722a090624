// The pictures of a fairness report, as SVG inside a page whose style (fairness_style.h) gives them colours.
#ifndef AYNI_SERVICES_PAGE_FAIRNESS_PLOT_H_
#define AYNI_SERVICES_PAGE_FAIRNESS_PLOT_H_

#include <string>
#include <vector>

#include "ayni/v1/fairness.pb.h"
#include "services/page/fairness_words.h"

namespace ayni::page {

// A rate with its interval.
struct RateMark {
  std::string label;
  const v1::FairnessCell* cell = nullptr;
};

// One line a group: the rate as a dot on the interval as a line, with the best rate and four fifths of it.
std::string RatePlot(const std::string& title, const std::vector<RateMark>& marks, Language language);

// One line a group: attention over relevance as a dot, with 1 as a line.
std::string ExposurePlot(const std::string& title, const std::vector<RateMark>& marks, Language language);

struct LorenzCurve {
  std::string label;
  char tint = 'a';  // a or b
  const v1::FairnessSpread* spread = nullptr;
};

// Of each curve the share of all that the least-given TAPs have, with its Gini coefficient in the legend.
std::string LorenzPlot(const std::string& title, const std::vector<LorenzCurve>& curves, Language language);

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_FAIRNESS_PLOT_H_
