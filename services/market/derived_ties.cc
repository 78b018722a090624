#include "services/market/derived_ties.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

// What two offers must have in common to be one: all but what makes records of them.
std::string ContentOf(const v1::Offer& offer) {
  v1::Offer content = offer;
  content.clear_name();
  content.clear_state();
  content.clear_booked_quantity();
  content.clear_create_time();
  content.clear_update_time();
  content.clear_etag();
  return absl::StrCat("offer/", absl::Hex(Fingerprint(content.SerializeAsString()), absl::kZeroPad16));
}

}  // namespace

uint64_t Fingerprint(absl::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3;
  }
  return hash;
}

bool DerivedTies::Bears(const std::string& record, const std::vector<std::string>& traits,
                        int64_t known_seconds) const {
  const auto found = traits_of_.find(record);
  if (found == traits_of_.end()) return traits.empty();
  return found->second.names == traits && found->second.known_seconds == known_seconds;
}

void DerivedTies::Put(const v1::Party& party) {
  constexpr const char* kWhats[] = {"the same telephone number", "the same e-mail address"};
  std::vector<std::string> traits;
  std::vector<const char*> whats;
  if (!party.contact().phone().empty()) {
    traits.push_back(absl::StrCat("phone/", party.contact().phone()));
    whats.push_back(kWhats[0]);
  }
  if (!party.contact().email().empty()) {
    traits.push_back(absl::StrCat("email/", absl::AsciiStrToLower(party.contact().email())));
    whats.push_back(kWhats[1]);
  }
  if (Bears(party.name(), traits, party.update_time().seconds())) return;
  RemoveParty(party.name());
  for (size_t at = 0; at < traits.size(); ++at) {
    Bear(traits[at], v1::RELATION_TYPE_SHARES_CONTACT, whats[at],
         {std::string(FirstId(party.name())), party.name(), party.update_time().seconds()});
  }
}

void DerivedTies::Put(const v1::Offer& offer) {
  recommendations_.Put(offer);
  const std::string content = ContentOf(offer);
  if (Bears(offer.name(), {content}, offer.create_time().seconds())) return;
  DropOffer(offer.name());
  const std::string tap(FirstId(offer.name()));
  Bear(content, v1::RELATION_TYPE_MAKES_SAME_OFFER, "", {tap, offer.name(), offer.create_time().seconds()});
  if (offer.has_embedded())
    Tie(offer, tap, std::string(FirstId(offer.embedded().seller())), v1::RELATION_TYPE_SELLS_FOR);
  if (offer.has_subsidised())
    Tie(offer, std::string(FirstId(offer.subsidised().funder())), tap, v1::RELATION_TYPE_FUNDS);
}

void DerivedTies::Tie(const v1::Offer& offer, const std::string& subject, const std::string& object,
                      v1::RelationType type) {
  if (subject == object || subject.empty() || object.empty()) return;
  const std::string key = absl::StrCat("charge/", offer.name());
  offer_ties_[offer.name()] = key;
  change_.come.push_back({key, subject, object, type, 0, offer.name(), offer.create_time().seconds()});
}

void DerivedTies::RemoveParty(absl::string_view name) {
  const auto found = traits_of_.find(name);
  if (found == traits_of_.end()) return;
  for (const std::string& trait : found->second.names) Drop(trait, name);
  traits_of_.erase(found);
}

void DerivedTies::RemoveOffer(absl::string_view name) {
  recommendations_.Remove(name);
  DropOffer(name);
}

void DerivedTies::DropOffer(absl::string_view name) {
  RemoveParty(name);
  const auto tie = offer_ties_.find(name);
  if (tie == offer_ties_.end()) return;
  const std::string& key = tie->second;
  auto& come = change_.come;
  come.erase(
      std::remove_if(come.begin(), come.end(), [&](const DerivedTie& each) { return each.key == key; }),
      come.end());
  change_.gone.push_back(key);
  offer_ties_.erase(tie);
}

void DerivedTies::Bear(const std::string& trait, v1::RelationType type, const char* what, Bearer bearer) {
  TraitsOf& own = traits_of_[bearer.record];
  own.names.push_back(trait);
  own.known_seconds = bearer.known_seconds;
  traits_.try_emplace(trait, Trait{type, what}).first->second.bearers.push_back(std::move(bearer));
  unsettled_.insert(trait);
}

void DerivedTies::Drop(const std::string& trait, absl::string_view record) {
  std::vector<Bearer>& bearers = traits_.at(trait).bearers;
  bearers.erase(std::remove_if(bearers.begin(), bearers.end(),
                               [&](const Bearer& bearer) { return bearer.record == record; }),
                bearers.end());
  unsettled_.insert(trait);
}

DerivedTies::Change DerivedTies::Settle() {
  Change change = std::exchange(change_, {});
  // Most traits have one bearer and tie nobody.
  std::vector<std::string> ties;
  for (const std::string& name : unsettled_) {
    const Trait& trait = traits_.at(name);
    if (trait.bearers.size() != 1 || !trait.keys.empty()) ties.push_back(name);
  }
  unsettled_.clear();
  std::sort(ties.begin(), ties.end());
  for (const std::string& name : ties) {
    const auto trait = traits_.find(name);
    Settle(name, &trait->second, &change);
    if (trait->second.bearers.empty()) traits_.erase(trait);
  }
  SettleRecommendations(&change);
  return change;
}

void DerivedTies::SettleRecommendations(Change* change) {
  for (Recommendations::OfTap& of_tap : recommendations_.Settle()) {
    std::vector<std::string>& keys = recommendation_keys_[of_tap.tap];
    std::vector<std::string> before = std::exchange(keys, {});
    for (Recommendation& each : of_tap.all) {
      keys.push_back(absl::StrCat("recommends/", each.tap, "/", each.seller));
      change->come.push_back({keys.back(), each.tap, each.seller, v1::RELATION_TYPE_RECOMMENDS,
                              each.share_basis_points, std::move(each.reference), each.known_seconds});
    }
    for (std::string& key : before) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) change->gone.push_back(std::move(key));
    }
    if (keys.empty()) recommendation_keys_.erase(of_tap.tap);
  }
}

// Contacts tie every two of a few; offers each bearer to the next by name, so that each has a tie however
// many they are.
void DerivedTies::Settle(const std::string& name, Trait* trait, Change* change) {
  std::vector<Bearer> bearers = trait->bearers;
  std::sort(bearers.begin(), bearers.end(), [](const Bearer& a, const Bearer& b) {
    return std::tie(a.party, a.record) < std::tie(b.party, b.record);
  });
  bearers.erase(std::unique(bearers.begin(), bearers.end(),
                            [](const Bearer& a, const Bearer& b) { return a.party == b.party; }),
                bearers.end());
  const bool is_contact = trait->type == v1::RELATION_TYPE_SHARES_CONTACT;
  std::vector<DerivedTie> ties;
  const size_t count = is_contact && bearers.size() > kContactSharersMax ? 0 : bearers.size();
  for (size_t a = 0; a < count; ++a) {
    for (size_t b = a + 1; b < (is_contact ? count : std::min(count, a + 2)); ++b) {
      // Of a contact the key holds no number: evidence is ranked by it, and a kept market knows none.
      const std::string stem = is_contact ? name.substr(0, name.find('/')) : name;
      DerivedTie tie{absl::StrCat(stem, "/", bearers[a].party, "/", bearers[b].party),
                     bearers[a].party,
                     bearers[b].party,
                     trait->type,
                     0,
                     is_contact ? trait->what : absl::StrCat(bearers[a].record, " and ", bearers[b].record),
                     std::max(bearers[a].known_seconds, bearers[b].known_seconds)};
      ties.push_back(std::move(tie));
    }
  }
  for (const std::string& key : trait->keys) {
    const bool stays =
        std::any_of(ties.begin(), ties.end(), [&](const DerivedTie& tie) { return tie.key == key; });
    if (!stays) change->gone.push_back(key);
  }
  trait->keys.clear();
  for (DerivedTie& tie : ties) {
    trait->keys.push_back(tie.key);
    change->come.push_back(std::move(tie));
  }
}

}  // namespace ayni::services
