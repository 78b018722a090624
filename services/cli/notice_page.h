// A need, a proposal or a visit as one page to print and to pin up: large letters, and for an answer boxes to
// tick and a line to sign.
#ifndef AYNI_SERVICES_CLI_NOTICE_PAGE_H_
#define AYNI_SERVICES_CLI_NOTICE_PAGE_H_

#include <functional>
#include <string>
#include <vector>

#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "services/cli/round_report.h"
#include "services/notice_text.h"

namespace ayni::cli {

// Self-contained HTML, which fits one page of A4.
std::string NeedPage(const v1::Need& need, v1::Unit unit, services::TextLanguage language,
                     const Naming& naming);
std::string MatchPage(const v1::Match& match, v1::Unit unit, services::TextLanguage language,
                      const Naming& naming);

// Visits by the day on which they begin and then by district: what a TAP takes along. `unit_of` gives a
// service's unit.
std::string RouteSheetPage(const std::vector<v1::Match>& matches,
                           const std::function<v1::Unit(const std::string&)>& unit_of,
                           services::TextLanguage language, const Naming& naming);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_NOTICE_PAGE_H_
