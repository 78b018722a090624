// A fairness report as one HTML page that stands alone: no script, nothing from elsewhere, in light and dark,
// and on paper.
#ifndef AYNI_SERVICES_CLI_FAIRNESS_PAGE_H_
#define AYNI_SERVICES_CLI_FAIRNESS_PAGE_H_

#include <string>

#include "ayni/v1/fairness.pb.h"
#include "services/cli/fairness_words.h"
#include "services/cli/round_report.h"

namespace ayni::cli {

// The same bytes for the same report and names.
std::string FairnessPage(const v1::FairnessReport& report, Language language, const Naming& naming);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FAIRNESS_PAGE_H_
