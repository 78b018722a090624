#include "services/planning/reached_districts.h"

#include <algorithm>
#include <cstdint>

#include "matcher/position.h"

namespace ayni::services {
namespace {

// Of a straight line as long as the radius and 2 m more: what is farther by SquaredChord is farther along the
// earth, without measuring that.
int64_t SquaredChordMax(int32_t radius_m) {
  const int64_t chord = ((int64_t{radius_m} + 2) << 30) / matcher::kEarthRadiusMetres + 1;
  const int64_t longest = int64_t{1} << 31;
  return std::min(chord, longest) * std::min(chord, longest);
}

}  // namespace

ReachedDistricts::ReachedDistricts(const matcher::Market& market)
    : market_(market), districts_(market.territory_count()) {
  std::vector<bool> holds_others(market.territory_count());
  for (int32_t at = 0; at < market.territory_count(); ++at) {
    const matcher::TerritoryIndex parent = market.territory(matcher::TerritoryIndex{at}).parent;
    if (parent.present()) holds_others[parent.at()] = true;
  }
  for (int32_t at = 0; at < market.territory_count(); ++at) {
    if (holds_others[at]) continue;
    const matcher::TerritoryIndex district{at};
    if (market.territory(district).place.present()) placed_.push_back(district);
    matcher::TerritoryIndex above = district;
    for (int depth = 0; depth < matcher::kTerritoryDepthMax && above.present(); ++depth) {
      districts_[above.at()].push_back(district);
      above = market.territory(above).parent;
    }
  }
}

std::vector<matcher::TerritoryIndex> ReachedDistricts::By(const matcher::Offer& offer) const {
  std::vector<matcher::TerritoryIndex> reached;
  for (const matcher::TerritoryIndex territory : offer.territories) {
    if (!territory.present() || territory.at() >= districts_.size()) continue;
    const auto& in_it = districts_[territory.at()];
    reached.insert(reached.end(), in_it.begin(), in_it.end());
  }
  if (offer.radius_m > 0 && offer.place.present()) {
    const int64_t chord_max = SquaredChordMax(offer.radius_m);
    for (const matcher::TerritoryIndex district : placed_) {
      const matcher::Point& place = market_.territory(district).place;
      if (matcher::SquaredChord(offer.place, place) <= chord_max &&
          matcher::DistanceMetres(offer.place, place) <= offer.radius_m)
        reached.push_back(district);
    }
  }
  std::sort(reached.begin(), reached.end());
  reached.erase(std::unique(reached.begin(), reached.end()), reached.end());
  return reached;
}

}  // namespace ayni::services
