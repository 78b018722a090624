// Ties that the market reads off other records: who has a telephone number or e-mail address in common, whose
// offers are one offer under two names, whose products a TAP's offers come with and how many of them with one
// seller's, and who pays for them.
//
// They are guesses or by-products, nobody's statement: a person judges them, and they never block.
#ifndef AYNI_SERVICES_MARKET_DERIVED_TIES_H_
#define AYNI_SERVICES_MARKET_DERIVED_TIES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/relation.pb.h"
#include "services/market/recommendations.h"

namespace ayni::services {

// A number or address that more parties have is a placeholder, or an office that writes for its members.
inline constexpr size_t kContactSharersMax = 5;

struct DerivedTie {
  // Unlike any other's, and the same whatever was known before; no relation's name.
  std::string key;
  std::string subject;  // ids of parties
  std::string object;
  v1::RelationType type = v1::RELATION_TYPE_UNSPECIFIED;
  int32_t share_basis_points = 0;  // of RECOMMENDS
  // The records that it was read off; of a contact only what is shared, not its number.
  std::string reference;
  // Since when the market holds them, in seconds since 1970.
  int64_t known_seconds = 0;
};

// Not thread-safe.
class DerivedTies {
 public:
  void Put(const v1::Party& party);
  void Put(const v1::Offer& offer);
  // Names of what was never put, or stands no more, are no error.
  void RemoveParty(absl::string_view name);
  void RemoveOffer(absl::string_view name);

  struct Change {
    std::vector<std::string> gone;  // keys
    std::vector<DerivedTie> come;   // in place of those of the same key
  };
  // What changed since the last call. Costs the records that share something with those put and removed.
  Change Settle();

 private:
  // A record that has some trait, of the party whose id comes first.
  struct Bearer {
    std::string party;
    std::string record;
    int64_t known_seconds;
  };
  struct Trait {
    v1::RelationType type;
    const char* what;
    std::vector<Bearer> bearers = {};
    std::vector<std::string> keys = {};  // of its ties, as they were settled last
  };

  struct TraitsOf {
    std::vector<std::string> names;
    int64_t known_seconds = 0;
  };

  // Whether those are all the traits of the record: then nothing of it changed that matters here.
  bool Bears(const std::string& record, const std::vector<std::string>& traits, int64_t known_seconds) const;
  void Bear(const std::string& trait, v1::RelationType type, const char* what, Bearer bearer);
  void DropOffer(absl::string_view name);
  void Drop(const std::string& trait, absl::string_view record);
  void Tie(const v1::Offer& offer, const std::string& subject, const std::string& object,
           v1::RelationType type);
  void Settle(const std::string& name, Trait* trait, Change* change);
  void SettleRecommendations(Change* change);

  absl::flat_hash_map<std::string, Trait> traits_;
  absl::flat_hash_map<std::string, TraitsOf> traits_of_;      // by record
  absl::flat_hash_map<std::string, std::string> offer_ties_;  // keys, by offer
  absl::flat_hash_set<std::string> unsettled_;
  Recommendations recommendations_;
  absl::flat_hash_map<std::string, std::vector<std::string>> recommendation_keys_;  // by TAP
  Change change_;
};

// Of bytes: the same on any machine.
uint64_t Fingerprint(absl::string_view bytes);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_DERIVED_TIES_H_
