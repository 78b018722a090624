#include "services/cli/coverage_text.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string NumberOrNone(int64_t number) { return number == 0 ? "" : absl::StrCat(number); }

// Districts, departments: whatever they are.
std::string Counted(int64_t count, const char* one, const char* many) {
  return absl::StrCat(count, " ", count == 1 ? one : many);
}

std::string MoreText(size_t all, size_t shown, const char* what) {
  return shown >= all ? "" : absl::StrCat(all - shown, " more ", what, "with --rows 0\n");
}

}  // namespace

std::string CoverageGapsText(const v1::ListCoverageGapsResponse& gaps, size_t rows_max, const Naming& naming,
                             const TableStyle& style) {
  const std::string wanted =
      absl::StrCat(Counted(gaps.least_providers(), "independent provider", "independent providers"), " and ",
                   Counted(gaps.least_services(), "kind of service", "kinds of service"));
  if (gaps.coverage_gaps().empty())
    return absl::StrCat("no gap: each territory has ", wanted,
                        " at least, and what is asked for is offered\n");
  std::vector<const v1::CoverageGap*> sorted;
  for (const v1::CoverageGap& gap : gaps.coverage_gaps()) sorted.push_back(&gap);
  const auto missing = [](const v1::CoverageGap* gap) {
    return std::tuple(-gap->missing_provider_count(), -gap->missing_service_count(),
                      -gap->unoffered_services_size());
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto* a, const auto* b) { return missing(a) < missing(b); });
  const std::vector<TableColumn> columns = {{"territory"},
                                            {"providers", true},
                                            {"missing", true},
                                            {"services", true},
                                            {"missing", true},
                                            {"families", true},
                                            {"asked for, and offered by nobody"}};
  Rows rows;
  for (const v1::CoverageGap* gap : sorted) {
    if (rows.size() == rows_max) break;
    std::vector<std::string> unoffered;
    for (const std::string& service : gap->unoffered_services()) unoffered.push_back(naming(service));
    rows.push_back({naming(gap->territory()), absl::StrCat(gap->provider_count()),
                    NumberOrNone(gap->missing_provider_count()), absl::StrCat(gap->service_count()),
                    NumberOrNone(gap->missing_service_count()), absl::StrCat(gap->family_count()),
                    absl::StrJoin(unoffered, ", ")});
  }
  return absl::StrCat(TableText(columns, rows, style), "\nwanted are ", wanted,
                      " in each territory; TAPs of one owner are one provider\n",
                      MoreText(sorted.size(), rows.size(), ""));
}

std::string CoverageStressText(const v1::StressCoverageResponse& response, size_t rows_max,
                               const Naming& naming, const TableStyle& style) {
  const v1::CoverageStress& stress = response.stress();
  std::string text = absl::StrFormat(
      "of %s %d fall; of %s %d have none left\n"
      "of %s that have a candidate today %d have none left: %d of %d units\n"
      "of %s with such needs %d lose all coverage\n",
      Counted(stress.offer_count(), "offer", "offers"), stress.lost_offer_count(),
      Counted(stress.tap_count(), "TAP", "TAPs"), stress.lost_tap_count(),
      Counted(stress.need_count(), "need", "needs"), stress.lost_need_count(), stress.lost_quantity(),
      stress.demanded_quantity(), Counted(stress.territory_count(), "territory", "territories"),
      stress.lost_territory_count());
  if (stress.ending_fundings().empty())
    return absl::StrCat(text, "no offer that needs have as a candidate stands on money that ends by then\n");
  Rows funders;
  for (const v1::EndingFunding& funding : stress.ending_fundings()) {
    if (funders.size() == rows_max) break;
    funders.push_back({naming(funding.funder()), DateText(funding.first_end_date()),
                       DateText(funding.last_end_date()), NumberOrNone(funding.budget_count()),
                       NumberOrNone(funding.tap_count()), absl::StrCat(funding.offer_count())});
  }
  absl::StrAppend(&text, "\n",
                  TableText({{"funder"},
                             {"first end", false, true},
                             {"last end", false, true},
                             {"budgets", true},
                             {"TAPs", true},
                             {"offers that fall", true}},
                            funders, style),
                  MoreText(stress.ending_fundings_size(), funders.size(), "funders "));
  const auto loss_count = static_cast<size_t>(response.coverage_losses_size());
  Rows rows;
  for (const v1::CoverageLoss& loss : response.coverage_losses()) {
    if (rows.size() == rows_max) break;
    rows.push_back({naming(loss.territory()), naming(loss.service()), absl::StrCat(loss.need_count()),
                    NumberOrNone(loss.lost_need_count()), absl::StrCat(loss.demanded_quantity()),
                    NumberOrNone(loss.lost_quantity()), absl::StrCat(loss.provider_count()),
                    absl::StrCat(loss.remaining_provider_count()), absl::StrCat(loss.hhi()),
                    loss.remaining_provider_count() == 0 ? "" : absl::StrCat(loss.remaining_hhi()),
                    loss.loses_all() ? "loses all" : ""});
  }
  absl::StrAppend(&text, "\n",
                  TableText({{"territory"},
                             {"service"},
                             {"needs", true},
                             {"lost", true},
                             {"units", true},
                             {"lost", true},
                             {"providers", true},
                             {"remain", true},
                             {"HHI", true},
                             {"after", true},
                             {""}},
                            rows, style));
  const bool has_more = !response.next_page_token().empty() || rows.size() < loss_count;
  return absl::StrCat(text, has_more ? "more with --rows 0; the territories that lose all come first\n" : "");
}

}  // namespace ayni::cli
