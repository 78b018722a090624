// Small markets in which every field matters: few services, chains, days and places, so that each reason for
// or against a pair comes up often.
#ifndef AYNI_TESTS_MATCHER_RANDOM_MARKET_H_
#define AYNI_TESTS_MATCHER_RANDOM_MARKET_H_

#include <cstdint>
#include <random>
#include <vector>

#include "matcher/market.h"
#include "matcher/score.h"

namespace ayni::matcher {

using Random = std::mt19937_64;

inline constexpr Day kRandomToday = 20'030;

// Uniform over [low, high]; the same on every machine.
int32_t Between(Random& random, int32_t low, int32_t high);

// A need or offer with lists of its own.
struct OwnedNeed {
  Need row;
  std::vector<LanguageIndex> languages;
  std::vector<SchemeIndex> required_credentials;

  const Need& Row();
};
struct OwnedOffer {
  Offer row;
  std::vector<ChainIndex> chains;
  std::vector<TerritoryIndex> territories;
  std::vector<LanguageIndex> languages;
  std::vector<PriceStep> price_steps;

  const Offer& Row();
};

OwnedNeed RandomNeed(Random& random);
OwnedOffer RandomOffer(Random& random, int32_t tap_count);
Tap RandomTap(Random& random, PartyIndex party);
Market RandomMarket(Random& random, int32_t needs, int32_t offers, int32_t taps);
ScoreRule RandomScoreRule(Random& random);

}  // namespace ayni::matcher

#endif  // AYNI_TESTS_MATCHER_RANDOM_MARKET_H_
