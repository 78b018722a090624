#include "services/round/policy_outcome.h"

#include <algorithm>
#include <memory>
#include <set>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "matcher/candidate.h"
#include "matcher/limit.h"
#include "matcher/limit_problem.h"
#include "matcher/settling.h"
#include "services/market/holdings.h"
#include "services/market/policy.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

constexpr int32_t kWholeBasisPoints = 10'000;
constexpr char kInUse[] = ".in-use";

// What a limit measures, without its name.
std::string MeasureOf(const v1::Limit& limit) {
  v1::Limit measure = Yardstick(limit);
  measure.clear_id();
  return measure.SerializeAsString();
}

// The candidates that the problem was posed with, which is left without them.
matcher::Candidates TakeCandidates(matcher::Problem* problem) {
  matcher::Candidates candidates;
  candidates.need_begin = std::move(problem->need_edge_begin);
  candidates.offer = std::move(problem->edge_offer);
  candidates.bound = std::move(problem->edge_bound);
  candidates.score = std::move(problem->edge_weight);
  return candidates;
}

class Measuring {
 public:
  Measuring(const storage::Snapshot& snapshot, const PolicyMeasure& measure, const ClearRoundOptions& options,
            ClearedRound* cleared)
      : snapshot_(snapshot),
        measure_(measure),
        options_(options),
        cleared_(*cleared),
        matched_(MatchedEdges(*cleared)) {}

  absl::StatusOr<PolicyFigures> Run() {
    figures_.outcome.set_policy(cleared_.policy_record.name());
    *figures_.outcome.mutable_summary() = SummaryOf(cleared_, matched_);
    CountMatches();
    CountConflicts();
    for (size_t begin = 0; begin < measure_.yardsticks.size(); begin += matcher::kLimitsMax) {
      const size_t count = std::min<size_t>(matcher::kLimitsMax, measure_.yardsticks.size() - begin);
      const auto reports =
          MeasureSegments(snapshot_, absl::MakeConstSpan(measure_.yardsticks).subspan(begin, count), matched_,
                          options_.stop, &cleared_);
      if (!reports.ok()) return reports.status();
      for (const v1::SegmentReport& report : *reports) AddSegment(report);
    }
    AddConcentrations();
    return std::move(figures_);
  }

 private:
  void CountMatches() {
    const matcher::Market& market = cleared_.market.market();
    const matcher::ScoreRule rule = ScoreRuleIn(cleared_.market, measure_.scored_by);
    int64_t welfare = 0;
    int64_t sole_source_count = 0;
    for (const MatchedEdge& each : matched_) {
      const matcher::Need need = market.need(each.need);
      const matcher::Candidate candidate =
          matcher::CandidateOf(market, need, each.offer, rule, cleared_.today);
      welfare += each.units * candidate.score;
      if (cleared_.posed.segments.SoleSource(each.need)) ++sole_source_count;
      figures_.tap_units[cleared_.market.NameOf(market.offer(each.offer).tap)] += each.units;
      figures_.cooperative_units[absl::StrCat("parties/", FirstId(cleared_.market.NameOf(each.need)))] +=
          each.units;
    }
    figures_.outcome.set_welfare(welfare);
    figures_.outcome.set_sole_source_match_count(sole_source_count);
  }

  void CountConflicts() {
    if (cleared_.policy_record.conflict_rules_size() == 0) return;
    for (const MatchedEdge& each : matched_) {
      const v1::Match match = MatchRecord(cleared_, "", each, options_.now);
      std::set<std::pair<v1::ConflictSeverity, std::string>> found;
      for (const v1::Conflict& conflict : match.conflicts())
        found.insert({conflict.severity(), conflict.rule()});
      for (const auto& rule : found) ++figures_.conflict_matches[rule];
    }
  }

  void AddSegment(const v1::SegmentReport& report) {
    SegmentFigures figures;
    figures.volume = HeldAndMatched(report);
    if (figures.volume == 0) return;
    figures.hhi = report.hhi();
    figures.cr1_basis_points = report.cr1_basis_points();
    figures.segment = report.segment();
    figures_.segments.emplace(report.segment().SerializeAsString(), std::move(figures));
  }

  // In the order of the yardsticks. Money of all currencies is added up here: a mean by weights that are not
  // alike is still between the least and the greatest.
  void AddConcentrations() {
    for (const v1::Limit& yardstick : measure_.yardsticks) {
      v1::Concentration* mean = figures_.outcome.add_concentrations();
      mean->set_limit(yardstick.id());
      absl::int128 volume = 0;
      absl::int128 hhi = 0;
      absl::int128 cr1 = 0;
      for (const auto& [key, segment] : figures_.segments) {
        if (segment.segment.limit() != yardstick.id()) continue;
        mean->set_segment_count(mean->segment_count() + 1);
        volume += segment.volume;
        hhi += absl::int128(segment.volume) * segment.hhi;
        cr1 += absl::int128(segment.volume) * segment.cr1_basis_points;
      }
      if (volume == 0) continue;
      mean->set_mean_hhi(static_cast<int32_t>((hhi + volume / 2) / volume));
      mean->set_mean_cr1_basis_points(static_cast<int32_t>((cr1 + volume / 2) / volume));
    }
  }

  const storage::Snapshot& snapshot_;
  const PolicyMeasure& measure_;
  const ClearRoundOptions& options_;
  ClearedRound& cleared_;
  const std::vector<MatchedEdge> matched_;
  PolicyFigures figures_;
};

}  // namespace

v1::Limit Yardstick(const v1::Limit& limit) {
  v1::Limit yardstick = limit;
  yardstick.set_share_basis_points(kWholeBasisPoints);
  yardstick.clear_min_controllers();
  yardstick.clear_thin_market_rule();
  yardstick.clear_exceptions();
  // Shares are of what is held and matched, whatever caps are shares of.
  yardstick.set_basis(limit.measure() == v1::LIMIT_MEASURE_MONEY ? v1::LIMIT_BASIS_MATCHED
                                                                 : v1::LIMIT_BASIS_DEMAND);
  return yardstick;
}

std::vector<v1::Limit> Yardsticks(const v1::Policy& tried, const v1::Policy& in_use) {
  std::vector<v1::Limit> yardsticks;
  std::set<std::string> measures;
  for (const v1::Limit& limit : tried.limits()) {
    if (measures.insert(MeasureOf(limit)).second) yardsticks.push_back(Yardstick(limit));
  }
  for (const v1::Limit& limit : in_use.limits()) {
    if (!measures.insert(MeasureOf(limit)).second) continue;
    yardsticks.push_back(Yardstick(limit));
    yardsticks.back().set_id(limit.id() + kInUse);
  }
  return yardsticks;
}

int64_t HeldAndMatched(const v1::SegmentReport& report) {
  // Of money the volume is what is matched, of units what is asked for.
  if (!report.segment().currency().empty()) return report.volume();
  return report.volume() + report.matched_quantity() - report.demanded_quantity();
}

absl::StatusOr<std::vector<v1::SegmentReport>> MeasureSegments(const storage::Snapshot& snapshot,
                                                               absl::Span<const v1::Limit> yardsticks,
                                                               absl::Span<const MatchedEdge> matched,
                                                               const std::function<bool()>& stop,
                                                               ClearedRound* cleared) {
  v1::Policy policy = cleared->policy_record;
  policy.clear_reserves();
  policy.clear_floors();
  policy.mutable_limits()->Assign(yardsticks.begin(), yardsticks.end());
  auto engine = ToEngine(policy);
  if (!engine.ok()) return engine.status();
  NamedMarket& market = cleared->market;
  NameRules(policy, &market, &*engine);
  market.JoinControllers(cleared->today, LongestWindow(engine->limits));
  auto holdings = ReadHoldings(snapshot, engine->limits, cleared->today, stop, &market);
  if (!holdings.ok()) return holdings.status();
  auto posed = matcher::PoseProblem(market.market(), TakeCandidates(&cleared->posed.problem), engine->rules(),
                                    *holdings, cleared->today, stop);
  if (!posed.ok()) return posed.status();
  // What is given above the cap of a whole share is nothing; this gives money its volumes.
  if (matcher::NeedsSettling(posed->segments))
    matcher::LowerRooms(market.market(), cleared->solution.edge_units, &*posed);
  cleared->posed = *std::move(posed);
  cleared->policy_record = std::move(policy);
  cleared->policy = *std::move(engine);
  return SegmentReportRecords(*cleared, cleared->posed.segments, "", matched);
}

absl::StatusOr<PolicyFigures> ClearUnderPolicy(const storage::Snapshot& snapshot, const v1::Round& round,
                                               const PolicyMeasure& measure,
                                               const ClearRoundOptions& options) {
  const auto cleared = ClearRound(snapshot, round, options);
  if (!cleared.ok()) return cleared.status();
  return Measuring(snapshot, measure, options, cleared->get()).Run();
}

}  // namespace ayni::services
