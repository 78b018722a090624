#include "services/round/match_now.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "matcher/giving.h"
#include "matcher/solution.h"
#include "services/errors.h"
#include "services/market/engine_day.h"
#include "services/market/need_conflicts.h"
#include "services/market/paid_units.h"
#include "services/match/taking.h"
#include "services/resource/form.h"
#include "services/resource/request_fields.h"
#include "services/resource/store_view.h"
#include "services/round/match_gate.h"
#include "services/round/match_record.h"
#include "services/round/round_request.h"
#include "services/round/shortfall.h"
#include "services/rules/resource_methods.h"
#include "services/subsidy.h"

namespace ayni::services {
namespace {

// Looks at the market, each after what the one before rested on had changed.
constexpr int kLooksMax = 8;

// What was found in the market in memory: matches without names, best first.
struct Found {
  std::vector<v1::Match> matches;
  storage::Sequence sequence = 0;  // every commit up to it was seen
};

// One look at the market as it is, for one need.
class Look {
 public:
  Look(const NamedMarket& market, const LimitBook& book, const RelationBook& relations,
       const BidPrices& prices, const v1::Need& need, absl::Time now)
      : market_(market),
        book_(book),
        prices_(prices),
        need_(need),
        now_(now),
        today_(DayOf(now)),
        row_(market.ToColumns(need, &columns_)),
        conflicts_(market, relations, need, today_) {}

  absl::StatusOr<std::vector<v1::Match>> Match() {
    std::vector<matcher::Candidate> candidates =
        RankedCandidates(market_, row_, book_.policy()->score_rule, today_);
    if (candidates.empty()) return NoCandidate(market_, need_.name(), row_, today_);
    const size_t found = candidates.size();
    DropUnpractised(market_, book_.policy()->countries, row_, &candidates);
    if (candidates.empty()) return NonePractisedEnough(need_.name(), found);
    const size_t blocked = conflicts_.RemoveBlocked(&candidates);
    if (candidates.empty()) return ConflictsBlock(need_.name(), blocked);
    declined_ = TakeDeclined(market_, need_.name(), row_, &candidates);
    std::vector<matcher::Candidate> turned_away =
        matcher::TurnedAway(market_.market(), market_.index(), row_, book_.policy()->score_rule, today_);
    DropUnpractised(market_, book_.policy()->countries, row_, &turned_away);
    conflicts_.RemoveBlocked(&turned_away);
    if (candidates.empty()) return AllDeclined(need_.name(), declined_.size());
    declined_.insert(declined_.end(), turned_away.begin(), turned_away.end());
    HoldToBudgets(market_, row_, today_, &candidates);
    if (candidates.empty()) return BudgetsSpent(need_.name());
    single_offer_ = IsSingleOffer(market_, candidates);
    std::vector<matcher::Units> units = Settle(candidates);
    while (HoldToSharedBudgets(units, &candidates)) units = Settle(candidates);
    std::vector<v1::Match> matches;
    for (size_t at = 0; at < open_.size(); ++at) {
      if (units[at] > 0) matches.push_back(Record(open_[at], units[at]));
    }
    if (matches.empty()) return LimitsBind(market_, book_, need_.name(), segments_, open_);
    return matches;
  }

 private:
  // Units by candidate of open_, which keep to the caps that stand once they are given. They are given as if
  // all of the need counted in the volumes; where less of it is given, caps are lower, and it is given anew:
  // each time less counts, so that this ends.
  std::vector<matcher::Units> Settle(const std::vector<matcher::Candidate>& candidates) {
    matcher::NeedVolume counted = matcher::DemandOf(row_, candidates);
    for (;;) {
      OpenWithin(candidates, counted);
      std::vector<matcher::Units> units = matcher::Give(row_.open_quantity, open_);
      matcher::NeedVolume given;
      for (size_t at = 0; at < open_.size(); ++at) {
        given.units += units[at];
        const matcher::MinorUnits price = open_[at].candidate.price;
        given.money = matcher::Plus(given.money, matcher::CostOf(units[at], price));
      }
      given.money = std::min(given.money, counted.money);
      if (given.units >= counted.units && given.money >= counted.money) return units;
      counted = given;
    }
  }

  // Holds candidates that draw on one budget, in the order in which they are given units, to what those
  // before them leave of it. Whether one was given more: less may be then, so that this ends.
  bool HoldToSharedBudgets(const std::vector<matcher::Units>& units,
                           std::vector<matcher::Candidate>* candidates) const {
    absl::flat_hash_map<std::string, int64_t> left;
    for (size_t at = 0; at < open_.size(); ++at) {
      const matcher::OfferIndex index = open_[at].candidate.offer;
      const v1::Subsidised* charge = market_.budgets().ChargeOf(market_.NameOf(index));
      if (units[at] == 0 || charge == nullptr || charge->budget().empty()) continue;
      const v1::Budget& budget = *market_.budgets().Find(charge->budget());
      int64_t& money = left.try_emplace(budget.name(), FreeOf(budget)).first->second;
      const matcher::Units paid = PaidUnits(market_, budget, money, index, row_, today_);
      if (units[at] > paid) {
        HoldTo(paid, index, candidates);
        return true;
      }
      money -= SplitPrice(open_[at].candidate.price, units[at],
                          ProducerShareOn(budget, DateOf(today_)).value_or(0))
                   .funder;
    }
    return false;
  }

  void HoldTo(matcher::Units bound, matcher::OfferIndex offer,
              std::vector<matcher::Candidate>* candidates) const {
    const auto found = std::find_if(candidates->begin(), candidates->end(),
                                    [&](const matcher::Candidate& each) { return each.offer == offer; });
    found->bound = bound;
    if (bound < market_.market().offer(offer).lot) candidates->erase(found);
  }

  void OpenWithin(const std::vector<matcher::Candidate>& candidates, const matcher::NeedVolume& counted) {
    std::vector<matcher::Candidate> eligible = candidates;
    eligible.insert(eligible.end(), declined_.begin(), declined_.end());
    segments_ = book_.SegmentsOf(market_, need_, row_, eligible, counted, today_);
    segment_records_.clear();
    for (const matcher::NeedSegment& segment : segments_) {
      segment_records_.push_back(
          market_.ToRecord(book_.policy_record().limits(segment.limit).id(), segment.key));
    }
    open_.clear();
    for (const matcher::Candidate& candidate : candidates) {
      open_.push_back(book_.Open(market_, segments_, candidate, today_));
      open_.back().bid = BidOf(open_.back());
    }
    // Whom a public role puts first stays there, whatever a unit was worth elsewhere; those of one bid stay
    // by score and then by name.
    const auto place = [&](const matcher::OpenCandidate& open) {
      return std::pair(!ComesFirst(open.candidate.offer), -open.bid);
    };
    std::stable_sort(open_.begin(), open_.end(),
                     [&](const matcher::OpenCandidate& a, const matcher::OpenCandidate& b) {
                       return place(a) < place(b);
                     });
  }

  bool ComesFirst(matcher::OfferIndex offer) const {
    return matcher::ComesFirst(market_.market(), row_, market_.market().offer(offer),
                               book_.policy()->score_rule, today_);
  }

  int64_t BidOf(const matcher::OpenCandidate& open) const {
    int64_t bid = int64_t{open.candidate.score} * matcher::kPriceScale -
                  prices_.OfOffer(market_.NameOf(open.candidate.offer)) -
                  prices_.OfTap(market_.NameOf(open.tap));
    for (const matcher::LimitStanding& standing : open.standings)
      bid -= prices_.OfCell(segment_records_[standing.limit], market_.NameOf(standing.controller));
    return bid;
  }

  v1::Match Record(const matcher::OpenCandidate& open, matcher::Units units) {
    v1::Match match = MakeMatch(market_, need_.name(), row_, open.candidate, units, now_);
    AddPlan(need_, book_.policy_record().match_terms(), &match);
    match.set_origin(v1::Match::ORIGIN_MATCH_NOW);
    match.set_beyond_round(!book_.RoundKnew(need_));
    match.set_bid(open.bid);
    if (std::any_of(segments_.begin(), segments_.end(), [](const auto& segment) { return segment.waived; }))
      match.add_flags(v1::Match::FLAG_SOLE_SOURCE);
    if (single_offer_) match.add_flags(v1::Match::FLAG_SINGLE_OFFER);
    for (v1::Conflict& conflict : conflicts_.On(open.candidate)) *match.add_conflicts() = std::move(conflict);
    return match;
  }

  const NamedMarket& market_;
  const LimitBook& book_;
  const BidPrices& prices_;
  const v1::Need& need_;
  const absl::Time now_;
  const matcher::Day today_;
  NeedColumns columns_;
  const matcher::Need& row_;
  NeedConflicts conflicts_;
  std::vector<matcher::Candidate> declined_;
  bool single_offer_ = false;
  std::vector<matcher::NeedSegment> segments_;
  std::vector<v1::Segment> segment_records_;
  std::vector<matcher::OpenCandidate> open_;  // best bid first
};

absl::StatusOr<const StoredRecord*> ReadNeedFor(const v1::MatchNowRequest& request, StoreView* view) {
  const std::string& name = request.name();
  const absl::StatusOr<const StoredRecord*> read =
      ReadAsSeen(ResourceType::Of<v1::Need>(), name, request.etag(), view);
  if (!read.ok()) return read;
  const StoredRecord& stored = **read;
  const auto& need = static_cast<const v1::Need&>(*stored.record);
  if (need.urgency() != v1::URGENCY_CRITICAL) {
    return StateForbids("NEED_NOT_CRITICAL", name,
                        "is not of URGENCY_CRITICAL: it waits for the next round, or is updated first");
  }
  if (need.matched_quantity() >= need.quantity())
    return StateForbids("NEED_MATCHED", name, "lacks nothing: all of it is matched");
  return &stored;
}

// What the plan rests on, read from the store, so that the commit holds only if it still stands; nullopt
// where something is younger than the look.
std::optional<std::vector<const StoredRecord*>> ReadOffers(const Found& found, StoreView* view) {
  std::vector<const StoredRecord*> offers;
  for (const v1::Match& match : found.matches) {
    const StoredRecord& tap = view->Read(ResourceType::Of<v1::Party>(), match.tap());
    offers.push_back(&view->Read(ResourceType::Of<v1::Offer>(), match.offer()));
    const bool stands = tap.version != 0 && offers.back()->version != 0;
    if (!stands || std::max(tap.version, offers.back()->version) > found.sequence) return std::nullopt;
    if (match.subsidy().budget().empty()) continue;
    const StoredRecord& budget = view->Read(ResourceType::Of<v1::Budget>(), match.subsidy().budget());
    if (budget.version == 0 || budget.version > found.sequence) return std::nullopt;
  }
  return offers;
}

bool IsInForce(const StoredRecord& policy) {
  return policy.version != 0 &&
         static_cast<const v1::Policy&>(*policy.record).state() == v1::Policy::STATE_ACTIVE;
}

bool IsPublished(const StoredRecord& round) {
  return round.version != 0 &&
         static_cast<const v1::Round&>(*round.record).state() == v1::Round::STATE_PUBLISHED;
}

// Calls that have their turn one after the other, in the order in which they came. Thread-safe.
class Turns {
 public:
  // Begins at once where it is nobody's turn. False: too many wait already.
  bool Take(std::function<void()> begin) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() >= kWaitingMatchesMax) return false;
      if (std::exchange(taken_, true)) {
        waiting_.push_back(std::move(begin));
        return true;
      }
    }
    begin();
    return true;
  }

  void End() {
    std::function<void()> next;
    {
      const std::lock_guard lock(mutex_);
      taken_ = !waiting_.empty();
      if (!taken_) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next();
  }

 private:
  std::mutex mutex_;
  bool taken_ = false;                         // guarded by mutex_
  std::deque<std::function<void()>> waiting_;  // guarded by mutex_
};

// What the matches draw, by budget.
std::map<std::string, Drawn> DrawnByAll(const std::vector<v1::Match>& matches) {
  std::map<std::string, Drawn> drawn;
  for (const v1::Match& match : matches) {
    if (!match.subsidy().budget().empty()) drawn[match.subsidy().budget()] += DrawnBy(match);
  }
  return drawn;
}

// The change that makes the matches, and the answer.
Draft DraftOf(const Call& call, const std::string& request_id, const StoredRecord& need,
              const std::vector<const StoredRecord*>& offers, std::vector<v1::Match> matches) {
  Draft draft;
  auto response = std::make_unique<v1::MatchNowResponse>();
  int64_t units = 0;
  for (size_t at = 0; at < matches.size(); ++at) {
    units += matches[at].quantity();
    AddTaken<v1::Offer>(call, request_id, *offers[at], matches[at].quantity(), &draft.change);
    AddPut(call, request_id, KindOf<v1::Match>(), {}, matches[at], &draft.change);
    *response->add_matches() = std::move(matches[at]);
  }
  AddTaken<v1::Need>(call, request_id, need, units, &draft.change);
  const auto& record = static_cast<const v1::Need&>(*need.record);
  response->set_unmatched_quantity(record.quantity() - record.matched_quantity() - units);
  draft.answer = std::move(response);
  return draft;
}

}  // namespace

absl::StatusOr<const BidPrices*> MatchNow::PricesOf(const std::string& round) {
  if (prices_ == nullptr || priced_round_ != round) {
    auto prices = BidPrices::Load(store_, round);
    if (!prices.ok()) return prices.status();
    prices_ = *std::move(prices);
    priced_round_ = round;
  }
  return prices_.get();
}

absl::StatusOr<Draft> MatchNow::Plan(const Call& call, const v1::MatchNowRequest& request) {
  for (int looks = 0; looks < kLooksMax; ++looks) {
    const auto gate = ReadMatchGate(store_);
    if (!gate.ok()) return gate.status();
    if (!gate->closed_by.empty()) {
      return absl::UnavailableError(
          absl::StrCat(gate->closed_by, " is being published, with new prices: try again in a moment"));
    }
    if (absl::Status held = market_.Await(store_.sequence(), kMarketWaitMax); !held.ok()) return held;
    StoreView view(store_);
    const auto need = ReadNeedFor(request, &view);
    if (!need.ok()) return need.status();
    const auto [round, policy] = market_.ReadWithLimits([](const NamedMarket&, const LimitBook& book) {
      return std::pair(book.round().name(), book.policy_record().name());
    });
    if (round.empty() && !policy.empty()) {
      return StateForbids("NO_PUBLISHED_ROUND", "rounds/-",
                          "holds no published round, at whose prices to match: publish one");
    }
    const auto prices = PricesOf(round);
    if (!prices.ok()) return prices.status();
    Found found;
    const auto& need_record = static_cast<const v1::Need&>(*(*need)->record);
    const absl::Status status = market_.ReadWithConflicts(
        [&](const NamedMarket& market, const LimitBook& book, const RelationBook& relations) {
          if (!book.policy().ok()) return book.policy().status();
          if (book.round().name() != round) return absl::OkStatus();
          found.sequence = market_.sequence();
          auto matches = Look(market, book, relations, **prices, need_record, call.now).Match();
          if (matches.ok()) found.matches = *std::move(matches);
          return matches.status();
        });
    if (!status.ok()) return status;
    const auto offers = ReadOffers(found, &view);
    const bool stands = IsPublished(view.Read(ResourceType::Of<v1::Round>(), round)) &&
                        IsInForce(view.Read(ResourceType::Of<v1::Policy>(), policy));
    if (!view.status().ok()) return view.status();
    if (found.matches.empty() || !offers.has_value() || !stands) continue;
    for (v1::Match& match : found.matches) {
      match.set_name(absl::StrCat(round, "/matches/n-", new_id_()));
      if (absl::Status filled = FillEvidence(store_, match.mutable_conflicts()); !filled.ok()) return filled;
    }
    const std::map<std::string, Drawn> drawn = DrawnByAll(found.matches);
    Draft draft = DraftOf(call, request.request_id(), **need, *offers, std::move(found.matches));
    for (const auto& [name, more] : drawn) {
      const StoredRecord& budget = view.Read(ResourceType::Of<v1::Budget>(), name);
      const absl::Status added = AddDrawn(call, request.request_id(), budget, more, &draft.change);
      if (!added.ok()) return added;
    }
    PassGate(*gate, &draft.change);
    view.AddPreconditions(&draft.change);
    return draft;
  }
  return TooManyConflicts(request.name());
}

void AddMatchNow(storage::Store* store, MatchNow* match_now, WorkThread* thread, MethodTable* table) {
  const std::string name = "ayni.v1.NeedService/MatchNow";
  const auto plan = [match_now](const Call& call, const Requests& requests, StoreView*) {
    return match_now->Plan(call, static_cast<const v1::MatchNowRequest&>(*requests.front()));
  };
  const MethodFunction run =
      RunWrites(store, nullptr, {MethodOf(name), nullptr, plan, [thread](std::function<void()> work) {
                                   thread->Post(std::move(work));
                                 }});
  const auto turns = std::make_shared<Turns>();
  table->Add(name, [turns, run](const std::shared_ptr<const Call>& call,
                                const std::shared_ptr<const Requests>& requests, const Reply& reply) {
    const bool taken = turns->Take([turns, run, call, requests, reply] {
      run(call, requests, [turns, reply](absl::StatusOr<std::unique_ptr<Message>> answer) {
        reply(std::move(answer));
        turns->End();
      });
    });
    if (!taken) reply(absl::ResourceExhaustedError("other needs are waiting to be matched; try again later"));
  });
}

}  // namespace ayni::services
