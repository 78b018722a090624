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
// Distances are rounded to metres and coordinates to millimetres: a circle wider by this holds every point
// within it.
constexpr double kSlackMetres = 2;

S2CellId CellOf(const Point& place) { return S2CellId(S2Point(place.x, place.y, place.z).Normalize()); }

double RadiansOf(int32_t radius_m) {
  return (radius_m + kSlackMetres) / static_cast<double>(kEarthRadiusMetres);
}

// Cells that take in the circle: the four around the corner next to its middle, where half a cell is wider
// than the radius, or the whole earth.
std::vector<S2CellId> CellsAround(const Point& middle, int32_t radius_m, int level_max) {
  const int level = std::min(S2::kMinWidth.GetLevelForMinValue(RadiansOf(radius_m)) - 1, level_max);
  std::vector<S2CellId> cells;
  if (level < 0) {
    for (int face = 0; face < 6; ++face) cells.push_back(S2CellId::FromFace(face));
  } else {
    CellOf(middle).AppendVertexNeighbors(level, &cells);
  }
  return cells;
}

// A chord is shorter than its arc.
int32_t ChordAtLeast(int32_t radius_m) {
  return static_cast<int32_t>(std::min(RadiansOf(radius_m), 1.0) * (int64_t{1} << 30));
}

constexpr auto kByFirstDay = [](const auto& a, const auto& b) {
  return std::tie(a.window.first, a.offer) < std::tie(b.window.first, b.offer);
};

// From the block of position `from` on.
template <typename Posting>
void SetBlockLasts(std::vector<Posting>& shelf, size_t from) {
  for (size_t block = from / kBlock * kBlock; block < shelf.size(); block += kBlock) {
    Day last = kDayMin;
    const size_t end = std::min(block + kBlock, shelf.size());
    for (size_t at = block; at < end; ++at) last = std::max(last, shelf[at].window.last);
    shelf[block].block_last = last;
  }
}

template <typename Shelves>
void SortAll(Shelves& shelves) {
  for (auto& [key, shelf] : shelves) {
    std::sort(shelf.begin(), shelf.end(), kByFirstDay);
    shelf.shrink_to_fit();
    SetBlockLasts(shelf, 0);
  }
}

template <typename Shelves, typename Visit>
void ForEachOverlapping(const Shelves& shelves, const typename Shelves::key_type& key, Window window,
                        Visit visit) {
  const auto found = shelves.find(key);
  if (found == shelves.end()) return;
  const auto& shelf = found->second;
  for (size_t block = 0; block < shelf.size(); block += kBlock) {
    if (shelf[block].window.first > window.last) return;
    if (shelf[block].block_last < window.first) continue;
    const size_t end = std::min(block + kBlock, shelf.size());
    for (size_t at = block; at < end && shelf[at].window.first <= window.last; ++at) {
      if (shelf[at].window.last >= window.first) visit(shelf[at]);
    }
  }
}

template <typename Shelves>
size_t BytesOf(const Shelves& shelves) {
  size_t bytes = shelves.capacity() * (sizeof(typename Shelves::value_type) + 1);
  for (const auto& [key, shelf] : shelves) bytes += shelf.capacity() * sizeof(shelf[0]);
  return bytes;
}

}  // namespace

template <typename Visit>
void CandidateIndex::ForEachPosting(OfferIndex index, const Offer& offer, Visit visit) {
  if (offer.open_capacity <= 0) return;
  const Posting posting{offer.window, index};
  for (TerritoryIndex territory : offer.territories) {
    for (ChainIndex chain : offer.chains) {
      visit(by_territory_, Key{offer.service, chain, static_cast<uint64_t>(territory.value)}, posting);
    }
  }
  if (offer.radius_m <= 0 || !offer.place.present()) return;
  const CirclePosting circle{posting, offer.place, ChordAtLeast(offer.radius_m)};
  for (S2CellId cell : CellsAround(offer.place, offer.radius_m, kCellLevelMax)) {
    for (ChainIndex chain : offer.chains) visit(by_cell_, Key{offer.service, chain, cell.id()}, circle);
  }
}

CandidateIndex::CandidateIndex(const Market& market) {
  for (int32_t at = 0; at < market.offer_count(); ++at) {
    const OfferIndex index{at};
    ForEachPosting(index, market.offer(index), [this](auto& shelves, const Key& key, const auto& posting) {
      shelves[key].push_back(posting);
      Count(key, posting, 1);
    });
  }
  SortAll(by_territory_);
  SortAll(by_cell_);
}

void CandidateIndex::Insert(const Market& market, OfferIndex index) {
  ForEachPosting(index, market.offer(index), [this](auto& shelves, const Key& key, const auto& posting) {
    auto& shelf = shelves[key];
    const auto at = shelf.insert(std::upper_bound(shelf.begin(), shelf.end(), posting, kByFirstDay), posting);
    SetBlockLasts(shelf, at - shelf.begin());
    Count(key, posting, 1);
  });
}

void CandidateIndex::Remove(const Market& market, OfferIndex index) {
  ForEachPosting(index, market.offer(index), [this](auto& shelves, const Key& key, const auto& posting) {
    const auto found = shelves.find(key);
    INVARIANT(found != shelves.end(), "an indexed offer has a posting under each of its places");
    auto& shelf = found->second;
    const auto at = std::lower_bound(shelf.begin(), shelf.end(), posting, kByFirstDay);
    INVARIANT(at != shelf.end() && at->offer == posting.offer,
              "an indexed offer has a posting in each of its shelves");
    SetBlockLasts(shelf, shelf.erase(at) - shelf.begin());
    if (shelf.empty()) shelves.erase(found);
    Count(key, posting, -1);
  });
}

int64_t CandidateIndex::WithinReach(const Market& market, const Need& need, Day today,
                                    std::vector<OfferIndex>& offers) const {
  offers.clear();
  int64_t read_count = 0;
  const Window window{std::max(need.window.first, today), need.window.last};
  if (window.last < window.first) return read_count;
  TerritoryIndex territory = need.district;
  for (int depth = 0; depth < kTerritoryDepthMax && territory.present(); ++depth) {
    ForEachOverlapping(by_territory_, {need.service, need.chain, static_cast<uint64_t>(territory.value)},
                       window, [&](const Posting& posting) {
                         ++read_count;
                         offers.push_back(posting.offer);
                       });
    territory = market.territory(territory).parent;
  }
  if (const Point place = market.PlaceOf(need); place.present()) {
    const S2CellId leaf = CellOf(place);
    for (int level = 0; level <= kCellLevelMax; ++level) {
      if (postings_at_level_[level] == 0) continue;
      ForEachOverlapping(by_cell_, {need.service, need.chain, leaf.parent(level).id()}, window,
                         [&](const CirclePosting& circle) {
                           ++read_count;
                           const int64_t chord = circle.chord;
                           if (SquaredChord(circle.middle, place) > chord * chord) return;
                           const int32_t radius_m = market.offer(circle.offer).radius_m;
                           if (DistanceMetres(circle.middle, place) <= radius_m)
                             offers.push_back(circle.offer);
                         });
    }
  }
  std::sort(offers.begin(), offers.end());
  offers.erase(std::unique(offers.begin(), offers.end()), offers.end());
  return read_count;
}

void CandidateIndex::Count(const Key&, const Posting&, int64_t change) { posting_count_ += change; }

void CandidateIndex::Count(const Key& key, const CirclePosting&, int64_t change) {
  posting_count_ += change;
  postings_at_level_[S2CellId(key.place).level()] += change;
}

size_t CandidateIndex::ByteSize() const { return BytesOf(by_territory_) + BytesOf(by_cell_); }

}  // namespace ayni::matcher
