#include "matcher/candidate_index.h"

#include <s2/s2cell_id.h>
#include <s2/s2metrics.h>
#include <s2/s2point.h>

#include <algorithm>
#include <tuple>

#include "matcher/ineligibility.h"
#include "matcher/invariant.h"

namespace ayni::matcher {
namespace {

constexpr size_t kBlock = 32;
// The finest cells are of some 200 m, so that needs look under few levels and ids are far above any index.
constexpr int kCellLevelMax = 15;
static_assert((uint64_t{1} << (2 * (30 - kCellLevelMax))) > (uint64_t{1} << 29));
// Distances are rounded to metres and coordinates to millimetres: a circle wider by this holds every point
// within it.
constexpr double kSlackMetres = 2;

S2CellId CellOf(const Point& place) { return S2CellId(S2Point(place.x, place.y, place.z).Normalize()); }

// Cells that take in the circle: the four around the corner next to its middle, where half a cell is wider
// than the radius, or the whole earth.
std::vector<S2CellId> CellsAround(const Point& place, int32_t radius_m) {
  const double radians = (radius_m + kSlackMetres) / static_cast<double>(kEarthRadiusMetres);
  const int level = std::min(S2::kMinWidth.GetLevelForMinValue(radians) - 1, kCellLevelMax);
  std::vector<S2CellId> cells;
  if (level < 0) {
    for (int face = 0; face < 6; ++face) cells.push_back(S2CellId::FromFace(face));
  } else {
    CellOf(place).AppendVertexNeighbors(level, &cells);
  }
  return cells;
}

}  // namespace

template <typename Visit>
void CandidateIndex::ForEachPlace(const Offer& offer, Visit visit) {
  for (TerritoryIndex territory : offer.territories) visit(static_cast<uint64_t>(territory.value), -1);
  if (offer.radius_m <= 0 || !offer.place.present()) return;
  for (S2CellId cell : CellsAround(offer.place, offer.radius_m)) visit(cell.id(), cell.level());
}

template <typename Visit>
void CandidateIndex::ForEachOverlapping(const Shelf& shelf, Window window, Visit visit) {
  for (size_t block = 0; block < shelf.size(); block += kBlock) {
    if (shelf[block].window.first > window.last) return;
    if (shelf[block].block_last < window.first) continue;
    const size_t end = std::min(block + kBlock, shelf.size());
    for (size_t at = block; at < end && shelf[at].window.first <= window.last; ++at) {
      if (shelf[at].window.last >= window.first) visit(shelf[at].offer);
    }
  }
}

void CandidateIndex::SetBlockLasts(Shelf& shelf, size_t from) {
  for (size_t block = from / kBlock * kBlock; block < shelf.size(); block += kBlock) {
    Day last = kDayMin;
    const size_t end = std::min(block + kBlock, shelf.size());
    for (size_t at = block; at < end; ++at) last = std::max(last, shelf[at].window.last);
    shelf[block].block_last = last;
  }
}

namespace {

constexpr auto kByFirstDay = [](const auto& a, const auto& b) {
  return std::tie(a.window.first, a.offer) < std::tie(b.window.first, b.offer);
};

}  // namespace

CandidateIndex::CandidateIndex(const Market& market) {
  for (int32_t at = 0; at < market.offer_count(); ++at) {
    const OfferIndex index{at};
    const Offer offer = market.offer(index);
    if (offer.open_capacity <= 0) continue;
    ForEachPlace(offer, [&](uint64_t place, int level) {
      for (ChainIndex chain : offer.chains) {
        shelves_[Key{offer.service, chain, place}].push_back({offer.window, index});
        ++posting_count_;
        if (level >= 0) ++postings_at_level_[level];
      }
    });
  }
  for (auto& [key, shelf] : shelves_) {
    std::sort(shelf.begin(), shelf.end(), kByFirstDay);
    SetBlockLasts(shelf, 0);
  }
}

void CandidateIndex::Insert(const Market& market, OfferIndex index) {
  const Offer offer = market.offer(index);
  if (offer.open_capacity <= 0) return;
  ForEachPlace(offer, [&](uint64_t place, int level) {
    for (ChainIndex chain : offer.chains) {
      Shelf& shelf = shelves_[Key{offer.service, chain, place}];
      const Posting posting{offer.window, index};
      const auto at =
          shelf.insert(std::upper_bound(shelf.begin(), shelf.end(), posting, kByFirstDay), posting);
      SetBlockLasts(shelf, at - shelf.begin());
      ++posting_count_;
      if (level >= 0) ++postings_at_level_[level];
    }
  });
}

void CandidateIndex::Remove(const Market& market, OfferIndex index) {
  const Offer offer = market.offer(index);
  if (offer.open_capacity <= 0) return;
  ForEachPlace(offer, [&](uint64_t place, int level) {
    for (ChainIndex chain : offer.chains) {
      const auto found = shelves_.find(Key{offer.service, chain, place});
      INVARIANT(found != shelves_.end(), "an indexed offer has a posting under each of its places");
      Shelf& shelf = found->second;
      const auto at = std::lower_bound(shelf.begin(), shelf.end(), Posting{offer.window, index}, kByFirstDay);
      INVARIANT(at != shelf.end() && at->offer == index,
                "an indexed offer has one posting under each of its places");
      SetBlockLasts(shelf, shelf.erase(at) - shelf.begin());
      if (shelf.empty()) shelves_.erase(found);
      --posting_count_;
      if (level >= 0) --postings_at_level_[level];
    }
  });
}

void CandidateIndex::WithinReach(const Market& market, const Need& need, Day today,
                                 std::vector<OfferIndex>& offers) const {
  offers.clear();
  const Window window{std::max(need.window.first, today), need.window.last};
  if (window.last < window.first) return;
  TerritoryIndex territory = need.district;
  for (int depth = 0; depth < kTerritoryDepthMax && territory.present(); ++depth) {
    const auto shelf = shelves_.find(Key{need.service, need.chain, static_cast<uint64_t>(territory.value)});
    if (shelf != shelves_.end()) {
      ForEachOverlapping(shelf->second, window, [&offers](OfferIndex offer) { offers.push_back(offer); });
    }
    territory = market.territory(territory).parent;
  }
  const Point place = market.PlaceOf(need);
  if (place.present()) {
    const S2CellId leaf = CellOf(place);
    for (int level = 0; level <= kCellLevelMax; ++level) {
      if (postings_at_level_[level] == 0) continue;
      const auto shelf = shelves_.find(Key{need.service, need.chain, leaf.parent(level).id()});
      if (shelf == shelves_.end()) continue;
      ForEachOverlapping(shelf->second, window, [&](OfferIndex index) {
        const Offer offer = market.offer(index);
        if (DistanceMetres(offer.place, place) <= offer.radius_m) offers.push_back(index);
      });
    }
  }
  std::sort(offers.begin(), offers.end());
  offers.erase(std::unique(offers.begin(), offers.end()), offers.end());
}

size_t CandidateIndex::ByteSize() const {
  size_t bytes = shelves_.capacity() * (sizeof(std::pair<Key, Shelf>) + 1);
  for (const auto& [key, shelf] : shelves_) bytes += shelf.capacity() * sizeof(Posting);
  return bytes;
}

}  // namespace ayni::matcher
