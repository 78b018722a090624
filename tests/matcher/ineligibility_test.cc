#include "matcher/ineligibility.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "matcher/problem.h"
#include "tests/matcher/random_market.h"

namespace ayni::matcher {
namespace {

Day DayOf(int year, unsigned month, unsigned day) {
  return static_cast<Day>(
      std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}}
          .time_since_epoch()
          .count());
}

// A pair that is eligible, of which each test spoils one thing. District 2 lies in province 1 in country 0;
// district 3 is another of the province.
class OnePair : public testing::Test {
 protected:
  void SetUp() override {
    market_.SetTerritory({0}, {.level = TerritoryLevel::kCountry});
    market_.SetTerritory({1}, {.parent = {0}, .level = TerritoryLevel::kProvince});
    market_.SetTerritory({2}, {.parent = {1}, .level = TerritoryLevel::kDistrict, .place = PointAt({0, 0})});
    market_.SetTerritory(
        {3}, {.parent = {1}, .level = TerritoryLevel::kDistrict, .place = PointAt({0, 1'000'000})});
    tap_.party = tap_.ownership_group = {0};
    need_.row.service = {1};
    need_.row.chain = {1};
    need_.row.district = {2};
    need_.row.open_quantity = 10;
    need_.row.window = {today_ + 10, today_ + 20};
    need_.row.highest_price = 100;
    need_.row.currency = {0};
    need_.languages = {{1}, {2}};
    offer_.row.tap = {0};
    offer_.row.service = {1};
    offer_.chains = {{0}, {1}};
    offer_.row.price = 100;
    offer_.row.currency = {0};
    offer_.row.window = {today_, today_ + 10};
    offer_.row.open_capacity = 5;
    offer_.territories = {{2}};
    offer_.languages = {{2}, {3}};
  }

  Ineligibility Reason() {
    market_.SetTap({0}, tap_);
    return WhyNot(market_, need_.Row(), offer_.Row(), today_);
  }

  const Day today_ = DayOf(2026, 11, 24);
  Market market_;
  Tap tap_;
  OwnedNeed need_;
  OwnedOffer offer_;
};

TEST_F(OnePair, IsEligible) { EXPECT_EQ(Reason(), Ineligibility::kNone); }

TEST_F(OnePair, AnotherServiceIsNot) {
  offer_.row.service = {0};
  EXPECT_EQ(Reason(), Ineligibility::kService);
}

TEST_F(OnePair, AChainThatTheOfferLacksIsNot) {
  offer_.chains = {{0}, {2}};
  EXPECT_EQ(Reason(), Ineligibility::kValueChain);
}

TEST_F(OnePair, WindowsThatMissEachOtherByADayAreNot) {
  offer_.row.window.last = today_ + 9;
  EXPECT_EQ(Reason(), Ineligibility::kWindow);
}

TEST_F(OnePair, WindowsThatMetOnlyInThePastAreNot) {
  need_.row.window = {today_ - 20, today_ + 20};
  offer_.row.window = {today_ - 30, today_ - 1};
  EXPECT_EQ(Reason(), Ineligibility::kWindow);
  offer_.row.window.last = today_;
  EXPECT_EQ(Reason(), Ineligibility::kNone);
}

TEST_F(OnePair, ANeighbouringDistrictIsNotCovered) {
  offer_.territories = {{3}};
  EXPECT_EQ(Reason(), Ineligibility::kPlace);
}

TEST_F(OnePair, ATerritoryAboveTheDistrictCoversIt) {
  offer_.territories = {{0}};
  EXPECT_EQ(Reason(), Ineligibility::kNone);
  offer_.territories = {{1}};
  EXPECT_EQ(Reason(), Ineligibility::kNone);
}

TEST_F(OnePair, TheRadiusReachesToItsLastMetre) {
  offer_.territories = {};
  offer_.row.place = market_.territory({3}).place;
  const int32_t metres = DistanceMetres(offer_.row.place, market_.territory({2}).place);
  offer_.row.radius_m = metres;
  EXPECT_EQ(Reason(), Ineligibility::kNone);
  offer_.row.radius_m = metres - 1;
  EXPECT_EQ(Reason(), Ineligibility::kPlace);
}

TEST_F(OnePair, TheRadiusIsMeasuredToTheNeedsOwnPlaceWhereItHasOne) {
  offer_.territories = {};
  offer_.row.place = market_.territory({3}).place;
  offer_.row.radius_m = 1;
  EXPECT_EQ(Reason(), Ineligibility::kPlace);
  need_.row.place = offer_.row.place;
  EXPECT_EQ(Reason(), Ineligibility::kNone);
}

TEST_F(OnePair, ANeedOfUnknownPlaceIsInNoRadius) {
  market_.SetTerritory({2}, {.parent = {1}, .level = TerritoryLevel::kDistrict});
  offer_.territories = {};
  offer_.row.place = market_.territory({3}).place;
  offer_.row.radius_m = 500'000;
  EXPECT_EQ(Reason(), Ineligibility::kPlace);
}

TEST_F(OnePair, AMatchedNeedIsNot) {
  need_.row.open_quantity = 0;
  EXPECT_EQ(Reason(), Ineligibility::kNeedMatched);
}

TEST_F(OnePair, ABookedOfferIsNot) {
  offer_.row.open_capacity = 0;
  EXPECT_EQ(Reason(), Ineligibility::kOfferBooked);
}

TEST_F(OnePair, AnotherCurrencyIsNot) {
  offer_.row.currency = {1};
  EXPECT_EQ(Reason(), Ineligibility::kCurrency);
}

TEST_F(OnePair, APriceAboveTheHighestIsNot) {
  offer_.row.price = 101;
  EXPECT_EQ(Reason(), Ineligibility::kPrice);
}

TEST_F(OnePair, NoSharedLanguageIsNot) {
  offer_.languages = {{0}, {3}};
  EXPECT_EQ(Reason(), Ineligibility::kLanguage);
}

TEST_F(OnePair, AMissingCredentialIsNot) {
  need_.required_credentials = {{0}};
  EXPECT_EQ(Reason(), Ineligibility::kCredential);
  tap_.credentials = {{.scheme = {1}, .window = need_.row.window}};
  EXPECT_EQ(Reason(), Ineligibility::kCredential);
  tap_.credentials[0].scheme = {0};
  EXPECT_EQ(Reason(), Ineligibility::kNone);
}

TEST_F(OnePair, ACredentialMustHoldOnEveryDayOfTheNeed) {
  need_.required_credentials = {{0}};
  const Window window = need_.row.window;
  tap_.credentials = {{.scheme = {0}, .window = {window.first, window.last - 1}}};
  EXPECT_EQ(Reason(), Ineligibility::kCredential);
  tap_.credentials[0].window = {window.first + 1, window.last};
  EXPECT_EQ(Reason(), Ineligibility::kCredential);
}

TEST_F(OnePair, CredentialsThatFollowEachOtherWithoutAGapHold) {
  need_.required_credentials = {{0}};
  const Window window = need_.row.window;
  tap_.credentials = {{.scheme = {0}, .window = {window.first + 6, window.last}},
                      {.scheme = {0}, .window = {window.first - 9, window.first + 5}}};
  EXPECT_EQ(Reason(), Ineligibility::kNone);
  tap_.credentials[0].window.first += 1;
  EXPECT_EQ(Reason(), Ineligibility::kCredential);
}

TEST_F(OnePair, ACredentialMustCoverTheServiceAndTheChain) {
  need_.required_credentials = {{0}};
  tap_.credentials = {{.scheme = {0}, .window = need_.row.window, .services = {{0}}}};
  EXPECT_EQ(Reason(), Ineligibility::kCredential);
  tap_.credentials[0].services = {{0}, {1}};
  EXPECT_EQ(Reason(), Ineligibility::kNone);
  tap_.credentials[0].chains = {{0}};
  EXPECT_EQ(Reason(), Ineligibility::kCredential);
}

TEST_F(OnePair, TooLittleExperienceIsNot) {
  need_.row.least_experience_months = 12;
  EXPECT_EQ(Reason(), Ineligibility::kExperience);
  tap_.practising_since = DayOf(2025, 12, 5);  // the window starts on 2026-12-04
  EXPECT_EQ(Reason(), Ineligibility::kExperience);
  tap_.practising_since = DayOf(2025, 12, 4);
  EXPECT_EQ(Reason(), Ineligibility::kNone);
}

TEST_F(OnePair, ALotAboveWhatEitherSideTakesIsNot) {
  offer_.row.lot = 5;
  EXPECT_EQ(Reason(), Ineligibility::kNone);
  need_.row.open_quantity = 4;
  EXPECT_EQ(Reason(), Ineligibility::kLot);
  need_.row.open_quantity = 10;
  tap_.capacity = 4;
  EXPECT_EQ(Reason(), Ineligibility::kLot);
}

TEST_F(OnePair, TheFirstReasonIsTheOneSaid) {
  offer_.row.service = {0};
  offer_.row.price = 101;
  offer_.languages = {{0}};
  EXPECT_EQ(Reason(), Ineligibility::kService);
  offer_.row.service = {1};
  EXPECT_EQ(Reason(), Ineligibility::kPrice);
  offer_.row.price = 1;
  EXPECT_EQ(Reason(), Ineligibility::kLanguage);
}

TEST(CompletedMonths, CountsCalendarMonths) {
  EXPECT_EQ(CompletedMonths(DayOf(2024, 1, 31), DayOf(2024, 2, 29)), 0);
  EXPECT_EQ(CompletedMonths(DayOf(2024, 1, 31), DayOf(2024, 3, 31)), 2);
  EXPECT_EQ(CompletedMonths(DayOf(2020, 2, 29), DayOf(2021, 2, 28)), 11);
  EXPECT_EQ(CompletedMonths(DayOf(2020, 2, 29), DayOf(2021, 3, 1)), 12);
  EXPECT_EQ(CompletedMonths(DayOf(1969, 12, 1), DayOf(1970, 1, 1)), 1);
  EXPECT_EQ(CompletedMonths(DayOf(2024, 5, 1), DayOf(2024, 4, 1)), 0);
  EXPECT_EQ(CompletedMonths(kDayMax, DayOf(2024, 4, 1)), 0);
}

// The rule again, day by day and field by field, sharing nothing with what is tested.
bool EligibleDayByDay(const Market& market, const Need& need, const Offer& offer, Day today) {
  const Tap& tap = market.tap(offer.tap);
  bool shared_day = false;
  for (Day day = need.window.first; day <= need.window.last; ++day) {
    shared_day |= day >= today && day >= offer.window.first && day <= offer.window.last;
    for (SchemeIndex scheme : need.required_credentials) {
      const bool held = std::any_of(tap.credentials.begin(), tap.credentials.end(), [&](const Credential& c) {
        return c.scheme == scheme && c.window.first <= day && day <= c.window.last &&
               (c.services.empty() || std::count(c.services.begin(), c.services.end(), need.service)) &&
               (c.chains.empty() || std::count(c.chains.begin(), c.chains.end(), need.chain));
      });
      if (!held) return false;
    }
  }
  bool covered = false;
  for (TerritoryIndex territory : offer.territories) covered |= market.Within(need.district, territory);
  const Point place = market.PlaceOf(need);
  if (offer.radius_m > 0 && place.present()) covered |= DistanceMetres(place, offer.place) <= offer.radius_m;
  std::set<LanguageIndex> languages(need.languages.begin(), need.languages.end());
  const bool spoken = std::any_of(offer.languages.begin(), offer.languages.end(),
                                  [&](LanguageIndex language) { return languages.contains(language); });
  const Units most =
      std::min({need.open_quantity, offer.open_capacity, tap.capacity > 0 ? tap.capacity : kUnitsMax});
  return need.service == offer.service && std::count(offer.chains.begin(), offer.chains.end(), need.chain) &&
         shared_day && covered && spoken && PriceFor(need, offer) <= need.highest_price &&
         offer.currency == need.currency && most > 0 && offer.lot <= most &&
         CompletedMonths(tap.practising_since, need.window.first) >= need.least_experience_months;
}

TEST(Ineligibility, AgreesWithARuleWrittenDayByDay) {
  Random random(4);
  int64_t eligible = 0;
  for (int round = 0; round < 2'000; ++round) {
    const Market market = RandomMarket(random, 10, 10, 4);
    for (int32_t need_at = 0; need_at < market.need_count(); ++need_at) {
      for (int32_t offer_at = 0; offer_at < market.offer_count(); ++offer_at) {
        const Need need = market.need({need_at});
        const Offer offer = market.offer({offer_at});
        const bool expected = EligibleDayByDay(market, need, offer, kRandomToday);
        ASSERT_EQ(WhyNot(market, need, offer, kRandomToday) == Ineligibility::kNone, expected)
            << "market " << round << " need " << need_at << " offer " << offer_at;
        eligible += expected;
      }
    }
  }
  EXPECT_GT(eligible, 1'000);
}

}  // namespace
}  // namespace ayni::matcher
