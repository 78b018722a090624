#include "services/market/declines.h"

#include <algorithm>
#include <tuple>

#include "services/market/engine_day.h"

namespace ayni::services {
namespace {

bool IsLater(const Decline& a, const Decline& b) {
  return std::tuple(a.time.seconds(), a.time.nanos(), a.match) >
         std::tuple(b.time.seconds(), b.time.nanos(), b.match);
}

}  // namespace

void Declines::Put(const v1::Match& match) {
  Remove(match);
  // Markets that rounds kept before a decline counted say nothing of who it was.
  if (match.state() != v1::Match::STATE_DECLINED || match.ending().side() == v1::SIDE_UNSPECIFIED) return;
  std::vector<Decline>& all = by_need_[match.need()];
  Decline decline{.match = match.name(),
                  .offer = match.offer(),
                  .window = WindowOf(match.window()),
                  .district = match.district(),
                  .currency = match.unit_price().currency(),
                  .unit_price = match.unit_price().minor_units(),
                  .side = match.ending().side(),
                  .time = match.ending().word().time()};
  const auto place = std::upper_bound(all.begin(), all.end(), decline, IsLater);
  all.insert(place, std::move(decline));
}

void Declines::Remove(const v1::Match& match) {
  const auto found = by_need_.find(match.need());
  if (found == by_need_.end()) return;
  std::vector<Decline>& all = found->second;
  all.erase(
      std::remove_if(all.begin(), all.end(), [&](const Decline& each) { return each.match == match.name(); }),
      all.end());
  if (all.empty()) by_need_.erase(found);
}

absl::Span<const Decline> Declines::Of(absl::string_view need) const {
  const auto found = by_need_.find(need);
  return found == by_need_.end() ? absl::Span<const Decline>() : absl::MakeConstSpan(found->second);
}

}  // namespace ayni::services
