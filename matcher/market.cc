#include "matcher/market.h"

#include <utility>

#include "matcher/invariant.h"
#include "matcher/problem.h"

namespace ayni::matcher {
namespace {

static_assert(kUnitsMax <= std::numeric_limits<int32_t>::max(), "the columns of units are of 32 bits");

int32_t Narrow(Units units) {
  INVARIANT(units >= 0 && units <= kUnitsMax, "units are 0 to kUnitsMax");
  return static_cast<int32_t>(units);
}

template <typename Row>
const Row& RowOrEmpty(const std::vector<Row>& rows, int32_t index) {
  static const Row* const empty = new Row();
  return index >= 0 && static_cast<size_t>(index) < rows.size() ? rows[index] : *empty;
}

template <typename Row>
Row& RowWithRoom(std::vector<Row>& rows, int32_t index) {
  INVARIANT(index >= 0, "a row's index is present");
  if (static_cast<size_t>(index) >= rows.size()) rows.resize(index + 1);
  return rows[index];
}

template <typename... Columns>
void ResizeAll(size_t rows, Columns&... columns) {
  (columns.resize(rows), ...);
}

template <typename... Columns>
void ReserveAll(size_t rows, Columns&... columns) {
  (columns.reserve(rows), ...);
}

template <typename... Columns>
size_t BytesOfAll(const Columns&... columns) {
  return ((columns.capacity() * sizeof(*columns.data())) + ...);
}

}  // namespace

MinorUnits PriceFor(const Need& need, const Offer& offer) {
  if (need.agreed.tap.present()) return need.agreed.price;
  const Units quantity = need.joint_quantity > 0 ? need.joint_quantity : need.open_quantity;
  MinorUnits price = offer.price;
  for (const PriceStep& step : offer.price_steps) {
    if (step.least_quantity > quantity) break;
    price = step.price;
  }
  return price;
}

void Market::SetTerritory(TerritoryIndex territory, const Territory& row) {
  RowWithRoom(territories_, territory.value) = row;
}

void Market::SetFamily(ServiceIndex service, FamilyIndex family) {
  RowWithRoom(families_, service.value) = family;
}

void Market::SetServiceCredentials(ServiceIndex service, std::vector<SchemeIndex> schemes) {
  if (service.at() >= service_credentials_.size()) {
    if (schemes.empty()) return;
    service_credentials_.resize(service.at() + 1);
  }
  service_credentials_[service.at()] = std::move(schemes);
}

absl::Span<const SchemeIndex> Market::CredentialsOf(ServiceIndex service) const {
  if (!service.present() || service.at() >= service_credentials_.size()) return {};
  return service_credentials_[service.at()];
}

void Market::SetTap(TapIndex tap, Tap row) {
  INVARIANT(row.capacity >= 0 && row.capacity <= kUnitsMax, "a TAP's capacity is 0 to kUnitsMax");
  RowWithRoom(taps_, tap.value) = std::move(row);
}

void Market::SetNeed(NeedIndex need, const Need& row) {
  INVARIANT(need.present(), "a row's index is present");
  const size_t at = need.at();
  if (at >= need_service_.size()) {
    ResizeAll(at + 1, need_service_, need_chain_, need_district_, need_place_, need_open_quantity_,
              need_window_, need_highest_price_, need_currency_, need_experience_months_, need_wishes_,
              need_urgency_, need_posted_, need_joint_quantity_, need_agreed_);
    need_languages_.Resize(at + 1);
    need_credentials_.Resize(at + 1);
  }
  need_service_[at] = row.service;
  need_chain_[at] = row.chain;
  need_district_[at] = row.district;
  need_place_[at] = row.place;
  need_open_quantity_[at] = Narrow(row.open_quantity);
  need_window_[at] = row.window;
  need_highest_price_[at] = row.highest_price;
  need_currency_[at] = row.currency;
  need_languages_.Set(at, row.languages);
  need_credentials_.Set(at, row.required_credentials);
  need_experience_months_[at] = row.least_experience_months;
  need_wishes_[at] = row.wishes;
  need_urgency_[at] = row.urgency;
  need_posted_[at] = row.posted;
  SetTerms(need, row.joint_quantity, row.agreed);
}

void Market::SetOffer(OfferIndex offer, const Offer& row) {
  INVARIANT(offer.present(), "a row's index is present");
  const size_t at = offer.at();
  if (at >= offer_service_.size()) {
    ResizeAll(at + 1, offer_tap_, offer_service_, offer_price_, offer_currency_, offer_window_,
              offer_open_capacity_, offer_lot_, offer_place_, offer_radius_m_, offer_free_days_);
    offer_chains_.Resize(at + 1);
    offer_territories_.Resize(at + 1);
    offer_languages_.Resize(at + 1);
    offer_price_steps_.Resize(at + 1);
  }
  offer_tap_[at] = row.tap;
  offer_service_[at] = row.service;
  offer_chains_.Set(at, row.chains);
  offer_price_[at] = row.price;
  offer_currency_[at] = row.currency;
  offer_window_[at] = row.window;
  offer_open_capacity_[at] = Narrow(row.open_capacity);
  offer_lot_[at] = Narrow(row.lot);
  offer_territories_.Set(at, row.territories);
  offer_place_[at] = row.place;
  offer_radius_m_[at] = row.radius_m;
  offer_languages_.Set(at, row.languages);
  offer_price_steps_.Set(at, row.price_steps);
  offer_free_days_[at] = row.free_days;
}

void Market::SetTerms(NeedIndex need, Units joint_quantity, const Agreed& agreed) {
  need_joint_quantity_[need.at()] = Narrow(joint_quantity);
  need_agreed_[need.at()] = agreed;
}

void Market::Reserve(int32_t need_count, int32_t offer_count) {
  ReserveAll(need_count, need_service_, need_chain_, need_district_, need_place_, need_open_quantity_,
             need_window_, need_highest_price_, need_currency_, need_experience_months_, need_wishes_,
             need_urgency_, need_posted_, need_joint_quantity_, need_agreed_);
  ReserveAll(offer_count, offer_tap_, offer_service_, offer_price_, offer_currency_, offer_window_,
             offer_open_capacity_, offer_lot_, offer_place_, offer_radius_m_, offer_free_days_);
}

const Territory& Market::territory(TerritoryIndex territory) const {
  return RowOrEmpty(territories_, territory.value);
}

FamilyIndex Market::family(ServiceIndex service) const { return RowOrEmpty(families_, service.value); }

const Tap& Market::tap(TapIndex tap) const { return RowOrEmpty(taps_, tap.value); }

TerritoryIndex Market::At(TerritoryIndex territory, TerritoryLevel level) const {
  TerritoryIndex at = territory;
  for (int depth = 0; depth < kTerritoryDepthMax && at.present(); ++depth) {
    const Territory& row = this->territory(at);
    if (row.level <= level) return at;
    at = row.parent;
  }
  return TerritoryIndex::None();
}

bool Market::Within(TerritoryIndex inner, TerritoryIndex outer) const {
  TerritoryIndex at = inner;
  for (int depth = 0; depth < kTerritoryDepthMax && at.present(); ++depth) {
    if (at == outer) return true;
    at = territory(at).parent;
  }
  return false;
}

Point Market::PlaceOf(const Need& need) const {
  return need.place.present() ? need.place : territory(need.district).place;
}

Point Market::PlaceOf(const Offer& offer) const {
  if (offer.place.present()) return offer.place;
  const Tap& tap = this->tap(offer.tap);
  return tap.place.present() ? tap.place : territory(tap.district).place;
}

size_t Market::NeedBytes() const {
  return BytesOfAll(need_service_, need_chain_, need_district_, need_place_, need_open_quantity_,
                    need_window_, need_highest_price_, need_currency_, need_experience_months_, need_wishes_,
                    need_urgency_, need_posted_, need_joint_quantity_, need_agreed_) +
         need_languages_.ByteSize() + need_credentials_.ByteSize();
}

size_t Market::OfferBytes() const {
  return BytesOfAll(offer_tap_, offer_service_, offer_price_, offer_currency_, offer_window_,
                    offer_open_capacity_, offer_lot_, offer_place_, offer_radius_m_, offer_free_days_) +
         offer_chains_.ByteSize() + offer_territories_.ByteSize() + offer_languages_.ByteSize() +
         offer_price_steps_.ByteSize();
}

}  // namespace ayni::matcher
