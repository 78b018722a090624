#include "services/fairness/fairness_tally.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "services/fairness/justified_envy.h"
#include "services/fairness/statistics.h"
#include "services/held_units.h"
#include "services/market/engine_day.h"
#include "services/market/holdings.h"
#include "services/resource/record_walk.h"
#include "services/resource/stored.h"
#include "services/resource/time.h"
#include "services/round/kept_market.h"

namespace ayni::services {
namespace {

using matcher::Units;

constexpr int kEnvyPairsMax = 200;
// US Merger Guidelines 2023.
constexpr int32_t kHighHhi = 1'800;
constexpr int32_t kHighHhiRise = 100;
constexpr int64_t kSecondsPerHour = 3'600;

bool IsCleared(const v1::Match& match) { return match.origin() != v1::Match::ORIGIN_MATCH_NOW; }

std::string PartyOf(const std::string& need) { return absl::StrCat("parties/", FirstId(need)); }

bool HoldsOn(const v1::Relation& relation, matcher::Day today) {
  if (relation.has_start_date() && DayOf(relation.start_date()) > today) return false;
  return !relation.has_end_date() || DayOf(relation.end_date()) >= today;
}

}  // namespace

absl::StatusOr<FairnessTally> FairnessTally::Create(const storage::Store* store, const storage::Snapshot* now,
                                                    Options options) {
  FairnessTally tally(store, now, std::move(options));
  absl::Status status = ForEachRecord<v1::Territory>(
      *now, "", tally.options_.stop,
      [&](const v1::Territory& territory) { tally.territories_.emplace(territory.name(), territory); });
  if (!status.ok()) return status;
  return tally;
}

std::string FairnessTally::Above(const std::string& territory, v1::TerritoryLevel level) const {
  std::string name = territory;
  for (int steps = 0; steps < matcher::kTerritoryDepthMax; ++steps) {
    const auto found = territories_.find(name);
    if (found == territories_.end()) break;
    if (found->second.level() == level) return name;
    name = found->second.parent();
  }
  return kUnknownGroup;
}

absl::Status FairnessTally::Add(const v1::Round& round) {
  auto market = OpenKeptMarket(*store_, round.name());
  if (absl::IsNotFound(market.status()) ||
      (market.ok() && (*market)->sequence() != round.snapshot_sequence())) {
    rounds_without_market_.push_back(round.name());
    return absl::OkStatus();
  }
  if (!market.ok()) return market.status();
  const matcher::Day today = DayOf(TimeOf(round.snapshot_time()));
  auto parties = ReadParties(**market, today);
  if (!parties.ok()) return parties.status();
  std::vector<v1::Match> matches;
  absl::Status status =
      ForEachRecord<v1::Match>(*now_, round.name() + "/matches/", options_.stop, [&](const v1::Match& match) {
        if (options_.as_published && !IsCleared(match)) return;
        matches.push_back(match);
        if (options_.as_published) matches.back().set_state(v1::Match::STATE_PROPOSED);
      });
  for (size_t at = 0; at < matches.size() && status.ok() && !options_.as_published; ++at)
    status = CountContract(matches[at]);
  if (status.ok()) status = AddNeeds(**market, *parties, today);
  if (status.ok() && options_.with_candidates) status = AddCandidates(**market, round, matches);
  if (status.ok()) status = AddMatches(matches, *parties);
  if (status.ok()) status = AddSegments(round.name());
  if (!status.ok()) return status;
  // As they stood when the TAP was last seen.
  for (auto& [name, tap] : taps_) {
    const auto party = parties->by_name.find(name);
    if (party == parties->by_name.end()) continue;
    const auto certified = parties->first_certified.find(name);
    SetTapGroups(
        party->second,
        {.today = today,
         .certified = certified == parties->first_certified.end() ? matcher::kDayMax : certified->second},
        &tap.groups);
  }
  rounds_.push_back(round.name());
  return absl::OkStatus();
}

absl::StatusOr<FairnessTally::Parties> FairnessTally::ReadParties(const storage::Snapshot& market,
                                                                  matcher::Day today) const {
  Parties parties;
  absl::Status status = ForEachRecord<v1::Party>(market, "", options_.stop, [&](const v1::Party& party) {
    if (party.has_tap() || party.has_cooperative()) parties.by_name.emplace(party.name(), party);
  });
  if (!status.ok()) return status;
  status = ForEachRecord<v1::Credential>(market, "", options_.stop, [&](const v1::Credential& credential) {
    const auto [place, is_first] =
        parties.first_certified.try_emplace(credential.holder(), DayOf(credential.issue_date()));
    if (!is_first) place->second = std::min(place->second, DayOf(credential.issue_date()));
  });
  if (!status.ok()) return status;
  status = ForEachRecord<v1::Relation>(market, "", options_.stop, [&](const v1::Relation& relation) {
    if (relation.type() == v1::RELATION_TYPE_LENDS_TO && HoldsOn(relation, today))
      parties.has_lender[relation.object()] = true;
  });
  if (!status.ok()) return status;
  return parties;
}

NeedFigures FairnessTally::FiguresOf(const v1::Need& need, const Parties& parties) const {
  NeedFigures figures;
  figures.service = need.service();
  figures.cooperative = PartyOf(need.name());
  const auto found = parties.by_name.find(figures.cooperative);
  const v1::Party& cooperative =
      found == parties.by_name.end() ? v1::Party::default_instance() : found->second;
  figures.members = std::max(1, cooperative.cooperative().member_count());
  SetNeedGroups(need, cooperative, parties.has_lender.contains(figures.cooperative), &figures.groups);
  figures.groups[v1::FAIRNESS_DIMENSION_PROVINCE] = Above(need.district(), v1::TERRITORY_LEVEL_PROVINCE);
  figures.groups[v1::FAIRNESS_DIMENSION_DEPARTMENT] = Above(need.district(), v1::TERRITORY_LEVEL_DEPARTMENT);
  figures.wait_start_seconds =
      need.has_wait_start_time() ? need.wait_start_time().seconds() : need.create_time().seconds();
  return figures;
}

absl::Status FairnessTally::AddNeeds(const storage::Snapshot& market, const Parties& parties,
                                     matcher::Day today) {
  return ForEachRecord<v1::Need>(market, "", options_.stop, [&](const v1::Need& need) {
    const int64_t open = need.quantity() - need.matched_quantity();
    if (open <= 0 || WindowOf(need.window()).last < today) return;
    const auto [place, is_new] = needs_.try_emplace(need.name());
    if (is_new) place->second = FiguresOf(need, parties);
    NeedFigures& figures = place->second;
    figures.asked = std::max(figures.asked, figures.served + open);
  });
}

absl::Status FairnessTally::AddCandidates(const storage::Snapshot& market, const v1::Round& round,
                                          absl::Span<const v1::Match> matches) {
  const auto policy = ReadRecord(*now_, ResourceType::Of<v1::Policy>(), round.policy());
  if (!policy.ok()) return policy.status();
  if (policy->version == 0) return absl::DataLossError(absl::StrCat(round.policy(), " is missing"));
  const auto posed = PoseRound(market, round,
                               {.now = TimeOf(round.snapshot_time()),
                                .secret = store_->secret(),
                                .policy = static_cast<const v1::Policy*>(policy->record.get()),
                                .stop = options_.stop});
  if (!posed.ok()) return posed.status();
  const matcher::Problem& problem = (*posed)->posed.problem;
  std::vector<Units> edge_units(problem.edge_count(), 0);
  absl::flat_hash_map<int64_t, std::string> match_of_edge;
  for (const v1::Match& match : matches) {
    const matcher::NeedIndex need = (*posed)->market.FindNeed(match.need());
    if (!IsCleared(match) || need == matcher::NeedIndex::None()) continue;
    for (int64_t edge = problem.need_edge_begin[need.at()]; edge < problem.need_edge_begin[need.at() + 1];
         ++edge) {
      if ((*posed)->market.NameOf(problem.edge_offer[edge]) != match.offer()) continue;
      edge_units[edge] += match.quantity();
      match_of_edge[edge] = match.name();
    }
  }
  AddExposure(**posed, edge_units);
  AddEnvy(**posed, round.name(), edge_units, match_of_edge);
  return absl::OkStatus();
}

void FairnessTally::AddExposure(const ClearedRound& posed, absl::Span<const Units> edge_units) {
  const matcher::Problem& problem = posed.posed.problem;
  const matcher::Market& market = posed.market.market();
  std::map<std::pair<int32_t, int32_t>, Exposure> exposures;  // by TAP and chain
  for (int32_t need = 0; need < problem.need_count(); ++need) {
    const int64_t begin = problem.need_edge_begin[need];
    const int64_t end = problem.need_edge_begin[need + 1];
    if (begin == end) continue;
    const matcher::ChainIndex chain = market.need(matcher::NeedIndex{need}).chain;
    int64_t given = 0;
    int64_t scores = 0;
    for (int64_t edge = begin; edge < end; ++edge) {
      given += edge_units[edge];
      scores += problem.edge_weight[edge];
    }
    for (int64_t edge = begin; edge < end; ++edge) {
      const matcher::TapIndex tap = market.offer(problem.edge_offer[edge]).tap;
      Exposure& exposure = exposures[{tap.value, chain.value}];
      if (given == 0) continue;
      exposure.Add({PpmOf(edge_units[edge], given), PpmOf(problem.edge_weight[edge], scores)});
    }
  }
  for (const auto& [key, exposure] : exposures) {
    TapFigures& tap = taps_[posed.market.NameOf(matcher::TapIndex{key.first})];
    tap.by_chain[posed.market.NameOf(matcher::ChainIndex{key.second})].Add(exposure);
  }
}

void FairnessTally::AddEnvy(const ClearedRound& posed, const std::string& round,
                            absl::Span<const Units> edge_units,
                            const absl::flat_hash_map<int64_t, std::string>& match_of_edge) {
  const matcher::Problem& problem = posed.posed.problem;
  for (int32_t need = 0; need < problem.need_count(); ++need) {
    if (problem.need_edge_begin[need] < problem.need_edge_begin[need + 1])
      envious_.try_emplace(posed.market.NameOf(matcher::NeedIndex{need}), false);
  }
  std::vector<Envy> found = FindJustifiedEnvy(problem, edge_units);
  const auto gap = [&](const Envy& envy) {
    return problem.edge_weight[envy.edge] - problem.edge_weight[envy.envied_edge];
  };
  std::stable_sort(found.begin(), found.end(), [&](const Envy& a, const Envy& b) {
    return std::make_pair(a.is_lacking, gap(a)) > std::make_pair(b.is_lacking, gap(b));
  });
  for (const Envy& envy : found) {
    const auto& begins = problem.need_edge_begin;
    const auto need =
        static_cast<int32_t>(std::upper_bound(begins.begin(), begins.end(), envy.edge) - begins.begin() - 1);
    const std::string name = posed.market.NameOf(matcher::NeedIndex{need});
    envious_[name] = true;
    if (envy.is_lacking) {
      envy_.set_lacking_count(envy_.lacking_count() + 1);
    } else {
      envy_.set_better_count(envy_.better_count() + 1);
    }
    if (envy_.pairs_size() == kEnvyPairsMax) continue;
    v1::JustifiedEnvy* pair = envy_.add_pairs();
    pair->set_round(round);
    pair->set_need(name);
    pair->set_match(match_of_edge.at(envy.envied_edge));
    pair->set_offer(posed.market.NameOf(problem.edge_offer[envy.edge]));
    pair->set_score(problem.edge_weight[envy.edge]);
    pair->set_match_score(problem.edge_weight[envy.envied_edge]);
    pair->set_quantity(envy.units);
    pair->set_lacking(envy.is_lacking);
  }
  const auto is_envious = [](const auto& entry) { return entry.second; };
  envy_.set_envious_need_count(std::count_if(envious_.begin(), envious_.end(), is_envious));
  envy_.set_need_count(static_cast<int64_t>(envious_.size()));
}

absl::Status FairnessTally::AddMatches(absl::Span<const v1::Match> matches, const Parties& parties) {
  for (const v1::Match& match : matches) {
    if (!Holds(match)) continue;
    CountConflicts(match);
    auto found = needs_.find(match.need());
    if (found == needs_.end()) {
      // Made after the snapshot, and matched at once.
      const auto need = ReadRecord(*now_, ResourceType::Of<v1::Need>(), match.need());
      if (!need.ok()) return need.status();
      if (need->version == 0) continue;
      found =
          needs_.emplace(match.need(), FiguresOf(static_cast<const v1::Need&>(*need->record), parties)).first;
    }
    NeedFigures& need = found->second;
    if (IsCleared(match)) need.served += HeldUnits(match);
    if (!need.wait_hours.has_value()) {
      const int64_t seconds = match.create_time().seconds() - need.wait_start_seconds;
      need.wait_hours = std::max<int64_t>(0, seconds) / kSecondsPerHour;
    }
    taps_[match.tap()].by_chain.try_emplace(match.value_chain());
    const std::string& province = need.groups[v1::FAIRNESS_DIMENSION_PROVINCE];
    matches_.push_back(
        {.name = match.name(),
         .need = match.need(),
         .tap = match.tap(),
         .value_chain = match.value_chain(),
         .segment = absl::StrCat(match.service(), " ", province, " ", match.unit_price().currency()),
         .currency = match.unit_price().currency(),
         .units = HeldUnits(match),
         .unit_price = match.unit_price().minor_units()});
  }
  conflicts_.clear_by_rule();
  for (const auto& [rule, count] : conflicts_by_rule_) {
    v1::FairnessCount* of_rule = conflicts_.add_by_rule();
    of_rule->set_key(rule);
    of_rule->set_count(count);
  }
  return absl::OkStatus();
}

void FairnessTally::CountConflicts(const v1::Match& match) {
  conflicts_.set_match_count(conflicts_.match_count() + 1);
  if (match.conflicts_size() > 0)
    conflicts_.set_match_with_conflict_count(conflicts_.match_with_conflict_count() + 1);
  for (const v1::Conflict& conflict : match.conflicts())
    ++conflicts_by_rule_[absl::StrCat(conflict.rule(), " ", v1::ConflictSeverity_Name(conflict.severity()))];
  for (const int flag : match.flags()) {
    if (flag == v1::Match::FLAG_SOLE_SOURCE)
      conflicts_.set_sole_source_count(conflicts_.sole_source_count() + 1);
    if (flag == v1::Match::FLAG_SINGLE_OFFER)
      conflicts_.set_single_offer_count(conflicts_.single_offer_count() + 1);
  }
}

absl::Status FairnessTally::CountContract(const v1::Match& match) {
  v1::ContractKind kind = v1::CONTRACT_KIND_UNSPECIFIED;
  if (!match.agreement().empty()) {
    const auto [known, is_new] = kind_of_agreement_.try_emplace(match.agreement(), kind);
    if (is_new) {
      const auto stored = ReadRecord(*now_, ResourceType::Of<v1::Agreement>(), match.agreement());
      if (!stored.ok()) return stored.status();
      if (stored->version != 0) known->second = static_cast<const v1::Agreement&>(*stored->record).kind();
    }
    kind = known->second;
  }
  v1::ContractOutcome& of = contracts_[kind];
  of.set_kind(kind);
  of.set_match_count(of.match_count() + 1);
  of.set_accepted_count(of.accepted_count() + (match.has_cooperative_yes() && match.has_tap_yes() ? 1 : 0));
  of.set_delivered_count(of.delivered_count() + (match.delivery().has_end() ? 1 : 0));
  of.set_confirmed_count(of.confirmed_count() + (match.has_confirmation() ? 1 : 0));
  of.set_cancelled_count(of.cancelled_count() + (match.state() == v1::Match::STATE_CANCELLED ? 1 : 0));
  if (match.confirmation().rating() > 0) {
    of.set_rating_count(of.rating_count() + 1);
    of.set_mean_rating_hundredths(of.mean_rating_hundredths() + match.confirmation().rating());
  }
  return absl::OkStatus();
}

std::vector<v1::ContractOutcome> FairnessTally::contracts() const {
  std::vector<v1::ContractOutcome> all;
  for (const auto& [kind, outcome] : contracts_) {
    all.push_back(outcome);
    if (outcome.rating_count() == 0) continue;
    const int64_t sum = 100 * outcome.mean_rating_hundredths();
    all.back().set_mean_rating_hundredths((2 * sum + outcome.rating_count()) / (2 * outcome.rating_count()));
  }
  return all;
}

absl::Status FairnessTally::AddSegments(const std::string& round) {
  return ForEachRecord<v1::SegmentReport>(
      *now_, round + "/segmentReports/", options_.stop, [&](const v1::SegmentReport& report) {
        RoundSegment seen;
        seen.segment.set_report(report.name());
        seen.segment.set_service(report.segment().service());
        seen.segment.set_territory(report.segment().territory());
        seen.segment.set_value_chain(report.segment().value_chain());
        seen.segment.set_limit(report.segment().limit());
        seen.segment.set_hhi(report.hhi());
        seen.segment.set_cr1_basis_points(report.cr1_basis_points());
        seen.segment.set_matched_quantity(report.matched_quantity());
        seen.segment.set_eligible_controller_count(report.eligible_controller_count());
        seen.thin = report.thin();
        seen.high = report.hhi() > kHighHhi && report.hhi() - report.hhi_before() > kHighHhiRise;
        seen.unmet = std::max<int64_t>(0, report.demanded_quantity() - report.matched_quantity()) +
                     report.unreached_quantity();
        segments_.push_back(std::move(seen));
      });
}

}  // namespace ayni::services
