#include "services/simulation/world.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "matcher/candidate.h"
#include "services/market/engine_day.h"
#include "services/resource/time.h"
#include "services/round/policy_outcome.h"
#include "services/round/round_records.h"
#include "services/simulation/calendar.h"
#include "services/simulation/draw.h"

namespace ayni::services {
namespace {

constexpr int64_t kWholeBasisPoints = 10'000;
// What a clearing finds must not hang on how fast the machine is: it ends by its gap, long before.
constexpr int64_t kTimeLimitSeconds = 24 * 3'600;

constexpr int32_t kYearDaysMax = 366;

// What cooperatives say of services that were done as agreed, and of those that were done in part: of these
// two the first is a success.
constexpr int32_t kRatingDone = 5;
constexpr int32_t kRatingPartlyDone = 2;

int64_t BasisPoints(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<int64_t>(absl::int128(part) * kWholeBasisPoints / whole);
}

const v1::Limit& LimitOf(const std::vector<v1::Limit>& limits, const std::string& id) {
  return *std::find_if(limits.begin(), limits.end(),
                       [&](const v1::Limit& limit) { return limit.id() == id; });
}

int32_t LongestWindowOf(const v1::Policy& policy) {
  int32_t days = 0;
  for (const v1::Limit& limit : policy.limits()) days = std::max(days, limit.window_days());
  return days;
}

// As a store's, but of the seed: the market's order is the same under every policy.
std::string SecretOf(uint64_t seed) {
  Draw draw(seed, "secret");
  std::string secret;
  while (secret.size() < storage::kSecretBytes) secret.push_back(static_cast<char>(draw.Below(256)));
  return secret;
}

}  // namespace

World::World(WorldSettings settings, std::function<bool()> stop, Seen seen)
    : settings_(std::move(settings)),
      start_(*settings_.start),
      stop_(std::move(stop)),
      seen_(std::move(seen)),
      secret_(SecretOf(settings_.seed)),
      records_(start_.records),
      demand_(start_, settings_.assumptions, settings_.seed, settings_.rounds_per_year,
              LimitOf(settings_.yardsticks, settings_.shown).territory_level(), &records_),
      providers_(start_, settings_.assumptions, settings_.policy, settings_.seed, settings_.rounds_per_year,
                 &records_),
      window_days_(std::max(LongestWindowOf(settings_.policy), kYearDaysMax)) {}

matcher::Day World::DayOfRound(int year, int round) const {
  return MonthsLater(start_.first_day, kMonths * year + round * kMonths / settings_.rounds_per_year);
}

absl::StatusOr<YearFigures> World::RunYear() {
  tally_ = {};
  thin_.clear();
  demand_.BeginYear();
  providers_.BeginYear(year_, DayOfRound(year_, 0));
  for (int round = 0; round < settings_.rounds_per_year; ++round) {
    if (absl::Status status = RunRound(round); !status.ok()) return status;
  }
  YearFigures figures = EndYear();
  ++year_;
  providers_.StartNew(year_, DayOfRound(year_, 0), demand_.lacks(), thin_);
  return figures;
}

absl::Status World::RunRound(int round) {
  const matcher::Day day = DayOfRound(year_, round);
  const absl::Time now = TimeOn(day);
  demand_.Post(year_, round, day);
  providers_.Post(round, day);
  v1::Round record;
  record.set_name(absl::StrCat("rounds/y", year_ + 1, "-r", round + 1));
  record.set_seed(Draw(settings_.seed, "round", record.name()).Bits());
  record.set_objective(v1::OBJECTIVE_WELFARE);
  record.set_target_gap_ppm(settings_.target_gap_ppm);
  record.mutable_time_limit()->set_seconds(kTimeLimitSeconds);
  ClearRoundOptions options{.now = now, .secret = secret_, .policy = &settings_.policy};
  options.stop = stop_;
  options.compares_reserves = false;
  const auto cleared = ClearRound(records_, record, options);
  if (!cleared.ok()) return cleared.status();
  const std::vector<MatchedEdge> matched = MatchedEdges(**cleared);
  const std::vector<v1::Match> matches = Serve(**cleared, matched, record.name(), now);
  seen_({year_ + 1, round + 1, records_, **cleared, matches});
  if (absl::Status status = CountBlocked(**cleared); !status.ok()) return status;
  NoteGroups(**cleared);
  // What the year's own rounds gave, whatever the policy's windows are.
  std::vector<v1::Limit> yardsticks = settings_.yardsticks;
  for (v1::Limit& yardstick : yardsticks) yardstick.set_window_days(day - DayOfRound(year_, 0));
  const auto reports = MeasureSegments(records_, yardsticks, matched, stop_, cleared->get());
  if (!reports.ok()) return reports.status();
  TakeReports(*reports);
  record.set_state(v1::Round::STATE_PUBLISHED);
  *record.mutable_publish_time() = ToTimestamp(now);
  Keep(record, matches, day);
  const bool is_last = round + 1 == settings_.rounds_per_year;
  demand_.EndRound(day, DayOfRound(is_last ? year_ + 1 : year_, is_last ? 0 : round + 1));
  return absl::OkStatus();
}

void World::SetOutcome(int64_t done, absl::Time now, v1::Match* match) {
  v1::Word word;
  *word.mutable_time() = ToTimestamp(now);
  if (done == 0) {
    match->set_state(v1::Match::STATE_CANCELLED);
    match->mutable_ending()->set_side(v1::SIDE_TAP);
    *match->mutable_ending()->mutable_word() = word;
    return;
  }
  match->set_state(v1::Match::STATE_CONFIRMED);
  *match->mutable_confirmation()->mutable_word() = word;
  match->mutable_confirmation()->set_quantity(done);
  match->mutable_confirmation()->set_rating(done == match->quantity() ? kRatingDone : kRatingPartlyDone);
}

std::vector<v1::Match> World::Serve(const ClearedRound& cleared, absl::Span<const MatchedEdge> edges,
                                    const std::string& round, absl::Time now) {
  std::vector<v1::Match> matches;
  for (const MatchedEdge& matched : edges) {
    v1::Match& match = matches.emplace_back(MatchRecord(cleared, round, matched, now));
    // Their texts are most of a match, and nobody reads them here.
    match.clear_conflicts();
    const int64_t done = providers_.Done(match);
    SetOutcome(done, now, &match);
    demand_.Serve(match, done);
    providers_.Book(match, done);
    const int64_t worth = done * start_.worth.at(match.service());
    ++tally_.matches;
    tally_.units += match.quantity();
    tally_.welfare += match.quantity() * match.score();
    tally_.matched += match.quantity() * start_.worth.at(match.service());
    tally_.done += worth;
    tally_.paid += done * match.unit_price().minor_units();
    if (providers_.IsWoman(match.tap())) tally_.done_by_women += worth;
    if (providers_.IsOwnedByLender(match.tap())) tally_.done_by_lenders += worth;
    if (providers_.IsPublic(match.tap(), match.offer())) tally_.done_with_public_money += worth;
  }
  return matches;
}

// What is no candidate for conflicts of interest alone: the engine is asked once more, without them.
absl::Status World::CountBlocked(const ClearedRound& cleared) {
  const NamedMarket& market = cleared.market;
  const auto all = matcher::FindCandidates(market.market(), market.index(), cleared.policy.score_rule,
                                           cleared.today, {.threads = 1, .stop = stop_});
  if (!all.ok()) return all.status();
  tally_.candidates += all->count();
  tally_.blocked += all->count() - cleared.posed.problem.edge_count();
  return absl::OkStatus();
}

void World::NoteGroups(const ClearedRound& cleared) {
  const matcher::Market& market = cleared.market.market();
  group_of_.clear();
  for (int32_t at = 0; at < market.tap_count(); ++at) {
    const matcher::TapIndex tap{at};
    group_of_[cleared.market.NameOf(tap)] = cleared.market.NameOf(market.tap(tap).ownership_group);
  }
}

void World::TakeReports(const std::vector<v1::SegmentReport>& reports) {
  for (const v1::SegmentReport& report : reports) {
    const v1::Segment& segment = report.segment();
    if (segment.limit() == settings_.shown && report.thin())
      thin_.insert({segment.service(), segment.territory()});
  }
  last_reports_ = reports;
}

void World::Keep(const v1::Round& round, const std::vector<v1::Match>& matches, matcher::Day day) {
  records_.Put(round);
  std::vector<std::string> names;
  for (const v1::Match& match : matches) {
    records_.Put(match);
    names.push_back(match.name());
  }
  kept_.emplace_back(day, std::move(names));
  for (; kept_.front().first < day - window_days_; kept_.pop_front()) {
    for (const std::string& name : kept_.front().second) records_.Remove<v1::Match>(name);
  }
}

void World::AddConcentrations(YearFigures* figures) const {
  for (const v1::Limit& limit : settings_.yardsticks) {
    absl::int128 volume = 0;
    absl::int128 hhi = 0;
    absl::int128 largest = 0;
    for (const v1::SegmentReport& report : last_reports_) {
      if (report.segment().limit() != limit.id()) continue;
      const int64_t held = HeldAndMatched(report);
      volume += held;
      hhi += absl::int128(held) * report.hhi();
      largest += absl::int128(held) * report.cr1_basis_points();
    }
    YearConcentration& mean = figures->concentrations.emplace_back();
    mean.limit = limit.id();
    if (volume == 0) continue;
    mean.hhi = static_cast<int64_t>(hhi / volume);
    mean.largest_basis_points = static_cast<int64_t>(largest / volume);
    if (limit.id() != settings_.shown) continue;
    figures->hhi = mean.hhi;
    figures->largest_basis_points = mean.largest_basis_points;
    figures->providers_hundredths = mean.hhi == 0 ? 0 : kWholeBasisPoints * 100 / mean.hhi;
  }
}

YearFigures World::EndYear() {
  LargestShares shares;
  for (const v1::SegmentReport& report : last_reports_) {
    if (report.segment().limit() != settings_.shown) continue;
    for (const v1::ControllerShare& share : report.shares()) {
      int32_t& largest = shares[{share.controller(), report.segment().service()}];
      largest = std::max(largest, share.share_basis_points());
    }
  }
  providers_.EndYear(year_, shares, [&](const std::string& tap) {
    const auto group = group_of_.find(tap);
    return group == group_of_.end() ? tap : group->second;
  });
  const DemandFigures& asked = demand_.figures();
  const ProviderFigures taps = providers_.figures();
  YearFigures figures;
  figures.year = year_ + 1;
  figures.needs = asked.needs;
  figures.served_needs = asked.served_needs;
  figures.partly_served_needs = asked.partly_served_needs;
  figures.matches = tally_.matches;
  figures.units = tally_.units;
  figures.welfare = tally_.welfare;
  figures.served_basis_points = BasisPoints(tally_.done, asked.worth);
  figures.matched_basis_points = BasisPoints(tally_.matched, asked.worth);
  figures.taps = taps.taps;
  figures.ended_taps = taps.ended;
  figures.new_taps = taps.started;
  figures.survival_basis_points = taps.survival_basis_points;
  figures.community_survival_basis_points = taps.community_survival_basis_points;
  figures.enterprise_survival_basis_points = taps.enterprise_survival_basis_points;
  figures.woman_basis_points = BasisPoints(tally_.done_by_women, tally_.done);
  figures.price_basis_points = BasisPoints(tally_.paid, tally_.done);
  figures.blocked_basis_points = BasisPoints(tally_.blocked, tally_.candidates);
  figures.lender_capacity_basis_points = BasisPoints(taps.lender_capacity_worth, taps.capacity_worth);
  figures.lender_basis_points = BasisPoints(tally_.done_by_lenders, tally_.done);
  figures.public_basis_points = BasisPoints(tally_.done_with_public_money, tally_.done);
  AddConcentrations(&figures);
  return figures;
}

}  // namespace ayni::services
