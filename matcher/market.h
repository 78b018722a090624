// The market as columns of integers: needs, offers, TAPs and territories by dense index, with no names and no
// text.
//
// Whoever fills it interns names to indices, one space for each kind, and keeps the names. A row may be set
// again at any time, and a row may be referred to before it is set: until then it is empty, and takes part in
// nothing. A removed need or offer is a row with nothing open, whose index may be used again.
//
// Many threads may read while none writes.
#ifndef AYNI_MATCHER_MARKET_H_
#define AYNI_MATCHER_MARKET_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/types/span.h"
#include "matcher/index.h"
#include "matcher/list_column.h"
#include "matcher/position.h"

namespace ayni::matcher {

using ServiceIndex = Index<struct ServiceTag>;
// Services that stand in for one another in limits.
using FamilyIndex = Index<struct FamilyTag>;
using ChainIndex = Index<struct ChainTag>;
using TerritoryIndex = Index<struct TerritoryTag>;
using CurrencyIndex = Index<struct CurrencyTag>;
// A particular language. A macrolanguage is not one: it matches none of its members.
using LanguageIndex = Index<struct LanguageTag>;
// A scheme of credentials.
using SchemeIndex = Index<struct SchemeTag>;
using PartyIndex = Index<struct PartyTag>;

// Days since 1970-01-01 of the civil calendar of the place where the service happens.
using Day = int32_t;
inline constexpr Day kDayMin = std::numeric_limits<Day>::min();
inline constexpr Day kDayMax = std::numeric_limits<Day>::max();

// From the first day to the last, both included. Empty where last < first.
struct Window {
  Day first = 0;
  Day last = -1;

  friend bool operator==(const Window&, const Window&) = default;
};

// Money in minor units, 0..10^12; the currency stands beside it.
using MinorUnits = int64_t;

// In the order of nesting: a lower value holds the higher ones.
enum class TerritoryLevel : uint8_t { kUnknown, kCountry, kDepartment, kProvince, kDistrict };
inline constexpr int kTerritoryDepthMax = 8;

struct Territory {
  TerritoryIndex parent = TerritoryIndex::None();
  TerritoryLevel level = TerritoryLevel::kUnknown;
  Point place = {};
};

enum class TapModel : uint8_t { kUnknown, kCommunity, kEnterprise, kPublic, kAcademic };
inline constexpr int kTapModelCount = 5;
enum class Gender : uint8_t { kUnknown, kWoman, kMan, kOther };
enum class Urgency : uint8_t { kNormal, kHigh, kCritical };

// What a completed module of training taught beside the craft.
enum class Curriculum : uint8_t { kNone, kLeadership, kBusiness, kValueChain, kMarketFairness };
inline constexpr int kCurriculumCount = 4;

// A certificate of competence. No services or no chains: it covers all of them.
struct Credential {
  SchemeIndex scheme;
  // The days on which it holds: from its issue to its expiry, or to the day before it was revoked.
  Window window;
  std::vector<ServiceIndex> services = {};
  std::vector<ChainIndex> chains = {};
  // Of a completed module: it counts in scores, and is no certificate.
  Curriculum curriculum = Curriculum::kNone;
};

// Whom a TAP may count with, beside itself, at one level of limits.
inline constexpr int kControllersPerTapMax = 4;

struct Tap {
  PartyIndex party;
  // The party that stands for its ownership group; the TAP's own where nobody asks for groups.
  PartyIndex ownership_group;
  // The groups it counts with as owned: its own and those that owned it lately. Then the groups of who
  // supplies what it sells, whose brands it represents and who funds it. Each ascending, at most
  // kControllersPerTapMax; empty: ownership_group alone.
  std::vector<PartyIndex> owners = {};
  std::vector<PartyIndex> suppliers = {};
  std::vector<PartyIndex> brands = {};
  std::vector<PartyIndex> funders = {};
  TapModel model = TapModel::kUnknown;
  // Read by the wish woman_tap and by nothing else.
  Gender gender = Gender::kUnknown;
  // kDayMax: unknown, which is no experience.
  Day practising_since = kDayMax;
  TerritoryIndex district;
  Point place;
  // Over all its offers; 0: only each offer's own capacity.
  Units capacity = 0;
  std::vector<Credential> credentials;
  // What came of its matches, as far as it counts: successes are 0..outcomes.
  int32_t outcomes = 0;
  int32_t successes = 0;
};

struct Wishes {
  bool community_tap = false;
  bool woman_tap = false;
  bool same_district = false;
};

// What a unit costs from a quantity on that is asked for together.
struct PriceStep {
  Units least_quantity = 0;
  MinorUnits price = 0;

  friend bool operator==(const PriceStep&, const PriceStep&) = default;
};

// The framework agreement that a need is asked for under.
struct Agreed {
  bool binds = false;  // there is one
  PartyIndex tap =
      PartyIndex::None();  // whose offers alone serve the need; None(): it does not hold on the need's days
  MinorUnits price = 0;

  friend bool operator==(const Agreed&, const Agreed&) = default;
};

// A row of the needs, whose lists lie in the market or with whoever sets it.
struct Need {
  ServiceIndex service;
  ChainIndex chain;
  TerritoryIndex district;
  Point place;              // absent: the district's
  Units open_quantity = 0;  // at most kUnitsMax; 0: takes part in nothing
  Window window;
  MinorUnits highest_price = 0;
  CurrencyIndex currency;
  absl::Span<const LanguageIndex> languages;           // ascending, each once
  absl::Span<const SchemeIndex> required_credentials;  // ascending, each once
  int32_t least_experience_months = 0;
  Wishes wishes;
  Urgency urgency = Urgency::kNormal;
  Day posted = 0;
  // What is asked for together with it, itself included, at most kUnitsMax; 0: its open quantity alone.
  Units joint_quantity = 0;
  Agreed agreed = {};
};

// A row of the offers, whose lists lie in the market or with whoever sets it.
struct Offer {
  TapIndex tap;
  ServiceIndex service;
  absl::Span<const ChainIndex> chains;  // ascending, each once
  MinorUnits price = 0;
  CurrencyIndex currency;
  Window window;
  Units open_capacity = 0;  // at most kUnitsMax; 0: takes part in nothing
  Units lot = 1;
  absl::Span<const TerritoryIndex> territories;  // ascending, each once
  Point place;                                   // the middle of the radius
  int32_t radius_m = 0;                          // 0: none
  absl::Span<const LanguageIndex> languages;     // ascending, each once
  // Ascending by quantity; before the first, `price` holds.
  absl::Span<const PriceStep> price_steps;
  // Days on which producers pay nothing of what is matched.
  Window free_days;
};

// What a unit of the offer costs the need, in the offer's currency: the price of its agreement, or the
// offer's for what is asked for together.
MinorUnits PriceFor(const Need& need, const Offer& offer);

class Market {
 public:
  // Each makes room for the index where there is none, with empty rows below it.
  void SetTerritory(TerritoryIndex territory, const Territory& row);
  void SetFamily(ServiceIndex service, FamilyIndex family);
  // What the law requires of whoever does the service, whatever a need asks for.
  void SetServiceCredentials(ServiceIndex service, std::vector<SchemeIndex> schemes);
  void SetTap(TapIndex tap, Tap row);
  void SetNeed(NeedIndex need, const Need& row);
  void SetOffer(OfferIndex offer, const Offer& row);
  // Of a need that has a row: what others have a part in.
  void SetTerms(NeedIndex need, Units joint_quantity, const Agreed& agreed);
  // REQUIRES: the row exists.
  void SetFreeDays(OfferIndex offer, Window free_days) { offer_free_days_[offer.at()] = free_days; }
  // Makes room for rows to come, to save on growing.
  void Reserve(int32_t need_count, int32_t offer_count);

  int32_t territory_count() const { return static_cast<int32_t>(territories_.size()); }
  int32_t tap_count() const { return static_cast<int32_t>(taps_.size()); }
  int32_t need_count() const { return static_cast<int32_t>(need_service_.size()); }
  int32_t offer_count() const { return static_cast<int32_t>(offer_service_.size()); }

  // Of an index beyond the last row, or None(): an empty row.
  const Territory& territory(TerritoryIndex territory) const;
  const Tap& tap(TapIndex tap) const;
  // None() where it was not set.
  FamilyIndex family(ServiceIndex service) const;
  absl::Span<const SchemeIndex> CredentialsOf(ServiceIndex service) const;

  // The lists of what they return hold until the next change of the market. REQUIRES: the row exists.
  Need need(NeedIndex need) const;
  Offer offer(OfferIndex offer) const;

  // The territory itself or the first above it whose level is `level` or higher up; None() where there is
  // none.
  TerritoryIndex At(TerritoryIndex territory, TerritoryLevel level) const;
  // Whether `inner` is `outer` or lies in it.
  bool Within(TerritoryIndex inner, TerritoryIndex outer) const;

  // Where the need is: its own place, or else its district's. May be absent.
  Point PlaceOf(const Need& need) const;
  // Where the TAP sets out: the offer's place, or else the TAP's, or else its district's. May be absent.
  Point PlaceOf(const Offer& offer) const;

  size_t NeedBytes() const;
  size_t OfferBytes() const;

 private:
  std::vector<Territory> territories_;
  std::vector<FamilyIndex> families_;  // by ServiceIndex
  std::vector<std::vector<SchemeIndex>> service_credentials_;
  std::vector<Tap> taps_;

  std::vector<ServiceIndex> need_service_;
  std::vector<ChainIndex> need_chain_;
  std::vector<TerritoryIndex> need_district_;
  std::vector<Point> need_place_;
  std::vector<int32_t> need_open_quantity_;
  std::vector<Window> need_window_;
  std::vector<MinorUnits> need_highest_price_;
  std::vector<CurrencyIndex> need_currency_;
  ListColumn<LanguageIndex> need_languages_;
  ListColumn<SchemeIndex> need_credentials_;
  std::vector<int32_t> need_experience_months_;
  std::vector<Wishes> need_wishes_;
  std::vector<Urgency> need_urgency_;
  std::vector<Day> need_posted_;
  std::vector<int32_t> need_joint_quantity_;
  std::vector<Agreed> need_agreed_;

  std::vector<TapIndex> offer_tap_;
  std::vector<ServiceIndex> offer_service_;
  ListColumn<ChainIndex> offer_chains_;
  std::vector<MinorUnits> offer_price_;
  std::vector<CurrencyIndex> offer_currency_;
  std::vector<Window> offer_window_;
  std::vector<int32_t> offer_open_capacity_;
  std::vector<int32_t> offer_lot_;
  ListColumn<TerritoryIndex> offer_territories_;
  std::vector<Point> offer_place_;
  std::vector<int32_t> offer_radius_m_;
  ListColumn<LanguageIndex> offer_languages_;
  ListColumn<PriceStep> offer_price_steps_;
  std::vector<Window> offer_free_days_;
};

// Here, so that a caller who reads one field pays for one.
inline Need Market::need(NeedIndex need) const {
  const size_t at = need.at();
  return {.service = need_service_[at],
          .chain = need_chain_[at],
          .district = need_district_[at],
          .place = need_place_[at],
          .open_quantity = need_open_quantity_[at],
          .window = need_window_[at],
          .highest_price = need_highest_price_[at],
          .currency = need_currency_[at],
          .languages = need_languages_[at],
          .required_credentials = need_credentials_[at],
          .least_experience_months = need_experience_months_[at],
          .wishes = need_wishes_[at],
          .urgency = need_urgency_[at],
          .posted = need_posted_[at],
          .joint_quantity = need_joint_quantity_[at],
          .agreed = need_agreed_[at]};
}

inline Offer Market::offer(OfferIndex offer) const {
  const size_t at = offer.at();
  return {.tap = offer_tap_[at],
          .service = offer_service_[at],
          .chains = offer_chains_[at],
          .price = offer_price_[at],
          .currency = offer_currency_[at],
          .window = offer_window_[at],
          .open_capacity = offer_open_capacity_[at],
          .lot = offer_lot_[at],
          .territories = offer_territories_[at],
          .place = offer_place_[at],
          .radius_m = offer_radius_m_[at],
          .languages = offer_languages_[at],
          .price_steps = offer_price_steps_[at],
          .free_days = offer_free_days_[at]};
}

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_MARKET_H_
