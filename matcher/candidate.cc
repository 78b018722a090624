#include "matcher/candidate.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "matcher/ineligibility.h"

namespace ayni::matcher {
namespace {

// Needs that one thread takes at a time: many enough to be worth taking, few enough to stop within
// milliseconds.
constexpr int32_t kNeedsPerTurn = 256;

// What one turn found; `count` is by need of the turn.
struct Turn {
  std::vector<int32_t> count;
  std::vector<OfferIndex> offer;
  std::vector<int32_t> bound;
  std::vector<int32_t> score;
  std::vector<std::pair<NeedIndex, OfferIndex>> turned_away;
  int64_t reach_count = 0;
};

Turn TakeTurn(const Market& market, const CandidateIndex& index, const ScoreRule& rule, Day today,
              int32_t begin) {
  Turn turn;
  std::vector<OfferIndex> reach;
  const int32_t end = std::min(begin + kNeedsPerTurn, market.need_count());
  for (int32_t at = begin; at < end; ++at) {
    const Need need = market.need(NeedIndex{at});
    const size_t before = turn.offer.size();
    if (need.open_quantity > 0) {
      index.WithinReach(market, need, today, reach);
      turn.reach_count += static_cast<int64_t>(reach.size());
      for (OfferIndex offer_index : reach) {
        const Offer offer = market.offer(offer_index);
        if (need.agreed.binds && IsTurnedAway(market, need, offer))
          turn.turned_away.emplace_back(NeedIndex{at}, offer_index);
        if (WhyNotWithinReach(market, need, offer) != Ineligibility::kNone) continue;
        turn.offer.push_back(offer_index);
        turn.bound.push_back(static_cast<int32_t>(Bound(market, need, offer)));
        turn.score.push_back(
            ScoreOf(market, need, offer, PartsOf(market, need, offer, rule, today), rule, today));
      }
    }
    turn.count.push_back(static_cast<int32_t>(turn.offer.size() - before));
  }
  return turn;
}

// The turns' finds as one, each turn let go as soon as it is copied.
Candidates Joined(std::vector<Turn> turns, int64_t count, int32_t need_count) {
  Candidates all;
  all.need_begin.reserve(need_count + 1);
  all.need_begin.push_back(0);
  all.offer.reserve(count);
  all.bound.reserve(count);
  all.score.reserve(count);
  for (Turn& turn : turns) {
    for (int32_t of_need : turn.count) all.need_begin.push_back(all.need_begin.back() + of_need);
    all.offer.insert(all.offer.end(), turn.offer.begin(), turn.offer.end());
    all.bound.insert(all.bound.end(), turn.bound.begin(), turn.bound.end());
    all.score.insert(all.score.end(), turn.score.begin(), turn.score.end());
    all.declined.insert(all.declined.end(), turn.turned_away.begin(), turn.turned_away.end());
    all.reach_count += turn.reach_count;
    turn = Turn();
  }
  return all;
}

}  // namespace

Candidate CandidateOf(const Market& market, const Need& need, OfferIndex index, const ScoreRule& rule,
                      Day today) {
  const Offer offer = market.offer(index);
  Candidate candidate{.offer = index,
                      .parts = PartsOf(market, need, offer, rule, today),
                      .bound = Bound(market, need, offer),
                      .price = PriceFor(need, offer)};
  candidate.score = ScoreOf(market, need, offer, candidate.parts, rule, today);
  const Point from = market.PlaceOf(offer);
  const Point to = market.PlaceOf(need);
  if (from.present() && to.present()) candidate.distance_m = DistanceMetres(from, to);
  return candidate;
}

std::vector<Candidate> CandidatesOf(const Market& market, const CandidateIndex& index, const Need& need,
                                    const ScoreRule& rule, Day today) {
  std::vector<OfferIndex> reach;
  index.WithinReach(market, need, today, reach);
  std::vector<Candidate> candidates;
  for (OfferIndex offer : reach) {
    if (WhyNotWithinReach(market, need, market.offer(offer)) != Ineligibility::kNone) continue;
    candidates.push_back(CandidateOf(market, need, offer, rule, today));
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(b.score, a.offer) < std::tie(a.score, b.offer);
  });
  return candidates;
}

std::vector<Candidate> TurnedAway(const Market& market, const CandidateIndex& index, const Need& need,
                                  const ScoreRule& rule, Day today) {
  std::vector<Candidate> turned_away;
  if (!need.agreed.binds) return turned_away;
  Need free = need;
  free.agreed = {};
  for (Candidate& candidate : CandidatesOf(market, index, free, rule, today)) {
    if (!IsTurnedAway(market, need, market.offer(candidate.offer))) continue;
    candidate.bound = 0;
    turned_away.push_back(candidate);
  }
  return turned_away;
}

absl::StatusOr<Candidates> FindCandidates(const Market& market, const CandidateIndex& index,
                                          const ScoreRule& rule, Day today, const CandidateOptions& options) {
  const int32_t turn_count = (market.need_count() + kNeedsPerTurn - 1) / kNeedsPerTurn;
  std::vector<Turn> turns(turn_count);
  std::atomic<int32_t> next = 0;
  std::atomic<int64_t> count = 0;
  std::atomic<bool> stopped = false;
  const auto work = [&] {
    for (int32_t at = next++; at < turn_count && !stopped && count <= options.count_max; at = next++) {
      if (options.stop()) stopped = true;
      turns[at] = TakeTurn(market, index, rule, today, at * kNeedsPerTurn);
      count += static_cast<int64_t>(turns[at].offer.size());
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < options.threads; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (stopped) return absl::CancelledError("finding candidates was stopped");
  if (count > options.count_max) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "more than ", options.count_max, " candidates: narrow the offers' coverage or clear by parts"));
  }
  return Joined(std::move(turns), count, market.need_count());
}

int64_t DropCandidates(Candidates* candidates, absl::FunctionRef<bool(NeedIndex, OfferIndex)> drop) {
  int64_t kept = 0;
  for (size_t need = 0; need + 1 < candidates->need_begin.size(); ++need) {
    const int64_t begin = std::exchange(candidates->need_begin[need], kept);
    for (int64_t at = begin; at < candidates->need_begin[need + 1]; ++at) {
      if (drop(NeedIndex{static_cast<int32_t>(need)}, candidates->offer[at])) continue;
      candidates->offer[kept] = candidates->offer[at];
      candidates->bound[kept] = candidates->bound[at];
      candidates->score[kept] = candidates->score[at];
      ++kept;
    }
  }
  const int64_t dropped = candidates->count() - kept;
  candidates->need_begin.back() = kept;
  candidates->offer.resize(kept);
  candidates->bound.resize(kept);
  candidates->score.resize(kept);
  return dropped;
}

void DropDeclined(Candidates* candidates, absl::FunctionRef<bool(NeedIndex, OfferIndex)> drop) {
  auto& declined = candidates->declined;
  declined.erase(std::remove_if(declined.begin(), declined.end(),
                                [&](const auto& pair) { return drop(pair.first, pair.second); }),
                 declined.end());
}

void SetAside(Candidates* candidates, absl::FunctionRef<bool(NeedIndex, OfferIndex)> declined) {
  DropCandidates(candidates, [&](NeedIndex need, OfferIndex offer) {
    const bool is_declined = declined(need, offer);
    if (is_declined) candidates->declined.emplace_back(need, offer);
    return is_declined;
  });
  std::stable_sort(candidates->declined.begin(), candidates->declined.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
}

}  // namespace ayni::matcher
