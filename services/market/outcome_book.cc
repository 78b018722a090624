#include "services/market/outcome_book.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ayni::services {

std::optional<bool> SuccessOf(const v1::Match& match) {
  switch (match.state()) {
    case v1::Match::STATE_CONFIRMED:
    case v1::Match::STATE_SETTLED:
      // Without a rating an administrator decided, and found that something was delivered.
      return match.confirmation().rating() == 0 || match.confirmation().rating() >= kSuccessRatingLeast;
    case v1::Match::STATE_CANCELLED:
      // What a cooperative or an administrator calls off says nothing of the TAP, unless it was disputed.
      if (match.ending().side() == v1::SIDE_TAP ||
          match.dispute().outcome() == v1::Dispute::OUTCOME_NOT_DELIVERED)
        return false;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::vector<std::string> OutcomeBook::Put(const v1::Match& match) {
  const std::optional<bool> success = SuccessOf(match);
  const auto known = sides_.find(match.name());
  if (!success.has_value() && known == sides_.end()) return {};
  std::vector<std::pair<std::string, OutcomeCounts>> before = {{match.tap(), Of(match.tap())}};
  if (known != sides_.end()) {
    if (known->second.tap != match.tap()) before.emplace_back(known->second.tap, Of(known->second.tap));
    Remove(match.name());
  }
  if (success.has_value()) Add(match, *success);
  std::vector<std::string> changed;
  for (auto& [tap, counts] : before) {
    if (Of(tap) != counts) changed.push_back(std::move(tap));
  }
  return changed;
}

OutcomeCounts OutcomeBook::Of(absl::string_view tap) const {
  const auto found = of_tap_.find(tap);
  return found == of_tap_.end() ? OutcomeCounts() : found->second.counts;
}

bool OutcomeBook::IsLater(const Outcome& a, const Outcome& b) {
  return std::tuple(a.time.seconds(), a.time.nanos(), a.match) >
         std::tuple(b.time.seconds(), b.time.nanos(), b.match);
}

OutcomeCounts OutcomeBook::CountsOf(const std::vector<Outcome>& of_cooperative) {
  const size_t counted = std::min<size_t>(of_cooperative.size(), kOutcomesPerCooperativeMax);
  OutcomeCounts counts;
  for (size_t at = 0; at < counted; ++at) {
    ++counts.outcomes;
    counts.successes += of_cooperative[at].success ? 1 : 0;
  }
  return counts;
}

template <typename ChangeList>
void OutcomeBook::Change(const Sides& sides, const ChangeList& change) {
  OfTap& tap = of_tap_[sides.tap];
  std::vector<Outcome>& list = tap.outcomes[sides.cooperative];
  const OutcomeCounts before = CountsOf(list);
  change(&list);
  const OutcomeCounts after = CountsOf(list);
  tap.counts.outcomes += after.outcomes - before.outcomes;
  tap.counts.successes += after.successes - before.successes;
  if (list.empty()) tap.outcomes.erase(sides.cooperative);
  if (tap.outcomes.empty()) of_tap_.erase(sides.tap);
}

void OutcomeBook::Add(const v1::Match& match, bool success) {
  const bool is_confirmed = match.state() != v1::Match::STATE_CANCELLED;
  Outcome outcome{.match = match.name(),
                  .time = is_confirmed ? match.confirmation().word().time() : match.ending().word().time(),
                  .success = success};
  const Sides sides{match.tap(), match.cooperative()};
  sides_.insert_or_assign(match.name(), sides);
  Change(sides, [&](std::vector<Outcome>* list) {
    const auto place = std::upper_bound(list->begin(), list->end(), outcome, IsLater);
    list->insert(place, std::move(outcome));
  });
}

void OutcomeBook::Remove(absl::string_view match) {
  const auto found = sides_.find(match);
  const Sides sides = found->second;
  sides_.erase(found);
  Change(sides, [&](std::vector<Outcome>* list) {
    list->erase(
        std::remove_if(list->begin(), list->end(), [&](const Outcome& each) { return each.match == match; }),
        list->end());
  });
}

}  // namespace ayni::services
