#include "services/round/policy_trial.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/market/policy.h"
#include "services/resource/time.h"
#include "services/round/kept_market.h"
#include "services/round/policy_comparison.h"
#include "services/round/policy_outcome.h"

namespace ayni::services {
namespace {

// Clearings of one market that follow one another.
class Clearings {
 public:
  Clearings(const TrialMarket& market, PolicyMeasure measure, int count, const ClearRoundOptions& options)
      : market_(market), measure_(std::move(measure)), options_(options) {
    options_.now = market.snapshot_time;
    options_.secret = market.secret;
    options_.progress = [this, count, report = options.progress](v1::RoundProgress progress) {
      progress.set_clearing_number(number_);
      progress.set_clearing_count(count);
      report(progress);
    };
  }

  absl::StatusOr<PolicyFigures> Clear(const v1::Policy& policy, v1::Objective objective) {
    ++number_;
    v1::Round round = market_.round;
    round.set_objective(objective);
    options_.policy = &policy;
    return ClearUnderPolicy(*market_.snapshot, round, measure_, options_);
  }
  absl::StatusOr<PolicyFigures> Clear(const v1::Policy& policy) {
    return Clear(policy, market_.round.objective());
  }

 private:
  const TrialMarket& market_;
  const PolicyMeasure measure_;
  ClearRoundOptions options_;
  int number_ = 0;
};

bool Holds(const v1::Policy& policy) {
  return policy.limits_size() + policy.reserves_size() + policy.floors_size() > 0;
}

v1::Policy Unlimited(v1::Policy policy) {
  policy.clear_limits();
  policy.clear_reserves();
  policy.clear_floors();
  return policy;
}

template <typename Answer>
void DescribeMarket(const TrialMarket& market, Answer* answer) {
  answer->set_snapshot_sequence(market.snapshot->sequence());
  *answer->mutable_snapshot_time() = ToTimestamp(market.snapshot_time);
  answer->set_seed(market.round.seed());
}

v1::SweepPoint PointOf(int32_t share, const PolicyFigures& figures, int64_t best_welfare) {
  v1::SweepPoint point;
  point.set_share_basis_points(share);
  *point.mutable_summary() = figures.outcome.summary();
  point.set_welfare(figures.outcome.welfare());
  point.set_price_ppm(PricePpm(best_welfare, point.welfare()));
  *point.mutable_concentration() = figures.outcome.concentrations(0);
  return point;
}

}  // namespace

absl::StatusOr<TrialMarket> OpenTrialMarket(const storage::Store& store, v1::Round round, absl::Time now) {
  TrialMarket market;
  const bool is_past = !round.name().empty();
  auto snapshot = is_past ? OpenKeptMarket(store, round.name()) : store.TakeSnapshot();
  if (absl::IsNotFound(snapshot.status()) ||
      (is_past && snapshot.ok() && (*snapshot)->sequence() != round.snapshot_sequence())) {
    return StateForbids("NO_MARKET_KEPT", round.name(),
                        "was published before markets were kept with their rounds: try a later round, or the "
                        "market as it is now");
  }
  if (!snapshot.ok()) return snapshot.status();
  market.snapshot = *std::move(snapshot);
  market.snapshot_time = is_past ? TimeOf(round.snapshot_time()) : now;
  market.secret = store.secret();
  market.round = std::move(round);
  return market;
}

absl::StatusOr<v1::TryPolicyResponse> TryPolicy(const TrialMarket& market, const v1::Policy& in_use,
                                                const v1::Policy& tried, const ClearRoundOptions& options) {
  if (const auto engine = ToEngine(tried); !engine.ok()) return engine.status();
  Clearings clearings(market, {tried, Yardsticks(tried, in_use)}, Holds(tried) ? 3 : 2, options);
  const auto before = clearings.Clear(in_use);
  if (!before.ok()) return before.status();
  const auto after = clearings.Clear(tried);
  if (!after.ok()) return after.status();
  int64_t best_welfare = after->outcome.welfare();
  if (Holds(tried)) {
    const auto best = clearings.Clear(Unlimited(tried), v1::OBJECTIVE_WELFARE);
    if (!best.ok()) return best.status();
    best_welfare = best->outcome.welfare();
  }
  v1::TryPolicyResponse answer = Compare(*before, *after, best_welfare);
  DescribeMarket(market, &answer);
  answer.set_same_problem(!market.round.name().empty() && before->outcome.summary().problem_digest() ==
                                                              market.round.summary().problem_digest());
  return answer;
}

absl::StatusOr<v1::SweepPolicyResponse> SweepPolicy(const TrialMarket& market, const v1::Policy& policy,
                                                    const v1::SweepPolicyRequest& request,
                                                    const ClearRoundOptions& options) {
  if (const auto engine = ToEngine(policy); !engine.ok()) return engine.status();
  v1::Policy swept = policy;
  auto* limits = swept.mutable_limits();
  const auto at = std::find_if(limits->begin(), limits->end(),
                               [&](const v1::Limit& limit) { return limit.id() == request.limit(); });
  v1::Limit& limit = *at;
  // An exception would stand beside the share that is tried.
  limit.clear_exceptions();
  v1::Policy without = swept;
  without.mutable_limits()->erase(without.limits().begin() + (at - limits->begin()));
  std::vector<int32_t> shares(request.share_basis_points().begin(), request.share_basis_points().end());
  std::sort(shares.begin(), shares.end());

  Clearings clearings(market, {policy, {Yardstick(limit)}}, static_cast<int>(shares.size()) + 1, options);
  const auto unlimited = clearings.Clear(without);
  if (!unlimited.ok()) return unlimited.status();
  const int64_t best_welfare = unlimited->outcome.welfare();
  v1::SweepPolicyResponse answer;
  *answer.add_points() = PointOf(0, *unlimited, best_welfare);
  for (const int32_t share : shares) {
    limit.set_share_basis_points(share);
    const auto figures = clearings.Clear(swept);
    if (!figures.ok()) return figures.status();
    *answer.add_points() = PointOf(share, *figures, best_welfare);
  }
  DescribeMarket(market, &answer);
  return answer;
}

}  // namespace ayni::services
