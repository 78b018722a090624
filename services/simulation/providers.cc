#include "services/simulation/providers.h"

#include <algorithm>
#include <deque>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/market/engine_day.h"
#include "services/planning/expected_success.h"
#include "services/simulation/calendar.h"

namespace ayni::services {
namespace {

constexpr int64_t kPerMille = 1'000;
constexpr int64_t kWholeBasisPoints = 10'000;
constexpr int32_t kOwnerBasisPoints = 2'500;  // from which on a part of a party makes its owner
constexpr char kSource[] = "simulation";

int64_t PartOf(int64_t part, int64_t whole, int64_t scale) { return whole == 0 ? 0 : part * scale / whole; }

// What of a year's capacity is for one of its rounds: all of them together have all of it.
int64_t ShareOfRound(int64_t capacity, int round, int rounds_per_year) {
  return capacity * (round + 1) / rounds_per_year - capacity * round / rounds_per_year;
}

std::string LargestOf(const std::map<std::string, int64_t>& weights) {
  const auto largest = std::max_element(weights.begin(), weights.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
  return largest == weights.end() ? "" : largest->first;
}

void AddOnce(const std::string& text, google::protobuf::RepeatedPtrField<std::string>* list) {
  if (!text.empty() && std::find(list->begin(), list->end(), text) == list->end()) *list->Add() = text;
}

}  // namespace

Providers::Providers(const StartingMarket& start, const Assumptions& assumptions, const v1::Policy& policy,
                     uint64_t seed, int rounds_per_year, MemoryRecords* records)
    : start_(start),
      assumptions_(assumptions),
      policy_(policy),
      seed_(seed),
      rounds_per_year_(rounds_per_year),
      records_(*records),
      term_last_day_(MonthsLater(start.first_day, kMonths * assumptions.term_years) - 1) {
  for (const StartingTap& tap : start_.taps) AddStarting(tap);
  for (const v1::Relation& relation : start_.relations) HoldToTerm(relation, term_last_day_);
  FindOwnedByLenders();
}

void Providers::AddStarting(const StartingTap& tap) {
  Provider& provider = providers_[tap.party.name()];
  provider.party = tap.party;
  provider.is_of_start = true;
  provider.quality = DrawQuality(tap.party);
  for (const v1::Offer& offer : tap.offers)
    provider.offerings.push_back({offer, offer.unit_price().minor_units()});
  for (v1::Credential credential : tap.credentials) {
    provider.credentials.push_back(credential.name());
    if (!credential.has_expire_date() || DayOf(credential.expire_date()) < start_.first_day) continue;
    credential.clear_expire_date();
    records_.Put(credential);
  }
}

Chance Providers::DrawQuality(const v1::Party& party) const {
  const int32_t per_mille = SuccessPerMille(policy_.expected_success(), party.tap().model());
  const uint64_t seed = Draw(seed_, "quality", party.name()).Bits();
  return DrawRates(per_mille, assumptions_.quality_strength, 1, seed).front();
}

void Providers::HoldToTerm(v1::Relation relation, matcher::Day last_day) {
  const bool is_public =
      relation.type() == v1::RELATION_TYPE_FUNDS && start_.public_bodies.contains(relation.subject());
  if (!is_public || (relation.has_end_date() && DayOf(relation.end_date()) < start_.first_day)) return;
  *relation.mutable_end_date() = DateOf(last_day);
  records_.Put(relation);
}

void Providers::FindOwnedByLenders() {
  std::multimap<std::string, std::string> owned;
  for (const v1::Relation& relation : start_.relations) {
    const bool owns =
        relation.type() == v1::RELATION_TYPE_OWNS && relation.share_basis_points() >= kOwnerBasisPoints;
    const bool holds = !relation.has_end_date() || DayOf(relation.end_date()) >= start_.first_day;
    if (holds && (owns || relation.type() == v1::RELATION_TYPE_CONTROLS))
      owned.emplace(relation.subject(), relation.object());
  }
  std::set<std::string> reached(start_.lenders.begin(), start_.lenders.end());
  std::deque<std::string> next(start_.lenders.begin(), start_.lenders.end());
  for (; !next.empty(); next.pop_front()) {
    for (auto [at, end] = owned.equal_range(next.front()); at != end; ++at) {
      if (reached.insert(at->second).second) next.push_back(at->second);
    }
  }
  for (auto& [name, provider] : providers_) provider.is_owned_by_lender = reached.contains(name);
}

bool Providers::HasPublicMoney(const v1::Offer& offer) const {
  return offer.has_subsidised() && start_.public_bodies.contains(offer.subsidised().funder());
}

void Providers::BeginYear(int year, matcher::Day day) {
  if (year > 0) {
    if (day > term_last_day_) EndTerm(day);
    for (const std::string& lender : start_.lenders) {
      if (Draw(seed_, "buys", lender, year).Happens(assumptions_.purchase_per_million))
        BuyFor(lender, year, day);
    }
  }
  for (auto& [name, provider] : providers_) {
    provider.earned = provider.services = provider.done_services = 0;
    for (Offering& offering : provider.offerings) offering.offered = offering.booked = 0;
  }
}

// What public money paid for is gone, and so are those who worked for public bodies; who comes next starts
// anew, as everybody does.
void Providers::EndTerm(matcher::Day day) {
  term_last_day_ = MonthsLater(day, kMonths * assumptions_.term_years) - 1;
  for (auto& [name, provider] : providers_) {
    if (!provider.works || provider.start_day >= day) continue;
    const auto is_gone = [&](const Offering& offering) {
      if (!HasPublicMoney(offering.offer)) return false;
      records_.Remove<v1::Offer>(offering.offer.name());
      return true;
    };
    provider.offerings.erase(std::remove_if(provider.offerings.begin(), provider.offerings.end(), is_gone),
                             provider.offerings.end());
    if (provider.party.tap().model() == v1::TAP_MODEL_PUBLIC || provider.offerings.empty()) End(&provider);
  }
}

// Enterprises, and likelier those that earn more.
void Providers::BuyFor(const std::string& lender, int year, matcher::Day day) {
  Draw draw(seed_, "buys what", lender, year);
  const int64_t count = draw.Between(1, assumptions_.purchase_taps_max);
  for (int64_t bought = 0; bought < count; ++bought) {
    std::vector<Provider*> for_sale;
    std::vector<int64_t> weights;
    for (auto& [name, provider] : providers_) {
      if (!provider.works || provider.is_owned_by_lender ||
          provider.party.tap().model() != v1::TAP_MODEL_ENTERPRISE)
        continue;
      for_sale.push_back(&provider);
      weights.push_back(1 + provider.earned);
    }
    if (for_sale.empty()) return;
    Provider& provider = *for_sale[draw.Pick(weights)];
    v1::Relation relation;
    relation.set_name(absl::StrCat("relations/bought-y", year + 1, "-", LastId(lender), "-", bought + 1));
    relation.set_subject(lender);
    relation.set_type(v1::RELATION_TYPE_OWNS);
    relation.set_object(provider.party.name());
    relation.set_share_basis_points(static_cast<int32_t>(draw.Between(51, 100) * 100));
    *relation.mutable_start_date() = DateOf(day);
    relation.mutable_source()->set_kind(v1::RelationSource::KIND_REGISTER);
    relation.mutable_source()->set_reference(kSource);
    relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
    records_.Put(relation);
    provider.is_owned_by_lender = true;
  }
}

void Providers::Post(int round, matcher::Day day) {
  for (auto& [name, provider] : providers_) {
    if (!provider.works) continue;
    if (const int64_t capacity = provider.party.tap().capacity(); capacity > 0) {
      v1::Party party = provider.party;
      // 0 would be no bound.
      party.mutable_tap()->set_capacity(
          std::max<int64_t>(1, ShareOfRound(capacity, round, rounds_per_year_)));
      records_.Put(party);
    }
    for (Offering& offering : provider.offerings) {
      v1::Offer offer = offering.offer;
      const int64_t capacity = ShareOfRound(offer.capacity(), round, rounds_per_year_);
      offering.offered += capacity;
      if (capacity == 0) {
        records_.Remove<v1::Offer>(offer.name());
        continue;
      }
      offer.set_capacity(capacity);
      offer.set_smallest_lot(std::min(offer.smallest_lot(), capacity));
      const int days = day - start_.first_day;
      *offer.mutable_window()->mutable_start_date() = DaysLater(offer.window().start_date(), days);
      *offer.mutable_window()->mutable_end_date() = DaysLater(offer.window().end_date(), days);
      records_.Put(offer);
    }
  }
}

int64_t Providers::Done(const v1::Match& match) const {
  const Provider& provider = providers_.at(match.tap());
  Draw draw(seed_, "outcome", absl::StrCat(match.need(), " ", match.tap()));
  if (provider.quality.always || draw.Bits() < provider.quality.numerator) return match.quantity();
  if (!draw.Happens(assumptions_.partly_per_million)) return 0;
  return match.quantity() * assumptions_.partly_done_per_mille / kPerMille;
}

void Providers::Book(const v1::Match& match, int64_t done) {
  Provider& provider = providers_.at(match.tap());
  provider.earned += done * match.unit_price().minor_units();
  ++provider.services;
  if (done == match.quantity()) ++provider.done_services;
  for (Offering& offering : provider.offerings) {
    if (offering.offer.name() == match.offer()) offering.booked += match.quantity();
  }
}

int64_t Providers::StepPerMille(const Offering& offering, int32_t share) const {
  if (offering.offered == 0) return 0;
  const int64_t booked = PartOf(offering.booked, offering.offered, kPerMille);
  int64_t step = 0;
  if (booked >= assumptions_.full_per_mille) step += assumptions_.price_step_per_mille;
  if (booked <= assumptions_.idle_per_mille) step -= assumptions_.price_step_per_mille;
  if (share > assumptions_.power_share_basis_points && booked >= assumptions_.power_booked_per_mille)
    step += assumptions_.power_step_per_mille;
  return step;
}

bool Providers::Ends(const Provider& provider, int year) const {
  const int64_t survival =
      AnnualSurvivalPerMillion(SuccessPerMille(policy_.expected_success(), provider.party.tap().model()),
                               assumptions_.programme_years);
  int64_t ends_per_million = kWholePerMillion - survival;
  int64_t full = 0;
  for (const Offering& offering : provider.offerings)
    full += offering.offered * offering.offer.unit_price().minor_units();
  const int64_t earned_per_mille = PartOf(provider.earned, full, kPerMille);
  if (earned_per_mille < assumptions_.poor_per_mille) {
    ends_per_million = ends_per_million * assumptions_.poor_ends_per_mille / kPerMille;
  } else if (earned_per_mille > assumptions_.busy_per_mille) {
    ends_per_million = ends_per_million * assumptions_.busy_ends_per_mille / kPerMille;
  }
  const bool fails =
      provider.services >= assumptions_.failing_services_min &&
      PartOf(provider.done_services, provider.services, kPerMille) < assumptions_.failing_per_mille;
  if (fails) ends_per_million = ends_per_million * assumptions_.failing_ends_per_mille / kPerMille;
  return Draw(seed_, "ends", provider.party.name(), year).Happens(ends_per_million);
}

void Providers::EndYear(int year, const LargestShares& shares,
                        const std::function<std::string(const std::string& tap)>& group_of) {
  for (auto& [name, provider] : providers_) {
    if (!provider.works) continue;
    if (Ends(provider, year)) {
      End(&provider);
      continue;
    }
    const std::string group = group_of(name);
    for (Offering& offering : provider.offerings) {
      int32_t share = 0;
      for (const std::string& controller : {name, group}) {
        const auto found = shares.find({controller, offering.offer.service()});
        if (found != shares.end()) share = std::max(share, found->second);
      }
      MovePrice(share, &offering);
    }
  }
}

void Providers::MovePrice(int32_t share, Offering* offering) const {
  v1::Money* price = offering->offer.mutable_unit_price();
  const auto of_first = [&](int64_t per_mille) {
    return std::max<int64_t>(1, offering->first_price * per_mille / kPerMille);
  };
  const int64_t moved = price->minor_units() * (kPerMille + StepPerMille(*offering, share)) / kPerMille;
  price->set_minor_units(std::clamp(moved, of_first(assumptions_.price_least_per_mille),
                                    of_first(assumptions_.price_most_per_mille)));
}

void Providers::End(Provider* provider) {
  provider->works = false;
  ++ended_;
  for (const Offering& offering : provider->offerings) records_.Remove<v1::Offer>(offering.offer.name());
  for (const std::string& credential : provider->credentials) records_.Remove<v1::Credential>(credential);
  provider->offerings.clear();
}

void Providers::StartNew(int year, matcher::Day day, const std::map<Place, Lack>& lacks,
                         const std::set<Place>& thin) {
  ended_ = started_ = 0;
  std::vector<std::map<Place, Lack>::const_iterator> calls;
  std::vector<int64_t> weights;
  for (const bool only_thin : {true, false}) {
    if (!calls.empty()) break;
    for (auto at = lacks.begin(); at != lacks.end(); ++at) {
      if (only_thin && !thin.contains(at->first)) continue;
      calls.push_back(at);
      weights.push_back(at->second.worth);
    }
  }
  if (calls.empty()) return;
  const int64_t count =
      static_cast<int64_t>(start_.taps.size()) * assumptions_.newcomers_per_mille / kPerMille;
  for (int64_t number = 1; number <= count; ++number) {
    const std::string id = absl::StrFormat("tap-y%d-%d", year + 1, number);
    Draw draw(seed_, "starts", id);
    const auto& [place, lack] = *calls[draw.Pick(weights)];
    const StartingTap* pattern = PatternFor(place, &draw);
    if (pattern != nullptr) StartAs(*pattern, place, lack, id, day, &draw);
  }
}

// Somebody of the start who does that service: of the model of one drawn among all, where there is one, and
// from the same department.
const StartingTap* Providers::PatternFor(const Place& place, Draw* draw) const {
  const v1::TapModel model =
      start_.taps[draw->Below(static_cast<int64_t>(start_.taps.size()))].party.tap().model();
  const std::string department = start_.TerritoryAt(place.second, v1::TERRITORY_LEVEL_DEPARTMENT);
  std::vector<const StartingTap*> patterns;
  int best = -1;
  for (const StartingTap& tap : start_.taps) {
    const bool does = std::any_of(tap.offers.begin(), tap.offers.end(),
                                  [&](const v1::Offer& offer) { return offer.service() == place.first; });
    if (!does) continue;
    const bool is_near =
        start_.TerritoryAt(tap.party.district(), v1::TERRITORY_LEVEL_DEPARTMENT) == department;
    const int rank = 2 * static_cast<int>(tap.party.tap().model() == model) + static_cast<int>(is_near);
    if (rank < best) continue;
    if (rank > best) patterns.clear();
    best = rank;
    patterns.push_back(&tap);
  }
  return patterns.empty() ? nullptr : patterns[draw->Below(static_cast<int64_t>(patterns.size()))];
}

// As able as the pattern, and tied to nobody but, where it is a public TAP, to its funder.
void Providers::StartAs(const StartingTap& pattern, const Place& place, const Lack& lack,
                        const std::string& id, matcher::Day day, Draw* draw) {
  std::vector<std::string> districts;
  std::vector<int64_t> weights;
  for (const auto& [district, worth] : lack.by_district) {
    districts.push_back(district);
    weights.push_back(worth);
  }
  Provider provider;
  provider.start_day = day;
  provider.party = pattern.party;
  v1::Party& party = provider.party;
  party.set_name(absl::StrCat("parties/", id));
  party.set_district(districts[draw->Pick(weights)]);
  party.clear_position();
  party.clear_identifiers();
  party.clear_contact();
  *party.mutable_tap()->mutable_practising_since() = DateOf(day);
  const std::string language = LargestOf(lack.by_language);
  AddOnce(language, party.mutable_languages());
  const bool is_public = party.tap().model() == v1::TAP_MODEL_PUBLIC && !pattern.public_funder.empty();
  for (size_t at = 0; at < pattern.offers.size(); ++at) {
    v1::Offer offer = pattern.offers[at];
    offer.set_name(absl::StrCat("taps/", id, "/offers/o-", at + 1));
    offer.mutable_coverage()->Clear();
    offer.mutable_coverage()->add_territories(place.second);
    AddOnce(language, offer.mutable_languages());
    if (offer.service() == place.first) AddOnce(LargestOf(lack.by_chain), offer.mutable_value_chains());
    if (!is_public) offer.mutable_fee_for_service();
    provider.offerings.push_back({offer, offer.unit_price().minor_units()});
  }
  for (size_t at = 0; at < pattern.credentials.size(); ++at) {
    v1::Credential credential = pattern.credentials[at];
    credential.set_name(absl::StrCat("credentials/", id, "-", at + 1));
    credential.set_holder(party.name());
    *credential.mutable_issue_date() = DateOf(day);
    credential.clear_expire_date();
    credential.clear_revoke_date();
    credential.clear_state();
    credential.clear_suspensions();
    credential.clear_renewals();
    records_.Put(credential);
    provider.credentials.push_back(credential.name());
  }
  if (is_public) records_.Put(FundingOf(party, pattern.public_funder, day));
  provider.quality = DrawQuality(party);
  records_.Put(party);
  providers_[party.name()] = std::move(provider);
  ++started_;
}

v1::Relation Providers::FundingOf(const v1::Party& party, const std::string& funder, matcher::Day day) const {
  v1::Relation relation;
  relation.set_name(absl::StrCat("relations/funds-", LastId(party.name())));
  relation.set_subject(funder);
  relation.set_type(v1::RELATION_TYPE_FUNDS);
  relation.set_object(party.name());
  *relation.mutable_start_date() = DateOf(day);
  // Where a term ends on the day before, the next one is theirs.
  const matcher::Day next_term = MonthsLater(day, kMonths * assumptions_.term_years) - 1;
  *relation.mutable_end_date() = DateOf(term_last_day_ >= day ? term_last_day_ : next_term);
  relation.mutable_source()->set_kind(v1::RelationSource::KIND_DOCUMENT);
  relation.mutable_source()->set_reference(kSource);
  relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
  return relation;
}

bool Providers::IsWoman(const std::string& tap) const {
  return providers_.at(tap).party.tap().gender() == v1::GENDER_WOMAN;
}

bool Providers::IsOwnedByLender(const std::string& tap) const {
  return providers_.at(tap).is_owned_by_lender;
}

bool Providers::IsPublic(const std::string& tap, const std::string& offer) const {
  const Provider& provider = providers_.at(tap);
  if (provider.party.tap().model() == v1::TAP_MODEL_PUBLIC) return true;
  return std::any_of(provider.offerings.begin(), provider.offerings.end(), [&](const Offering& each) {
    return each.offer.name() == offer && HasPublicMoney(each.offer);
  });
}

ProviderFigures Providers::figures() const {
  ProviderFigures figures;
  figures.ended = ended_;
  figures.started = started_;
  struct Counted {
    int64_t at_start = 0;
    int64_t still = 0;
    void Count(const Provider& provider) {
      ++at_start;
      still += static_cast<int64_t>(provider.works);
    }
    int64_t share() const { return PartOf(still, at_start, kWholeBasisPoints); }
  };
  Counted all;
  std::map<int, Counted> by_model;
  for (const auto& [name, provider] : providers_) {
    figures.taps += static_cast<int64_t>(provider.works);
    if (provider.is_of_start) {
      all.Count(provider);
      by_model[provider.party.tap().model()].Count(provider);
    }
    for (const Offering& offering : provider.offerings) {
      const int64_t worth = offering.offer.capacity() * start_.worth.at(offering.offer.service());
      figures.capacity_worth += worth;
      if (provider.is_owned_by_lender) figures.lender_capacity_worth += worth;
    }
  }
  figures.survival_basis_points = all.share();
  figures.community_survival_basis_points = by_model[v1::TAP_MODEL_COMMUNITY].share();
  figures.enterprise_survival_basis_points = by_model[v1::TAP_MODEL_ENTERPRISE].share();
  return figures;
}

}  // namespace ayni::services
