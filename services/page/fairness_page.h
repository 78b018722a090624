// A fairness report as one HTML page that stands alone: no script, nothing from elsewhere, in light and dark,
// and on paper.
#ifndef AYNI_SERVICES_PAGE_FAIRNESS_PAGE_H_
#define AYNI_SERVICES_PAGE_FAIRNESS_PAGE_H_

#include <string>
#include <vector>

#include "ayni/v1/fairness.pb.h"
#include "services/page/fairness_words.h"
#include "services/page/naming.h"

namespace ayni::page {

// Where a page leads to besides itself.
struct PageLink {
  std::string address;
  std::string text;
};

// The same bytes for the same report and names. `links` are for a page that a server serves: one in a file
// leads nowhere else.
std::string FairnessPage(const v1::FairnessReport& report, Language language, const Naming& naming,
                         const std::vector<PageLink>& links = {});

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_FAIRNESS_PAGE_H_
