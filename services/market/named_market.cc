#include "services/market/named_market.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/type/latlng.pb.h"
#include "matcher/problem.h"
#include "services/held_units.h"
#include "services/market/credential_days.h"
#include "services/market/engine_day.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

using google::protobuf::RepeatedPtrField;

constexpr absl::string_view kPartyPrefix = "parties/";

matcher::Units ToUnits(int64_t quantity) { return std::clamp<int64_t>(quantity, 0, matcher::kUnitsMax); }

matcher::Point ToPoint(const google::type::LatLng& position) {
  const double latitude = std::round(position.latitude() * 1e7);
  const double longitude = std::round(position.longitude() * 1e7);
  const bool on_earth =
      std::abs(latitude) <= matcher::kLatitudeE7Max && std::abs(longitude) <= matcher::kLongitudeE7Max;
  if (!on_earth) return {};
  return matcher::PointAt({static_cast<int32_t>(latitude), static_cast<int32_t>(longitude)});
}

// A macrolanguage stands for no one language: Quechua, Aymara, Guarani.
bool IsParticular(absl::string_view language) {
  return language != "que" && language != "aym" && language != "grn";
}

template <typename Index>
void SortOnce(std::vector<Index>* list) {
  if (list->size() < 2) return;
  std::sort(list->begin(), list->end());
  list->erase(std::unique(list->begin(), list->end()), list->end());
}

// Sets the list to the names' indices, ascending, each once. `index_of` gives a name its index.
template <typename Index, typename IndexOf>
void FillList(const RepeatedPtrField<std::string>& names, const IndexOf& index_of, std::vector<Index>* list) {
  list->clear();
  for (const std::string& name : names) list->push_back(index_of(name));
  SortOnce(list);
}

// The same of languages. A macrolanguage is none that anyone speaks.
template <typename IndexOf>
void FillLanguages(const RepeatedPtrField<std::string>& codes, const IndexOf& index_of,
                   std::vector<matcher::LanguageIndex>* list) {
  list->clear();
  for (const std::string& code : codes) {
    if (IsParticular(code)) list->push_back(index_of(code));
  }
  SortOnce(list);
}

template <typename Index>
auto InternIn(NameTable<Index>* table) {
  return [table](absl::string_view name) { return table->Intern(name); };
}

matcher::Urgency ToUrgency(v1::Urgency urgency) {
  if (urgency == v1::URGENCY_CRITICAL) return matcher::Urgency::kCritical;
  return urgency == v1::URGENCY_HIGH ? matcher::Urgency::kHigh : matcher::Urgency::kNormal;
}

// The records' enumerators and the engine's run side by side.
static_assert(static_cast<int>(matcher::TapModel::kAcademic) == v1::TAP_MODEL_ACADEMIC);
static_assert(static_cast<int>(matcher::Gender::kOther) == v1::GENDER_OTHER);
static_assert(static_cast<int>(matcher::TerritoryLevel::kDistrict) == v1::TERRITORY_LEVEL_DISTRICT);
static_assert(static_cast<int>(matcher::Curriculum::kMarketFairness) == v1::CURRICULUM_MARKET_FAIRNESS);

template <typename Ours, typename Theirs>
Ours SideBySide(Theirs value, Ours last) {
  return value >= 0 && value <= static_cast<int>(last) ? static_cast<Ours>(value) : Ours{};
}

void SetCounts(const OutcomeCounts& counts, matcher::Tap* row) {
  row->outcomes = counts.outcomes;
  row->successes = counts.successes;
}

}  // namespace

std::vector<matcher::Candidate> RankedCandidates(const NamedMarket& market, const matcher::Need& need,
                                                 const matcher::ScoreRule& rule, matcher::Day today) {
  std::vector<matcher::Candidate> ranked =
      matcher::CandidatesOf(market.market(), market.index(), need, rule, today);
  std::sort(ranked.begin(), ranked.end(), [&](const matcher::Candidate& a, const matcher::Candidate& b) {
    if (a.score != b.score) return a.score > b.score;
    return market.NameOf(a.offer) < market.NameOf(b.offer);
  });
  return ranked;
}

std::vector<matcher::Candidate> TakeDeclined(const NamedMarket& market, const std::string& need,
                                             const matcher::Need& row,
                                             std::vector<matcher::Candidate>* candidates) {
  std::vector<matcher::Candidate> declined;
  if (!market.HasDeclines()) return declined;
  const auto first =
      std::stable_partition(candidates->begin(), candidates->end(), [&](const matcher::Candidate& candidate) {
        return market.DeclineOf(need, row, candidate.offer) == nullptr;
      });
  declined.assign(first, candidates->end());
  candidates->erase(first, candidates->end());
  for (matcher::Candidate& candidate : declined) candidate.bound = 0;
  return declined;
}

void SetDeclinedAside(const NamedMarket& market, matcher::Candidates* candidates) {
  if (!market.HasDeclines()) return;
  matcher::SetAside(candidates, [&](matcher::NeedIndex need, matcher::OfferIndex offer) {
    return market.DeclineOf(market.NameOf(need), market.market().need(need), offer) != nullptr;
  });
}

template <typename ChangeRow>
void NamedMarket::ChangeTap(matcher::TapIndex tap, ChangeRow change) {
  matcher::Tap row = market_.tap(tap);
  change(&row);
  market_.SetTap(tap, std::move(row));
}

matcher::TapIndex NamedMarket::InternTap(absl::string_view party_id) {
  const matcher::TapIndex tap = taps_.Intern(party_id);
  if (tap.value < market_.tap_count()) return tap;
  const matcher::PartyIndex party = parties_.Intern(party_id);
  matcher::Tap row;
  row.party = row.ownership_group = party;
  SetCounts(outcomes_.Of(NameOf(party)), &row);
  market_.SetTap(tap, std::move(row));
  tap_credentials_.resize(tap.at() + 1);
  ++tap_changes_;
  return tap;
}

void NamedMarket::Put(const v1::Territory& territory) {
  matcher::Territory row;
  if (!territory.parent().empty()) row.parent = territories_.Intern(territory.parent());
  row.level = SideBySide(territory.level(), matcher::TerritoryLevel::kDistrict);
  if (territory.has_position()) row.place = ToPoint(territory.position());
  market_.SetTerritory(territories_.Intern(territory.name()), row);
}

bool NamedMarket::Stands(matcher::TerritoryIndex row, const v1::Territory& territory) const {
  const matcher::Territory& known = market_.territory(row);
  return territories_.NameOf(known.parent) == territory.parent() &&
         known.level == SideBySide(territory.level(), matcher::TerritoryLevel::kDistrict);
}

bool NamedMarket::Stands(const v1::Service& service) const {
  return families_.NameOf(market_.family(services_.Find(service.name()))) == service.family();
}

void NamedMarket::RemoveTerritory(absl::string_view name) {
  const matcher::TerritoryIndex territory = territories_.Find(name);
  if (territory.present()) market_.SetTerritory(territory, {});
}

void NamedMarket::Put(const v1::Service& service) {
  const matcher::ServiceIndex index = services_.Intern(service.name());
  market_.SetFamily(index, families_.Intern(service.family()));
  std::vector<matcher::SchemeIndex> schemes;
  FillList(service.required_credentials(), InternIn(&schemes_), &schemes);
  market_.SetServiceCredentials(index, std::move(schemes));
}

void NamedMarket::RemoveService(absl::string_view name) {
  const matcher::ServiceIndex service = services_.Find(name);
  if (service.present()) market_.SetFamily(service, matcher::FamilyIndex::None());
}

void NamedMarket::Put(const v1::Party& party) {
  const absl::string_view id = FirstId(party.name());
  parties_.Intern(id);
  if (!party.has_tap()) {
    RemoveParty(party.name());
    return;
  }
  const v1::Tap& tap = party.tap();
  ChangeTap(InternTap(id), [&](matcher::Tap* row) {
    row->model = SideBySide(tap.model(), matcher::TapModel::kAcademic);
    row->gender = SideBySide(tap.gender(), matcher::Gender::kOther);
    row->practising_since = tap.has_practising_since() ? DayOf(tap.practising_since()) : matcher::kDayMax;
    row->district =
        party.district().empty() ? matcher::TerritoryIndex::None() : territories_.Intern(party.district());
    row->place = party.has_position() ? ToPoint(party.position()) : matcher::Point();
    row->capacity = ToUnits(tap.capacity());
  });
}

void NamedMarket::RemoveParty(absl::string_view name) {
  const matcher::TapIndex tap = FindTap(name);
  if (!tap.present()) return;
  ChangeTap(tap, [](matcher::Tap* row) {
    matcher::Tap bare;
    bare.party = row->party;
    matcher::Controllers::Of(*row).PutInto(&bare);
    bare.credentials = std::move(row->credentials);
    bare.outcomes = row->outcomes;
    bare.successes = row->successes;
    *row = std::move(bare);
  });
}

void NamedMarket::Put(const v1::Credential& credential) {
  RemoveCredential(credential.name());
  const matcher::TapIndex tap = InternTap(FirstId(credential.holder()));
  credential_tap_[credential.name()] = tap;
  matcher::Credential held{.scheme = schemes_.Intern(credential.scheme()), .window = {}};
  held.curriculum = SideBySide(credential.curriculum(), matcher::Curriculum::kMarketFairness);
  FillList(credential.services(), InternIn(&services_), &held.services);
  FillList(credential.value_chains(), InternIn(&chains_), &held.chains);
  const std::vector<matcher::Window> windows = HoldingWindowsOf(credential);
  tap_credentials_[tap.at()].insert(tap_credentials_[tap.at()].end(), windows.size(), credential.name());
  ChangeTap(tap, [&](matcher::Tap* row) {
    for (const matcher::Window& window : windows) {
      held.window = window;
      row->credentials.push_back(held);
    }
  });
}

void NamedMarket::RemoveCredential(absl::string_view name) {
  const auto found = credential_tap_.find(name);
  if (found == credential_tap_.end()) return;
  const matcher::TapIndex tap = found->second;
  std::vector<std::string>& names = tap_credentials_[tap.at()];
  // Its windows stand side by side.
  const auto first = std::find(names.begin(), names.end(), name);
  const auto last = std::find_if(first, names.end(), [&](const std::string& each) { return each != name; });
  const auto position = first - names.begin();
  const auto count = last - first;
  names.erase(first, last);
  credential_tap_.erase(found);
  ChangeTap(tap, [&](matcher::Tap* row) {
    const auto begin = row->credentials.begin() + position;
    row->credentials.erase(begin, begin + count);
  });
}

template <typename IndexOf>
void NamedMarket::FillNeed(const v1::Need& need, const IndexOf& index_of, NeedColumns* columns) {
  using Self = NamedMarket;
  const auto language_of = [&](absl::string_view code) { return index_of(&Self::languages_, code); };
  const auto scheme_of = [&](absl::string_view scheme) { return index_of(&Self::schemes_, scheme); };
  FillLanguages(need.languages(), language_of, &columns->languages);
  FillList(need.required_credentials(), scheme_of, &columns->required_credentials);
  matcher::Need& row = columns->row;
  row = {};
  row.service = index_of(&Self::services_, need.service());
  row.chain = index_of(&Self::chains_, need.value_chain());
  row.district = index_of(&Self::territories_, need.district());
  if (need.has_position()) row.place = ToPoint(need.position());
  row.open_quantity = ToUnits(need.quantity() - need.matched_quantity());
  row.window = WindowOf(need.window());
  row.highest_price = need.highest_unit_price().minor_units();
  row.currency = index_of(&Self::currencies_, need.highest_unit_price().currency());
  row.languages = columns->languages;
  row.required_credentials = columns->required_credentials;
  row.least_experience_months = need.least_experience_months();
  row.wishes = {need.wishes().community_tap(), need.wishes().woman_tap(), need.wishes().same_district()};
  row.urgency = ToUrgency(need.urgency());
  row.posted =
      DayOfUnixSeconds((need.has_wait_start_time() ? need.wait_start_time() : need.create_time()).seconds());
}

void NamedMarket::Put(const v1::Need& need) {
  const std::vector<std::string> touched = terms_.Put(need);
  if (HasRow(need)) {
    FillNeed(
        need, [this](auto table, absl::string_view name) { return (this->*table).Intern(name); },
        &scratch_need_);
    terms_.Fill(need, &scratch_need_.row);
    market_.SetNeed(needs_.Intern(need.name()), scratch_need_.row);
  } else {
    TakeNeedOut(need.name());
  }
  RenewTerms(touched);
}

void NamedMarket::RenewTerms(const std::vector<std::string>& needs) {
  for (const std::string& name : needs) {
    const matcher::NeedIndex need = needs_.Find(name);
    if (!need.present() || need.value >= market_.need_count()) continue;
    matcher::Need row = market_.need(need);
    terms_.Fill(name, &row);
    market_.SetTerms(need, row.joint_quantity, row.agreed);
  }
}

void NamedMarket::Put(const v1::Agreement& agreement) {
  RenewTerms(terms_.Put(agreement, parties_.Intern(FirstId(agreement.tap()))));
}

void NamedMarket::RemoveAgreement(absl::string_view name) { RenewTerms(terms_.RemoveAgreement(name)); }

void NamedMarket::SetDay(matcher::Day today) {
  if (today == day_) return;
  day_ = today;
  RenewTerms(terms_.SetDay(today));
}

const matcher::Need& NamedMarket::ToColumns(const v1::Need& need, NeedColumns* columns) const {
  FillNeed(
      need, [this](auto table, absl::string_view name) { return (this->*table).Find(name); }, columns);
  terms_.Fill(need, &columns->row);
  return columns->row;
}

const Decline* NamedMarket::DeclineOf(absl::string_view need, const matcher::Need& row,
                                      matcher::OfferIndex offer) const {
  const absl::Span<const Decline> all = declines_.Of(need);
  if (all.empty()) return nullptr;
  const matcher::Offer offered = market_.offer(offer);
  const auto found = std::find_if(all.begin(), all.end(), [&](const Decline& each) {
    return each.offer == offers_.NameOf(offer) && each.window == row.window &&
           each.district == territories_.NameOf(row.district) &&
           each.unit_price == matcher::PriceFor(row, offered) &&
           each.currency == currencies_.NameOf(offered.currency);
  });
  return found == all.end() ? nullptr : &*found;
}

void NamedMarket::RemoveNeed(absl::string_view name) {
  TakeNeedOut(name);
  RenewTerms(terms_.RemoveNeed(name));
}

void NamedMarket::TakeNeedOut(absl::string_view name) {
  const matcher::NeedIndex need = needs_.Find(name);
  if (!need.present()) return;
  market_.SetNeed(need, {});
  needs_.Erase(need);
}

void NamedMarket::Put(const v1::Offer& offer) {
  TakeOfferOut(offer.name());
  providers_.Put(offer, &parties_);
  budgets_.Put(offer);
  if (!HasRow(offer)) return;
  OfferLists& lists = scratch_offer_;
  FillList(offer.value_chains(), InternIn(&chains_), &lists.chains);
  FillList(offer.coverage().territories(), InternIn(&territories_), &lists.territories);
  FillLanguages(offer.languages(), InternIn(&languages_), &lists.languages);
  matcher::Offer row;
  row.tap = InternTap(FirstId(offer.name()));
  row.service = services_.Intern(offer.service());
  row.chains = lists.chains;
  row.price = offer.unit_price().minor_units();
  row.currency = currencies_.Intern(offer.unit_price().currency());
  row.window = WindowOf(offer.window());
  row.open_capacity = ToUnits(offer.capacity() - offer.booked_quantity());
  row.lot = std::max<matcher::Units>(1, ToUnits(offer.smallest_lot()));
  row.territories = lists.territories;
  if (offer.coverage().has_position()) row.place = ToPoint(offer.coverage().position());
  row.radius_m = std::max(0, offer.coverage().radius_m());
  row.languages = lists.languages;
  lists.price_steps.clear();
  for (const v1::PriceStep& step : offer.price_steps())
    lists.price_steps.push_back({ToUnits(step.least_quantity()), step.unit_price().minor_units()});
  row.price_steps = lists.price_steps;
  row.free_days = budgets_.FreeDaysOf(offer.name());
  const matcher::OfferIndex index = offers_.Intern(offer.name());
  market_.SetOffer(index, row);
  if (is_indexed_) index_.Insert(market_, index);
}

void NamedMarket::Put(const v1::Budget& budget) { RenewFreeDays(budgets_.Put(budget)); }

void NamedMarket::RemoveBudget(absl::string_view name) { RenewFreeDays(budgets_.RemoveBudget(name)); }

void NamedMarket::RenewFreeDays(const std::vector<std::string>& offers) {
  for (const std::string& name : offers) {
    const matcher::OfferIndex offer = offers_.Find(name);
    if (offer.present()) market_.SetFreeDays(offer, budgets_.FreeDaysOf(name));
  }
}

// A party that is no TAP, or not yet known as one, gets no row by what came of its matches.
void NamedMarket::Put(const v1::Match& match) {
  declines_.Put(match);
  for (const std::string& name : outcomes_.Put(match)) {
    const matcher::TapIndex tap = FindTap(name);
    if (tap.present()) ChangeTap(tap, [&](matcher::Tap* row) { SetCounts(outcomes_.Of(name), row); });
  }
}

void NamedMarket::RemoveOffer(absl::string_view name) {
  TakeOfferOut(name);
  providers_.Remove(name);
  budgets_.RemoveOffer(name);
}

void NamedMarket::TakeOfferOut(absl::string_view name) {
  const matcher::OfferIndex offer = offers_.Find(name);
  if (!offer.present()) return;
  if (is_indexed_) index_.Remove(market_, offer);
  market_.SetOffer(offer, {});
  offers_.Erase(offer);
}

matcher::Holding NamedMarket::ToHolding(const v1::Match& match, matcher::Day day) {
  return {
      .placed = {services_.Intern(match.service()), chains_.Intern(match.value_chain()),
                 territories_.Intern(match.district()), currencies_.Intern(match.unit_price().currency())},
      .tap = InternTap(FirstId(match.tap())),
      .units = ToUnits(HeldUnits(match)),
      .day = day,
      .unit_price = match.unit_price().minor_units()};
}

matcher::Holding NamedMarket::FindHolding(const v1::Match& match) const {
  return {.placed = {services_.Find(match.service()), chains_.Find(match.value_chain()),
                     territories_.Find(match.district()), currencies_.Find(match.unit_price().currency())},
          .tap = FindTap(match.tap()),
          .units = ToUnits(HeldUnits(match)),
          .day = 0,
          .unit_price = match.unit_price().minor_units()};
}

matcher::SegmentKey NamedMarket::ToSegmentKey(const v1::Segment& segment) {
  matcher::SegmentKey key;
  if (!segment.service().empty()) key.service = services_.Intern(segment.service());
  if (!segment.service_family().empty()) key.family = families_.Intern(segment.service_family());
  key.territory = territories_.Intern(segment.territory());
  if (!segment.value_chain().empty()) key.chain = chains_.Intern(segment.value_chain());
  if (!segment.currency().empty()) key.currency = currencies_.Intern(segment.currency());
  return key;
}

matcher::LimitException NamedMarket::ToException(const v1::LimitException& exception) {
  matcher::LimitException row;
  if (!exception.service().empty()) row.service = services_.Intern(exception.service());
  row.territory = territories_.Intern(exception.territory());
  if (!exception.value_chain().empty()) row.chain = chains_.Intern(exception.value_chain());
  row.share_basis_points = exception.share_basis_points();
  row.window = {DayOf(exception.start_date()), DayOf(exception.end_date())};
  return row;
}

std::vector<matcher::Controllers> NamedMarket::ControllersOn(matcher::Day today, int32_t days_before) const {
  std::vector<matcher::PartyIndex> tap_party;
  for (int32_t at = 0; at < market_.tap_count(); ++at)
    tap_party.push_back(market_.tap(matcher::TapIndex{at}).party);
  return providers_.ControllersOn(parties_, tap_party, today, days_before);
}

bool NamedMarket::SetControllers(const std::vector<matcher::Controllers>& controllers) {
  bool changed = false;
  for (size_t at = 0; at < controllers.size(); ++at) {
    const matcher::TapIndex tap{static_cast<int32_t>(at)};
    if (matcher::Controllers::Of(market_.tap(tap)) == controllers[at]) continue;
    ChangeTap(tap, [&](matcher::Tap* row) { controllers[at].PutInto(row); });
    changed = true;
  }
  return changed;
}

void NamedMarket::HoldTapsTo(absl::Span<const matcher::Units> rooms) {
  for (size_t at = 0; at < rooms.size(); ++at) {
    const matcher::TapIndex tap{static_cast<int32_t>(at)};
    const matcher::Units capacity = market_.tap(tap).capacity;
    // A capacity of 0 is none of the TAP's own.
    const bool is_held = rooms[at] > 0 && rooms[at] < (capacity == 0 ? matcher::kUnitsMax : capacity);
    if (is_held) ChangeTap(tap, [&](matcher::Tap* row) { row->capacity = rooms[at]; });
  }
}

void NamedMarket::BuildIndex() {
  index_ = matcher::CandidateIndex(market_);
  is_indexed_ = true;
}

matcher::TapIndex NamedMarket::FindTap(absl::string_view party) const { return taps_.Find(FirstId(party)); }

std::string NamedMarket::NameOf(matcher::PartyIndex party) const {
  return absl::StrCat(kPartyPrefix, parties_.NameOf(party));
}

v1::Segment NamedMarket::ToRecord(const std::string& limit, const matcher::SegmentKey& key) const {
  v1::Segment record;
  record.set_limit(limit);
  if (key.service.present()) record.set_service(NameOf(key.service));
  if (key.family.present()) record.set_service_family(std::string(families_.NameOf(key.family)));
  record.set_territory(NameOf(key.territory));
  if (key.chain.present()) record.set_value_chain(NameOf(key.chain));
  if (key.currency.present()) record.set_currency(std::string(currencies_.NameOf(key.currency)));
  return record;
}

v1::Money NamedMarket::ToMoney(matcher::MinorUnits amount, matcher::CurrencyIndex currency) const {
  v1::Money money;
  money.set_currency(std::string(currencies_.NameOf(currency)));
  money.set_minor_units(amount);
  return money;
}

size_t NamedMarket::ByteSize() const {
  return market_.NeedBytes() + market_.OfferBytes() + index_.ByteSize() + needs_.ByteSize() +
         offers_.ByteSize();
}

}  // namespace ayni::services
