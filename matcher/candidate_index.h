// The open offers, ordered by service, value chain, place and time, so that a need finds those within its
// reach without looking at any other.
//
// For each service and chain of an offer there is a posting under every territory that it names, and, where
// it has a radius, under at most four S2 cells that take the circle in. A need looks under its district and
// all above it, and under the cells that hold its place; postings stand by first day with the latest last day
// of every block, so windows that do not overlap are passed over unread. Only the circle itself is left to be
// measured.
//
// A live market keeps it current: Remove an offer before its row changes, Insert it after. Many threads may
// read while none writes.
#ifndef AYNI_MATCHER_CANDIDATE_INDEX_H_
#define AYNI_MATCHER_CANDIDATE_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "matcher/market.h"

namespace ayni::matcher {

class CandidateIndex {
 public:
  CandidateIndex() = default;
  // Of all open offers of the market: faster than inserting each.
  explicit CandidateIndex(const Market& market);

  // Costs a few copies for each posting. An offer with nothing open has no postings.
  // REQUIRES: the offer is not in the index.
  void Insert(const Market& market, OfferIndex offer);
  // REQUIRES: the market's row of the offer is as it was inserted.
  void Remove(const Market& market, OfferIndex offer);

  // Puts into `offers` those for which none of the first four reasons of Ineligibility holds, ascending, each
  // once. Returns how many postings it read: what the search costs.
  int64_t WithinReach(const Market& market, const Need& need, Day today,
                      std::vector<OfferIndex>& offers) const;

  size_t posting_count() const { return posting_count_; }
  size_t ByteSize() const;

 private:
  // The finest cells are of some 200 m, so that needs look under few levels.
  static constexpr int kCellLevelMax = 15;

  struct Key {
    ServiceIndex service;
    ChainIndex chain;
    uint64_t place;  // a territory's index or an S2 cell's id

    friend bool operator==(const Key&, const Key&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.service.value, key.chain.value, key.place);
    }
  };
  struct Posting {
    Window window;
    OfferIndex offer;
    // In the first posting of a block, the latest last day of the block.
    Day block_last = kDayMin;
  };
  struct CirclePosting : Posting {
    Point middle;
    // Times 2^30, and no less than that of the radius.
    int32_t chord = 0;
  };
  // Ascending by first day, then offer.
  template <typename AnyPosting>
  using Shelves = absl::flat_hash_map<Key, std::vector<AnyPosting>>;

  // Calls visit(shelves, key, posting) for every posting of the offer.
  template <typename Visit>
  void ForEachPosting(OfferIndex index, const Offer& offer, Visit visit);
  void Count(const Key& key, const Posting& posting, int64_t change);
  void Count(const Key& key, const CirclePosting& posting, int64_t change);

  Shelves<Posting> by_territory_;
  Shelves<CirclePosting> by_cell_;
  // Levels of the cells in by_cell_, so that a need looks under no other.
  std::array<int64_t, kCellLevelMax + 1> postings_at_level_ = {};
  size_t posting_count_ = 0;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_CANDIDATE_INDEX_H_
