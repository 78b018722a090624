#include "matcher/score.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matcher/ineligibility.h"

namespace ayni::matcher {
namespace {

constexpr int32_t kMonthsPerYear = 12;

int32_t PerMille(int64_t part, int64_t whole) { return static_cast<int32_t>(kPartMax * part / whole); }

int32_t FitPart(const Need& need, const Offer& offer, Day today) {
  const Window shared = SharedDays(need, offer, today);
  return PerMille(int64_t{shared.last} - shared.first + 1, int64_t{need.window.last} - need.window.first + 1);
}

int32_t DistancePart(const Market& market, const Need& need, const Offer& offer) {
  const Point from = market.PlaceOf(offer);
  const Point to = market.PlaceOf(need);
  if (!from.present() || !to.present()) return 0;
  return PerMille(kHalfDistanceMetres, int64_t{kHalfDistanceMetres} + DistanceMetres(from, to));
}

int32_t PricePart(const Need& need, const Offer& offer) {
  if (need.highest_price == 0) return kPartMax;
  return PerMille(need.highest_price - PriceFor(need, offer), need.highest_price);
}

int32_t LanguagePart(const Need& need, const Offer& offer) {
  const auto shared =
      std::count_if(need.languages.begin(), need.languages.end(), [&offer](LanguageIndex language) {
        return std::binary_search(offer.languages.begin(), offer.languages.end(), language);
      });
  return PerMille(shared, static_cast<int64_t>(need.languages.size()));
}

int32_t WaitingPart(const Need& need, int32_t full_waiting_days, Day today) {
  const int64_t days = std::clamp<int64_t>(int64_t{today} - need.posted, 0, full_waiting_days);
  return PerMille(days, full_waiting_days);
}

int32_t WishesPart(const Need& need, const Tap& tap) {
  const Wishes& wishes = need.wishes;
  const int wished = wishes.community_tap + wishes.woman_tap + wishes.same_district;
  if (wished == 0) return kPartMax;
  const bool same_district = tap.district.present() && tap.district == need.district;
  const int come_true = (wishes.community_tap && tap.model == TapModel::kCommunity) +
                        (wishes.woman_tap && tap.gender == Gender::kWoman) +
                        (wishes.same_district && same_district);
  return PerMille(come_true, wished);
}

int32_t UrgencyPart(Urgency urgency) {
  switch (urgency) {
    case Urgency::kNormal:
      return 0;
    case Urgency::kHigh:
      return kPartMax / 2;
    case Urgency::kCritical:
      return kPartMax;
  }
  return 0;
}

int32_t TrainingPart(const Tap& tap, Day today) {
  std::array<bool, kCurriculumCount + 1> holds = {};
  for (const Credential& credential : tap.credentials) {
    if (credential.window.first <= today && today <= credential.window.last)
      holds[static_cast<size_t>(credential.curriculum)] = true;
  }
  return PerMille(std::count(holds.begin() + 1, holds.end(), true), kCurriculumCount);
}

int32_t OriginPart(const Need& need, const Tap& tap, int32_t long_contract_days) {
  const int64_t days = int64_t{need.window.last} - need.window.first + 1;
  const bool is_long = long_contract_days > 0 && days >= long_contract_days;
  return is_long && tap.model == TapModel::kCommunity ? kPartMax : 0;
}

template <typename Item>
bool Has(const std::vector<Item>& list, Item item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

absl::Status CheckRange(const char* name, int32_t value, int32_t most) {
  if (value >= 0 && value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(name, ": 0 to ", most));
}

}  // namespace

absl::Status Validate(const ScoreRule& rule) {
  const ScoreParts& weights = rule.weights;
  int64_t sum = 0;
  for (int32_t weight :
       {weights.fit, weights.distance, weights.price, weights.expected_success, weights.language,
        weights.waiting_time, weights.wishes, weights.urgency, weights.training, weights.origin}) {
    if (weight < 0) return absl::InvalidArgumentError("score weights: each is at least 0");
    sum += weight;
  }
  if (sum != kWeightSum) {
    return absl::InvalidArgumentError(
        absl::StrCat("score weights: they sum to ", sum, ", not to ", kWeightSum));
  }
  for (int32_t success : rule.success_per_mille) {
    if (success < 0 || success > kPartMax) {
      return absl::InvalidArgumentError("expected success: each is 0 to 1,000 per mille");
    }
  }
  if (rule.full_waiting_days < 1 || rule.full_waiting_days > kFullWaitingDaysMax) {
    return absl::InvalidArgumentError(absl::StrCat("full waiting days: 1 to ", kFullWaitingDaysMax));
  }
  if (rule.public_roles.size() > kPublicRolesMax)
    return absl::InvalidArgumentError(absl::StrCat("public roles: at most ", kPublicRolesMax));
  absl::Status status = CheckRange("prior strength", rule.prior_strength, kPriorStrengthMax);
  if (status.ok()) status = CheckRange("survival years", rule.survival_years_max, kSurvivalYearsMax);
  if (status.ok()) status = CheckRange("long contract days", rule.long_contract_days, kLongContractDaysMax);
  return status;
}

int32_t SuccessPerMille(const ScoreRule& rule, const Tap& tap, Day today) {
  const int64_t model = rule.success_per_mille[static_cast<size_t>(tap.model)];
  const int64_t strength = rule.prior_strength;
  if (strength == 0) return static_cast<int32_t>(model);
  const int64_t years =
      std::min(CompletedMonths(tap.practising_since, today) / kMonthsPerYear, rule.survival_years_max);
  return static_cast<int32_t>((strength * model + kPartMax * (tap.successes + years)) /
                              (strength + tap.outcomes + years));
}

ScoreParts PartsOf(const Market& market, const Need& need, const Offer& offer, const ScoreRule& rule,
                   Day today) {
  const Tap& tap = market.tap(offer.tap);
  return {.fit = FitPart(need, offer, today),
          .distance = DistancePart(market, need, offer),
          .price = PricePart(need, offer),
          .expected_success = SuccessPerMille(rule, tap, today),
          .language = LanguagePart(need, offer),
          .waiting_time = WaitingPart(need, rule.full_waiting_days, today),
          .wishes = WishesPart(need, tap),
          .urgency = UrgencyPart(need.urgency),
          .training = TrainingPart(tap, today),
          .origin = OriginPart(need, tap, rule.long_contract_days)};
}

int32_t Score(const ScoreParts& parts, const ScoreParts& weights) {
  const int32_t score = parts.fit * weights.fit + parts.distance * weights.distance +
                        parts.price * weights.price + parts.expected_success * weights.expected_success +
                        parts.language * weights.language + parts.waiting_time * weights.waiting_time +
                        parts.wishes * weights.wishes + parts.urgency * weights.urgency +
                        parts.training * weights.training + parts.origin * weights.origin;
  return std::max(score, 1);
}

bool ComesFirst(const Market& market, const Need& need, const Offer& offer, const ScoreRule& rule,
                Day today) {
  if (rule.public_roles.empty() || offer.free_days.first > today || offer.free_days.last < today)
    return false;
  const Window shared = SharedDays(need, offer, today);
  return std::any_of(rule.public_roles.begin(), rule.public_roles.end(), [&](const PublicRole& role) {
    return role.tap == offer.tap && role.window.first <= shared.last && shared.first <= role.window.last &&
           Has(role.services, need.service) &&
           std::any_of(role.territories.begin(), role.territories.end(),
                       [&](TerritoryIndex outer) { return market.Within(need.district, outer); });
  });
}

int32_t ScoreOf(const Market& market, const Need& need, const Offer& offer, const ScoreParts& parts,
                const ScoreRule& rule, Day today) {
  const int32_t score = Score(parts, rule.weights);
  if (rule.public_roles.empty()) return score;
  return ComesFirst(market, need, offer, rule, today) ? kScoreMax : std::min(score, kScoreMax - 1);
}

}  // namespace ayni::matcher
