#include "services/round/clear_round.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "matcher/candidate.h"
#include "matcher/clear.h"
#include "matcher/maxmin.h"
#include "matcher/settling.h"
#include "services/market/engine_day.h"
#include "services/market/holdings.h"
#include "services/market/load.h"
#include "services/market/paid_units.h"
#include "services/resource/stored.h"
#include "services/round/pseudonyms.h"
#include "services/round/round_digest.h"

namespace ayni::services {
namespace {

using google::protobuf::Duration;

// Of a round whose caps follow from what is matched; what is above them after the last is taken away.
constexpr int kClearingsMax = 6;

// One clearing under way.
class Clearing {
 public:
  Clearing(const storage::Snapshot& snapshot, const v1::Round& round, const ClearRoundOptions& options)
      : snapshot_(snapshot), round_(round), options_(options), cleared_(std::make_unique<ClearedRound>()) {
    progress_.set_round(round.name());
    cleared_->today = DayOf(options.now);
  }

  absl::StatusOr<std::unique_ptr<ClearedRound>> Pose() {
    absl::Status status = ReadPolicy();
    if (status.ok()) status = PoseProblem();
    if (!status.ok()) return status;
    return std::move(cleared_);
  }

  absl::StatusOr<std::unique_ptr<ClearedRound>> Run() {
    const auto begin = absl::Now();
    absl::Status status = ReadPolicy();
    if (status.ok()) status = PoseProblem();
    const auto posed = absl::Now();
    if (status.ok()) options_.adjust(&cleared_->posed);
    if (status.ok()) status = Clear();
    const auto solved = absl::Now();
    if (status.ok()) status = Verify();
    if (!status.ok()) return status;
    const auto verified = absl::Now();
    if (options_.compares_reserves) ClearWithoutReserves();
    v1::RoundSummary& summary = cleared_->summary;
    SetDuration(posed - begin, summary.mutable_market_duration());
    SetDuration(solved - posed + (absl::Now() - verified), summary.mutable_clear_duration());
    SetDuration(verified - solved, summary.mutable_verify_duration());
    return std::move(cleared_);
  }

 private:
  // A problem, and where what is found goes.
  struct Solving {
    matcher::PosedProblem* posed;
    matcher::Solution* solution;
    ClearedMinimum* maxmin;  // null of a round for welfare
    ClearingCourse* course;  // null: nobody goes it again
    bool shown;              // as progress
  };

  static void SetDuration(absl::Duration duration, Duration* record) {
    *record = google::protobuf::util::TimeUtil::NanosecondsToDuration(absl::ToInt64Nanoseconds(duration));
  }

  void Enter(v1::RoundProgress::Phase phase) {
    progress_.set_phase(phase);
    options_.progress(progress_);
  }

  absl::Status ReadPolicy() {
    if (options_.policy != nullptr) return TakePolicy(*options_.policy);
    auto stored = ReadRecord(snapshot_, ResourceType::Of<v1::Policy>(), round_.policy());
    if (!stored.ok()) return stored.status();
    if (stored->version == 0) {
      return absl::FailedPreconditionError(
          absl::StrCat(round_.policy(), ", the round's policy, does not exist"));
    }
    return TakePolicy(static_cast<const v1::Policy&>(*stored->record));
  }

  absl::Status TakePolicy(const v1::Policy& record) {
    cleared_->policy_record = record;
    auto policy = ToEngine(cleared_->policy_record);
    if (!policy.ok()) return policy.status();
    cleared_->policy = *std::move(policy);
    return absl::OkStatus();
  }

  absl::Status PoseProblem() {
    Enter(v1::RoundProgress::PHASE_MARKET);
    NamedMarket& market = cleared_->market;
    const Pseudonyms pseudonyms(options_.secret, round_);
    absl::Status status =
        LoadMarket(snapshot_,
                   {.stop = options_.stop,
                    .with_relations = true,
                    .place = [&](std::string_view name) { return pseudonyms.NumberOf(name); },
                    .today = cleared_->today},
                   &market);
    if (!status.ok()) return status;
    NameRules(cleared_->policy_record, &market, &cleared_->policy);
    auto holdings = ReadHoldings(snapshot_, cleared_->policy.limits, cleared_->today, options_.stop, &market);
    if (!holdings.ok()) return holdings.status();
    auto rooms =
        RoomsUnderCaps(snapshot_, cleared_->policy.countries, market, cleared_->today, options_.stop);
    if (!rooms.ok()) return rooms.status();
    cleared_->cap_rooms = *std::move(rooms);
    market.HoldTapsTo(cleared_->cap_rooms);
    market.JoinControllers(cleared_->today, LongestWindow(cleared_->policy.limits));
    const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    auto candidates = matcher::FindCandidates(market.market(), market.index(), cleared_->policy.score_rule,
                                              cleared_->today, {.threads = threads, .stop = options_.stop});
    if (!candidates.ok()) return candidates.status();
    auto conflicts = RoundConflicts::Load(snapshot_, cleared_->policy_record, cleared_->today, options_.stop);
    if (!conflicts.ok()) return conflicts.status();
    cleared_->conflicts = *std::move(conflicts);
    cleared_->conflicts->RemoveBlocked(market, &*candidates);
    SetDeclinedAside(market, &*candidates);
    HoldToCountries(market, cleared_->policy.countries, cleared_->cap_rooms, &*candidates);
    HoldToBudgets(market, cleared_->today, &*candidates);
    progress_.set_candidate_count(candidates->count());
    auto posed = matcher::PoseProblem(market.market(), *std::move(candidates), cleared_->policy.rules(),
                                      *holdings, cleared_->today, options_.stop);
    if (!posed.ok()) return posed.status();
    cleared_->posed = *std::move(posed);
    first_cell_room_ = cleared_->posed.problem.cell_room;
    if (round_.objective() == v1::OBJECTIVE_MAXMIN) {
      ClearedMinimum& maxmin = cleared_->maxmin.emplace();
      maxmin.cooperatives =
          round_.maxmin_over() == v1::MAXMIN_OVER_NEEDS ? GroupByNeed(market) : GroupByCooperative(market);
      if (round_.maxmin_measure() == v1::MAXMIN_MEASURE_SCORE_SUM)
        maxmin.measure = matcher::Measure::kScoreSum;
      HoldToUnitsMax(maxmin.cooperatives.groups, &cleared_->posed.problem);
    }
    CountMarket();
    return absl::OkStatus();
  }

  void CountMarket() {
    const matcher::Problem& problem = cleared_->posed.problem;
    v1::RoundSummary& summary = cleared_->summary;
    CountNeeds();
    summary.set_offer_count(cleared_->market.offer_count());
    summary.set_candidate_count(problem.edge_count());
    summary.set_cell_count(problem.cell_count());
  }

  void CountNeeds() {
    const matcher::Market& market = cleared_->market.market();
    int64_t count = 0;
    int64_t demanded = 0;
    int64_t reached = 0;
    for (int32_t at = 0; at < market.need_count(); ++at) {
      const matcher::Need need = market.need(matcher::NeedIndex{at});
      if (need.open_quantity <= 0 || need.window.last < cleared_->today) continue;
      ++count;
      demanded += need.open_quantity;
      reached += cleared_->posed.problem.need_demand[at];
    }
    cleared_->summary.set_need_count(count);
    cleared_->summary.set_demanded_quantity(demanded);
    cleared_->summary.set_reached_quantity(reached);
  }

  absl::Status Clear() {
    Enter(v1::RoundProgress::PHASE_CLEAR);
    const absl::Duration limit =
        round_.has_time_limit()
            ? absl::Nanoseconds(google::protobuf::util::TimeUtil::DurationToNanoseconds(round_.time_limit()))
            : kTimeLimitDefault;
    const absl::Time deadline = absl::Now() + limit;
    engine_.seed = round_.seed();
    if (round_.target_gap_ppm() > 0) engine_.target_gap_ppm = round_.target_gap_ppm();
    engine_.stop = [this, deadline] {
      ++stop_questions_;
      const bool stops = options_.stop() || absl::Now() >= deadline;
      if (stops && stopped_at_ == 0) stopped_at_ = stop_questions_;
      return stops;
    };
    matcher::ClearOptions engine = engine_;
    engine.progress = [this](const matcher::ClearProgress& progress) {
      progress_.set_value(progress.value);
      progress_.set_upper_bound(progress.upper_bound);
      options_.progress(progress_);
    };
    const absl::Status status = SolveWithinCaps(
        engine, {&cleared_->posed, &cleared_->solution,
                 cleared_->maxmin.has_value() ? &*cleared_->maxmin : nullptr, &cleared_->course, true});
    cleared_->course.stopped_at = stopped_at_;
    if (!status.ok())
      return absl::InternalError(absl::StrCat("the problem is malformed: ", status.message()));
    if (options_.stop()) return absl::CancelledError("the clearing was cancelled");
    return absl::OkStatus();
  }

  // Again and again, as matcher/settling.h has it, where caps follow from what is matched.
  absl::Status SolveWithinCaps(matcher::ClearOptions engine, Solving solving) {
    const matcher::Market& market = cleared_->market.market();
    matcher::PosedProblem& posed = *solving.posed;
    std::vector<matcher::Units>& edge_units = solving.solution->edge_units;
    const bool settles = matcher::NeedsSettling(posed.segments);
    ClearingCourse* course = solving.course;
    matcher::Prices last_prices;
    for (int clearings = 1;; ++clearings) {
      if (settles && course != nullptr) course->rooms.push_back(posed.problem.cell_room);
      const absl::Status status = Solve(engine, solving);
      if (!status.ok() || !settles) return status;
      const bool lowered = matcher::LowerRooms(market, edge_units, &posed);
      if (!lowered || clearings == kClearingsMax || engine.stop()) break;
      last_prices = solving.solution->prices;
      engine.warm_prices = &last_prices;
    }
    const std::vector<matcher::Units> found = edge_units;
    matcher::TakeAboveCaps(market, posed.problem, &posed.segments, &edge_units);
    for (size_t edge = 0; edge < found.size() && course != nullptr; ++edge) {
      if (edge_units[edge] == found[edge]) continue;
      course->taken_edges.push_back(static_cast<int64_t>(edge));
      course->taken_units.push_back(found[edge] - edge_units[edge]);
    }
    return absl::OkStatus();
  }

  absl::Status Solve(const matcher::ClearOptions& engine, Solving solving) {
    if (solving.maxmin != nullptr) return SolveMaxmin(engine, solving);
    auto clearing = matcher::Clear(solving.posed->problem, engine);
    if (clearing.ok()) *solving.solution = std::move(clearing->solution);
    return clearing.status();
  }

  absl::Status SolveMaxmin(const matcher::ClearOptions& engine, Solving solving) {
    ClearedMinimum* maxmin = solving.maxmin;
    const matcher::MaxminOptions options = {
        .measure = maxmin->measure, .progress = [&](const matcher::MaxminProgress& progress) {
          if (maxmin->measure != matcher::Measure::kServedShare || !solving.shown) return;
          progress_.set_smallest_share_ppm(progress.smallest);
          progress_.set_smallest_share_upper_bound_ppm(progress.upper_bound);
          options_.progress(progress_);
        }};
    auto cleared = matcher::ClearMaxmin(solving.posed->problem, maxmin->cooperatives.groups, engine, options);
    if (!cleared.ok()) return cleared.status();
    *solving.solution = std::move(cleared->clearing.solution);
    maxmin->minimum = std::move(cleared->minimum);
    return absl::OkStatus();
  }

  absl::Status Verify() {
    Enter(v1::RoundProgress::PHASE_VERIFY);
    auto certificate = cleared_->maxmin.has_value()
                           ? VerifyMaxmin(*cleared_->maxmin)
                           : matcher::Verify(cleared_->posed.problem, cleared_->solution);
    if (!certificate.ok()) {
      return absl::InternalError(absl::StrCat("the verifier refuses the solution, so nothing is published: ",
                                              certificate.status().message()));
    }
    if (!matcher::CapsHold(cleared_->market.market(), cleared_->posed.problem, cleared_->posed.segments,
                           cleared_->solution.edge_units)) {
      return absl::InternalError(
          "a controller was given more than its share of what is matched, so nothing is published");
    }
    cleared_->certificate = *certificate;
    v1::RoundSummary& summary = cleared_->summary;
    const matcher::Problem& problem = cleared_->posed.problem;
    summary.set_problem_digest(
        cleared_->maxmin.has_value()
            ? DigestOf(problem, cleared_->maxmin->cooperatives.groups, cleared_->maxmin->measure)
            : DigestOf(problem));
    summary.set_value(certificate->value);
    summary.set_upper_bound(certificate->upper_bound);
    summary.set_gap_ppm(certificate->gap_ppm);
    summary.set_solution_digest(cleared_->maxmin.has_value()
                                    ? DigestOf(cleared_->solution, cleared_->maxmin->minimum)
                                    : DigestOf(cleared_->solution));
    if (options_.stop()) return absl::CancelledError("the clearing was cancelled");
    return absl::OkStatus();
  }

  // The smallest that is promised is the one that the units were found to reach, whatever the engine says.
  absl::StatusOr<matcher::Certificate> VerifyMaxmin(const ClearedMinimum& maxmin) {
    const matcher::Problem& problem = cleared_->posed.problem;
    const matcher::NeedGroups& groups = maxmin.cooperatives.groups;
    const std::vector<matcher::Units>& units = cleared_->solution.edge_units;
    const auto smallest =
        matcher::VerifyMinimum(problem, groups, maxmin.measure, units, maxmin.minimum.proof);
    if (!smallest.ok()) return smallest.status();
    *cleared_->summary.mutable_smallest_share() =
        SmallestShareOf(problem, maxmin.cooperatives, maxmin.measure, units, *smallest);
    return matcher::VerifyPromised(problem, groups, maxmin.measure, cleared_->solution, smallest->smallest,
                                   maxmin.minimum.promise_price);
  }

  // What reserves and floors brought is seen beside a clearing without them, for whose sake nothing fails:
  // for the same objective, from the same rooms, and as far. One that the end of the round's time cuts short
  // would show less than was possible, and so counts for nothing.
  void ClearWithoutReserves() {
    if (cleared_->posed.kept.empty()) return;
    cleared_->summary.set_reserve_comparison(v1::RESERVE_COMPARISON_TIME_USED_UP);
    matcher::PosedProblem without = cleared_->posed;
    without.problem.cell_floor.clear();
    without.problem.cell_penalty.clear();
    without.problem.cell_room = first_cell_room_;
    std::optional<ClearedMinimum> maxmin = cleared_->maxmin;
    matcher::Solution solution;
    std::atomic<bool> is_cut_short = engine_.stop();
    matcher::ClearOptions engine = engine_;
    engine.stop = [&] {
      if (engine_.stop()) is_cut_short = true;
      return is_cut_short.load();
    };
    if (is_cut_short) return;
    const absl::Status status = SolveWithinCaps(
        engine, {&without, &solution, maxmin.has_value() ? &*maxmin : nullptr, nullptr, false});
    if (!status.ok() || is_cut_short) return;
    cleared_->summary.set_reserve_comparison(v1::RESERVE_COMPARISON_MADE);
    cleared_->units_without_reserves = std::move(solution.edge_units);
  }

  const storage::Snapshot& snapshot_;
  const v1::Round& round_;
  const ClearRoundOptions& options_;
  std::vector<matcher::Units> first_cell_room_;  // before any was lowered
  matcher::ClearOptions engine_;                 // without progress
  int64_t stop_questions_ = 0;                   // that the engine asked
  int64_t stopped_at_ = 0;                       // the first to which the answer was yes
  v1::RoundProgress progress_;
  std::unique_ptr<ClearedRound> cleared_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ClearedRound>> PoseRound(const storage::Snapshot& snapshot,
                                                        const v1::Round& round,
                                                        const ClearRoundOptions& options) {
  return Clearing(snapshot, round, options).Pose();
}

absl::StatusOr<std::unique_ptr<ClearedRound>> ClearRound(const storage::Snapshot& snapshot,
                                                         const v1::Round& round,
                                                         const ClearRoundOptions& options) {
  return Clearing(snapshot, round, options).Run();
}

}  // namespace ayni::services
