#include "services/bundle/proof_check.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "matcher/group_gauge.h"
#include "matcher/verify.h"
#include "services/bundle/pseudonym_text.h"

namespace ayni::services {
namespace {

class ProofCheck {
 public:
  ProofCheck(const BundleContents& contents, std::vector<BundleFinding>* findings)
      : contents_(contents),
        statement_(contents.statement),
        problem_(contents.problem),
        market_(contents.market),
        findings_(*findings) {}

  void Run() {
    const v1::RoundSummary& summary = statement_.round().summary();
    auto certificate =
        contents_.maxmin.has_value() ? CheckPromised() : matcher::Verify(problem_, contents_.solution);
    if (!certificate.ok()) return Check("proof", std::string(certificate.status().message()), "");
    std::string wrong;
    if (certificate->value != summary.value())
      wrong = absl::StrCat("the matches are worth ", certificate->value, ", stated is ", summary.value());
    else if (certificate->upper_bound != summary.upper_bound())
      wrong =
          absl::StrCat("the prices prove ", certificate->upper_bound, ", stated is ", summary.upper_bound());
    else if (certificate->gap_ppm != summary.gap_ppm())
      wrong = absl::StrCat("the gap is ", certificate->gap_ppm, ", stated is ", summary.gap_ppm());
    Check("proof", wrong,
          absl::StrCat("worth ", certificate->value, ", and no matching is worth more than ",
                       certificate->upper_bound));
  }

 private:
  void Check(const char* subject, const std::string& wrong, const std::string& right) {
    findings_.push_back({subject, wrong.empty() ? right : wrong, wrong.empty()});
  }
  const std::vector<matcher::Units>& units() const { return contents_.solution.edge_units; }

  // Feasible first: only then can what the groups are given be counted.
  absl::StatusOr<matcher::Certificate> CheckPromised() {
    const BundleMinimum& maxmin = *contents_.maxmin;
    const matcher::Measure measure = maxmin.minimum.measure;
    matcher::Solution priceless{
        units(),
        {std::vector<int64_t>(problem_.need_count()), std::vector<int64_t>(problem_.offer_count()),
         std::vector<int64_t>(problem_.tap_count()), std::vector<int64_t>(problem_.cell_count())}};
    if (auto feasible = matcher::Verify(problem_, priceless); !feasible.ok()) return feasible.status();
    const auto smallest =
        matcher::VerifyMinimum(problem_, maxmin.groups, measure, units(), maxmin.minimum.proof);
    if (!smallest.ok()) return smallest.status();
    Check("smallest", WrongSmallest(*smallest),
          absl::StrCat(smallest->smallest, ", and no matching has more than ", smallest->upper_bound));
    return matcher::VerifyPromised(problem_, maxmin.groups, measure, contents_.solution, smallest->smallest,
                                   maxmin.minimum.promise_price);
  }

  std::string WrongSmallest(const matcher::MinimumCertificate& found) const {
    const BundleMinimum& maxmin = *contents_.maxmin;
    const v1::SmallestShare& stated = statement_.round().summary().smallest_share();
    const bool is_share = maxmin.minimum.measure == matcher::Measure::kServedShare;
    if (found.smallest != (is_share ? stated.share_ppm() : stated.score_sum()))
      return absl::StrCat("the smallest is ", found.smallest, ", which is not stated");
    if (found.upper_bound != (is_share ? stated.upper_bound_ppm() : stated.score_sum_upper_bound()))
      return absl::StrCat("the prices prove ", found.upper_bound, ", which is not stated");
    const matcher::GroupGauge gauge(problem_, maxmin.groups, maxmin.minimum.measure);
    const std::vector<int64_t> given = gauge.Given(units());
    int64_t count = 0;
    std::string first;
    const bool are_needs = statement_.round().maxmin_over() == v1::MAXMIN_OVER_NEEDS;
    for (int32_t group = 0; group < maxmin.groups.count; ++group) {
      if (!gauge.Counts(group) || gauge.Of(group, given[group]) != found.smallest) continue;
      if (++count == 1) first = PseudonymText(are_needs ? "need" : "party", market_.group_name[group]);
    }
    if (count != (are_needs ? stated.need_count() : stated.cooperative_count()) ||
        first != (are_needs ? stated.need() : stated.cooperative()))
      return absl::StrCat(count, " have it, the first is ", first, ", which is not stated");
    return "";
  }

  const BundleContents& contents_;
  const v1::RoundStatement& statement_;
  const matcher::Problem& problem_;
  const BundleMarket& market_;
  std::vector<BundleFinding>& findings_;
};

}  // namespace

void CheckProof(const BundleContents& contents, std::vector<BundleFinding>* findings) {
  ProofCheck(contents, findings).Run();
}

}  // namespace ayni::services
