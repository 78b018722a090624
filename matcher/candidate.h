// All (need, offer) pairs that are eligible, with their scores: the edges of the clearing problem.
#ifndef AYNI_MATCHER_CANDIDATE_H_
#define AYNI_MATCHER_CANDIDATE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "matcher/candidate_index.h"
#include "matcher/market.h"
#include "matcher/score.h"

namespace ayni::matcher {

inline constexpr int64_t kCandidatesMax = 400'000'000;

// One pair, for people to read.
struct Candidate {
  OfferIndex offer;
  int32_t score = 0;
  ScoreParts parts;
  Units bound = 0;
  // A unit, as PriceFor says.
  MinorUnits price = 0;
  // Metres between where the TAP sets out and the need; absent where either place is unknown.
  std::optional<int32_t> distance_m = std::nullopt;
};

// REQUIRES: the pair is eligible.
Candidate CandidateOf(const Market& market, const Need& need, OfferIndex offer, const ScoreRule& rule,
                      Day today);

// Of one need, best score first, then by offer. Costs the offers within reach.
std::vector<Candidate> CandidatesOf(const Market& market, const CandidateIndex& index, const Need& need,
                                    const ScoreRule& rule, Day today);
// Those that the need's agreement alone keeps away, with a bound of 0: nothing can be matched of them.
std::vector<Candidate> TurnedAway(const Market& market, const CandidateIndex& index, const Need& need,
                                  const ScoreRule& rule, Day today);

// Of a whole market: those of need n stand in [need_begin[n], need_begin[n + 1]), ascending by offer.
struct Candidates {
  std::vector<int64_t> need_begin;
  std::vector<OfferIndex> offer;
  std::vector<Units> bound;
  std::vector<int32_t> score;
  // Pairs that would be candidates, had one side not said no to them, or were the need not asked for under an
  // agreement: nothing can be matched of them, but they are a choice that the need had, and so their
  // controllers count as eligible. Ascending by need.
  std::vector<std::pair<NeedIndex, OfferIndex>> declined = {};
  // Pairs within reach, of which these are those that nothing else rules out.
  int64_t reach_count = 0;

  int64_t count() const { return static_cast<int64_t>(offer.size()); }
};

// Takes those out of which `drop` says so, which is asked of each in order. Returns how many there were.
int64_t DropCandidates(Candidates* candidates, absl::FunctionRef<bool(NeedIndex, OfferIndex)> drop);
// Takes those out of `declined` of which `drop` says so.
void DropDeclined(Candidates* candidates, absl::FunctionRef<bool(NeedIndex, OfferIndex)> drop);
// As DropCandidates, and keeps them among those that were declined.
void SetAside(Candidates* candidates, absl::FunctionRef<bool(NeedIndex, OfferIndex)> declined);

struct CandidateOptions {
  // The result does not depend on it. At least 1.
  int threads = 1;
  // Asked every few hundred needs, on any of the threads; true ends the search.
  std::function<bool()> stop = [] { return false; };
  // At most kCandidatesMax.
  int64_t count_max = kCandidatesMax;
};

// Cancelled where stop said so, ResourceExhausted where there are more than count_max.
absl::StatusOr<Candidates> FindCandidates(const Market& market, const CandidateIndex& index,
                                          const ScoreRule& rule, Day today,
                                          const CandidateOptions& options = {});

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CANDIDATE_H_
