// A book that followed changes shows the same conflicts, with the same evidence, as one that is filled anew.
#include "services/market/relation_book.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/market/engine_day.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

constexpr matcher::Day kToday = 20'000;
constexpr int kTaps = 4;
constexpr int kCooperatives = 2;
constexpr int kParties = 10;

class Source {
 public:
  explicit Source(uint64_t seed) : random_(seed) {}
  int Below(int end) { return static_cast<int>(random_() % static_cast<uint64_t>(end)); }

 private:
  std::mt19937_64 random_;
};

std::string PartyName(int at) { return absl::StrCat("parties/p", at); }

v1::Party AParty(Source& source, int at) {
  v1::Party party;
  party.set_name(PartyName(at));
  if (at < kTaps) party.add_roles(v1::PARTY_ROLE_TAP);
  if (at >= kTaps && at < kTaps + kCooperatives) party.add_roles(v1::PARTY_ROLE_COOPERATIVE);
  if (source.Below(3) == 0) party.add_roles(v1::PARTY_ROLE_COMPANY);
  party.set_neutral(source.Below(6) == 0);
  if (source.Below(2) == 0) party.mutable_contact()->set_phone(absl::StrCat("+5190000000", source.Below(3)));
  if (source.Below(2) == 0)
    party.mutable_contact()->set_email(absl::StrCat("a", source.Below(3), "@example.org"));
  party.mutable_update_time()->set_seconds(source.Below(1'000));
  return party;
}

v1::Offer AnOffer(Source& source, int tap, int at) {
  v1::Offer offer;
  offer.set_name(absl::StrCat("taps/p", tap, "/offers/o", at));
  offer.set_service("services/s");
  offer.set_capacity(1 + source.Below(2));
  offer.set_booked_quantity(source.Below(3));
  if (source.Below(3) == 0) offer.mutable_embedded()->set_seller(PartyName(source.Below(kParties)));
  if (source.Below(3) == 0) offer.mutable_subsidised()->set_funder(PartyName(source.Below(kParties)));
  return offer;
}

v1::Relation ARelation(Source& source, int at) {
  constexpr v1::RelationType kTypes[] = {v1::RELATION_TYPE_OWNS, v1::RELATION_TYPE_CONTROLS,
                                         v1::RELATION_TYPE_LENDS_TO, v1::RELATION_TYPE_RECUSED_FROM};
  v1::Relation relation;
  relation.set_name(absl::StrCat("relations/r", at));
  const int subject = source.Below(kParties);
  relation.set_subject(PartyName(subject));
  relation.set_object(PartyName((subject + 1 + source.Below(kParties - 1)) % kParties));
  relation.set_type(kTypes[source.Below(4)]);
  if (relation.type() == v1::RELATION_TYPE_OWNS)
    relation.set_share_basis_points(2'500 * (1 + source.Below(4)));
  relation.set_standing(source.Below(3) == 0 ? v1::RELATION_STANDING_CLAIMED
                                             : v1::RELATION_STANDING_CONFIRMED);
  relation.set_declared_by(absl::StrCat("principals/p", source.Below(kParties)));
  return relation;
}

v1::Credential ACredential(Source& source, int at) {
  v1::Credential credential;
  credential.set_name(absl::StrCat("credentials/c", at));
  const int certifier = source.Below(kParties);
  credential.set_certifier(PartyName(certifier));
  credential.set_holder(PartyName((certifier + 1 + source.Below(kParties - 1)) % kParties));
  *credential.mutable_issue_date() = DateOf(kToday - source.Below(3));
  if (source.Below(2) == 0) *credential.mutable_expire_date() = DateOf(kToday - 1 + source.Below(3));
  if (source.Below(3) == 0) *credential.mutable_revoke_date() = DateOf(kToday - 2 + source.Below(4));
  credential.mutable_update_time()->set_seconds(source.Below(1'000));
  if (source.Below(3) == 0) credential.set_curriculum(v1::CURRICULUM_BUSINESS);
  return credential;
}

v1::Policy APolicy() {
  v1::Policy policy;
  const auto rule = [&](const char* id, v1::ConflictSeverity severity, v1::ConflictEnd end) {
    v1::ConflictRule* added = policy.add_conflict_rules();
    added->set_id(id);
    added->set_severity(severity);
    added->set_end(end);
    return added;
  };
  v1::ConflictRule* lender = rule("lender", v1::CONFLICT_SEVERITY_BLOCK, v1::CONFLICT_END_COOPERATIVE);
  v1::ConflictStep* chain = lender->add_steps();
  chain->add_types(v1::RELATION_TYPE_OWNS);
  chain->add_types(v1::RELATION_TYPE_CONTROLS);
  chain->set_against(true);
  chain->set_repeats_max(3);
  chain->set_least_share_basis_points(2'500);
  chain->set_optional(true);
  lender->add_steps()->add_types(v1::RELATION_TYPE_LENDS_TO);
  lender->add_lifted_by(v1::RELATION_TYPE_RECUSED_FROM);
  v1::ConflictRule* contact = rule("contact", v1::CONFLICT_SEVERITY_BLOCK, v1::CONFLICT_END_ANY);
  contact->add_steps()->add_types(v1::RELATION_TYPE_SHARES_CONTACT);
  contact->mutable_steps(0)->set_role(v1::PARTY_ROLE_TAP);
  rule("same", v1::CONFLICT_SEVERITY_FLAG, v1::CONFLICT_END_ANY)
      ->add_steps()
      ->add_types(v1::RELATION_TYPE_MAKES_SAME_OFFER);
  v1::ConflictRule* charge = rule("charge", v1::CONFLICT_SEVERITY_DISCLOSE, v1::CONFLICT_END_ANY);
  charge->add_steps()->add_types(v1::RELATION_TYPE_SELLS_FOR);
  v1::ConflictRule* brand = rule("brand", v1::CONFLICT_SEVERITY_FLAG, v1::CONFLICT_END_ANY);
  brand->add_steps()->add_types(v1::RELATION_TYPE_RECOMMENDS);
  brand->mutable_steps(0)->set_least_share_basis_points(6'000);
  v1::ConflictRule* funder = rule("funder", v1::CONFLICT_SEVERITY_FLAG, v1::CONFLICT_END_ANY);
  funder->add_steps()->add_types(v1::RELATION_TYPE_FUNDS);
  funder->mutable_steps(0)->set_against(true);
  v1::ConflictRule* certifier = rule("certifier", v1::CONFLICT_SEVERITY_BLOCK, v1::CONFLICT_END_COOPERATIVE);
  certifier->add_steps()->add_types(v1::RELATION_TYPE_CERTIFIES);
  v1::ConflictRule* trainer = rule("trainer", v1::CONFLICT_SEVERITY_DISCLOSE, v1::CONFLICT_END_ANY);
  trainer->add_steps()->add_types(v1::RELATION_TYPE_TRAINS);
  trainer->mutable_steps(0)->set_against(true);
  return policy;
}

// The records that stand, by key.
class Records {
 public:
  explicit Records(RelationBook* follower) : follower_(*follower) {}

  template <typename Record>
  void Put(const Record& record) {
    const std::string key = RecordKey(ResourceType::Of<Record>(), record.name());
    bytes_[key] = record.SerializeAsString();
    ASSERT_TRUE(follower_.Apply(key, bytes_[key]).ok());
  }
  template <typename Record>
  void Remove(const std::string& name) {
    const std::string key = RecordKey(ResourceType::Of<Record>(), name);
    bytes_.erase(key);
    ASSERT_TRUE(follower_.Apply(key, std::nullopt).ok());
  }
  // In the other order, so that nothing may hang on what was seen first. Claims need their principals first.
  void Fill(RelationBook* book) const {
    const std::string principals = RecordKey(ResourceType::Of<v1::Principal>(), "");
    for (const bool first : {true, false}) {
      for (auto at = bytes_.rbegin(); at != bytes_.rend(); ++at) {
        if ((at->first.rfind(principals, 0) == 0) != first) continue;
        ASSERT_TRUE(book->Apply(at->first, at->second).ok());
      }
    }
    book->Renew();
  }

 private:
  RelationBook& follower_;
  std::map<std::string, std::string> bytes_;
};

std::string Shown(const RelationBook& book) {
  std::string all;
  ConflictReader reader(book, kToday);
  for (int tap = 0; tap < kTaps; ++tap) {
    for (int cooperative = kTaps; cooperative < kTaps + kCooperatives; ++cooperative) {
      const ConflictSubject subject{.tap = book.FindParty(absl::StrCat("p", tap)),
                                    .cooperative = book.FindParty(absl::StrCat("p", cooperative)),
                                    .need_window = {kToday, kToday + 30}};
      for (const v1::Conflict& conflict : reader.ConflictsOn(subject))
        absl::StrAppend(&all, tap, " ", cooperative, " ", conflict.ShortDebugString(), "\n");
    }
  }
  return all;
}

void ChangeSomething(Source& source, Records* records) {
  switch (source.Below(7)) {
    case 0:
      return records->Put(AParty(source, source.Below(kParties)));
    case 1:
      return records->Put(AnOffer(source, source.Below(kTaps), source.Below(2)));
    case 2:
      return records->Remove<v1::Offer>(
          absl::StrCat("taps/p", source.Below(kTaps), "/offers/o", source.Below(2)));
    case 3:
      return records->Remove<v1::Relation>(absl::StrCat("relations/r", source.Below(12)));
    case 4:
      return records->Put(ACredential(source, source.Below(8)));
    case 5:
      return records->Remove<v1::Credential>(absl::StrCat("credentials/c", source.Below(8)));
    default:
      return records->Put(ARelation(source, source.Below(12)));
  }
}

// Whoever teaches a module certifies nothing.
TEST(RelationBook, AModuleOfTrainingTrains) {
  RelationBook book;
  Records records(&book);
  Source source(1);
  for (int at = 0; at < kParties; ++at) records.Put(AParty(source, at));
  v1::Credential credential;
  credential.set_name("credentials/module");
  credential.set_certifier(PartyName(0));
  credential.set_holder(PartyName(kTaps));
  credential.mutable_issue_date()->set_year(2000);
  credential.mutable_issue_date()->set_month(1);
  credential.mutable_issue_date()->set_day(1);
  const auto rules_of = [&](const char* tap) {
    const v1::Policy policy = APolicy();
    book.Renew();
    book.Take(policy, *book.FindAll(policy, kToday, 1, [] { return false; }));
    ConflictReader reader(book, kToday);
    std::set<std::string> rules;
    const ConflictSubject subject{.tap = book.FindParty(tap),
                                  .cooperative = book.FindParty(absl::StrCat("p", kTaps)),
                                  .need_window = {kToday, kToday + 30}};
    for (const v1::Conflict& conflict : reader.ConflictsOn(subject)) rules.insert(conflict.rule());
    return rules;
  };
  records.Put(credential);
  EXPECT_EQ(rules_of("p0").count("certifier"), 1u);
  credential.set_name("credentials/another");
  credential.set_certifier(PartyName(1));
  credential.set_curriculum(v1::CURRICULUM_LEADERSHIP);
  records.Put(credential);
  EXPECT_EQ(rules_of("p1").count("certifier"), 0u);
  credential.set_holder(PartyName(1));
  credential.set_certifier(PartyName(2));
  records.Put(credential);
  EXPECT_EQ(rules_of("p1").count("trainer"), 1u);
}

TEST(RelationBook, ThatFollowedChangesShowsWhatOneFilledAnewDoes) {
  const v1::Policy policy = APolicy();
  const auto never = [] { return false; };
  size_t shown = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Source source(seed);
    RelationBook follower;
    Records records(&follower);
    for (int at = 0; at < kParties; ++at) {
      v1::Principal principal;
      principal.set_name(absl::StrCat("principals/p", at));
      principal.set_party(PartyName(at));
      records.Put(principal);
      records.Put(AParty(source, at));
    }
    follower.Renew();
    follower.Take(policy, *follower.FindAll(policy, kToday, 1, never));
    for (int step = 0; step < 25; ++step) {
      for (int changes = 1 + source.Below(4); changes > 0; --changes) ChangeSomething(source, &records);
      follower.Renew();
      RelationBook anew;
      records.Fill(&anew);
      anew.Take(policy, *anew.FindAll(policy, kToday, 1, never));
      const std::string expected = Shown(anew);
      ASSERT_EQ(Shown(follower), expected) << seed << " " << step;
      shown += expected.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(shown, 1'000u);
}

}  // namespace
}  // namespace ayni::services
