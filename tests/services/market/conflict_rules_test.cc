// The conflict rules that ship, each in a market that triggers it and in one just outside it.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/need.pb.h"
#include "matcher/conflict_rule.h"
#include "services/conflict_rule.h"
#include "services/market/engine_day.h"
#include "services/market/need_conflicts.h"
#include "services/market/relation_book.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

using testing::Not;

v1::Policy ShippedPolicy() {
  std::ifstream file(AYNI_CONFLICT_RULES);
  std::stringstream text;
  text << file.rdbuf();
  v1::Policy policy;
  const auto parsed = google::protobuf::util::JsonStringToMessage(text.str(), &policy);
  EXPECT_TRUE(parsed.ok()) << parsed.ToString();
  return policy;
}

google::type::Date ADate(int year, int month, int day) {
  google::type::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

// The 1st of June 2027; the need is for the whole of July.
const matcher::Day kToday = DayOf(ADate(2027, 6, 1));

// parties/tap, which serves, and parties/coop, which asks; and whoever a case adds.
class RuleMarket {
 public:
  RuleMarket() {
    Party("tap", {v1::PARTY_ROLE_TAP});
    Party("coop", {v1::PARTY_ROLE_COOPERATIVE});
    v1::Service service;
    service.set_name("services/s");
    Put(service);
  }

  v1::Party& Party(const std::string& id, std::vector<v1::PartyRole> roles = {}) {
    v1::Party& party = parties_[id];
    party.set_name(absl::StrCat("parties/", id));
    for (const v1::PartyRole role : roles) party.add_roles(role);
    return party;
  }
  v1::Relation& Relate(const std::string& subject, v1::RelationType type, const std::string& object,
                       int share_basis_points = 0) {
    Party(subject);
    Party(object);
    v1::Relation& relation = relations_.emplace_back();
    relation.set_name(absl::StrCat("relations/r", relations_.size()));
    relation.set_subject(absl::StrCat("parties/", subject));
    relation.set_type(type);
    relation.set_object(absl::StrCat("parties/", object));
    relation.set_share_basis_points(share_basis_points);
    relation.set_standing(v1::RELATION_STANDING_CONFIRMED);
    return relation;
  }
  void Advise(v1::Advice advice) {
    v1::Service service;
    service.set_name("services/s");
    service.set_advice(advice);
    Put(service);
  }
  v1::Credential& Certify(const std::string& certifier, const std::string& holder) {
    Party(certifier);
    Party(holder);
    v1::Credential& credential = credentials_.emplace_back();
    credential.set_name(absl::StrCat("credentials/c", credentials_.size()));
    credential.set_certifier(absl::StrCat("parties/", certifier));
    credential.set_holder(absl::StrCat("parties/", holder));
    credential.set_scheme("kamayoq-livestock");
    *credential.mutable_issue_date() = ADate(2027, 1, 1);
    return credential;
  }
  v1::Offer& Offer(const std::string& tap, const std::string& id) {
    v1::Offer& offer = offers_.emplace_back();
    offer.set_name(absl::StrCat("taps/", tap, "/offers/", id));
    offer.set_service("services/s");
    offer.set_capacity(10);
    return offer;
  }

  void Principal(const std::string& name, const std::string& party) {
    Party(party);
    v1::Principal principal;
    principal.set_name(name);
    principal.set_party(absl::StrCat("parties/", party));
    Put(principal);
  }

  // By rule.
  std::map<std::string, v1::Conflict> Check(const v1::Policy& policy) {
    for (const auto& [id, party] : parties_) Put(party);
    for (const v1::Relation& relation : relations_) Put(relation);
    for (const v1::Credential& credential : credentials_) Put(credential);
    for (const v1::Offer& offer : offers_) Put(offer);
    book_.Renew();
    book_.Take(policy, *book_.FindAll(policy, kToday, 1, [] { return false; }));
    v1::Need need;
    need.set_name("cooperatives/coop/needs/n");
    need.set_service("services/s");
    *need.mutable_window()->mutable_start_date() = ADate(2027, 7, 1);
    *need.mutable_window()->mutable_end_date() = ADate(2027, 7, 31);
    std::map<std::string, v1::Conflict> found;
    for (v1::Conflict& conflict : ConflictsOn(book_, need, "parties/tap", kToday))
      found[conflict.rule()] = conflict;
    return found;
  }

 private:
  template <typename Record>
  void Put(const Record& record) {
    ASSERT_TRUE(
        book_.Apply(RecordKey(ResourceType::Of<Record>(), record.name()), record.SerializeAsString()).ok());
  }

  std::map<std::string, v1::Party> parties_;
  std::deque<v1::Relation> relations_;
  std::deque<v1::Credential> credentials_;
  std::deque<v1::Offer> offers_;
  RelationBook book_;
};

using Lay = std::function<void(RuleMarket&)>;

struct Case {
  const char* rule;
  v1::ConflictSeverity severity;
  Lay inside;
  Lay outside;
};

constexpr v1::ConflictSeverity kBlock = v1::CONFLICT_SEVERITY_BLOCK;
constexpr v1::ConflictSeverity kFlag = v1::CONFLICT_SEVERITY_FLAG;
constexpr v1::ConflictSeverity kDisclose = v1::CONFLICT_SEVERITY_DISCLOSE;
constexpr auto OWNS = v1::RELATION_TYPE_OWNS;
constexpr auto CONTROLS = v1::RELATION_TYPE_CONTROLS;
constexpr auto DIRECTS = v1::RELATION_TYPE_DIRECTS;
constexpr auto EMPLOYS = v1::RELATION_TYPE_EMPLOYS;
constexpr auto LENDS_TO = v1::RELATION_TYPE_LENDS_TO;
constexpr auto FUNDS = v1::RELATION_TYPE_FUNDS;
constexpr auto FAMILY_OF = v1::RELATION_TYPE_FAMILY_OF;
constexpr auto BUYS_FROM = v1::RELATION_TYPE_BUYS_FROM;
constexpr auto CERTIFIES = v1::RELATION_TYPE_CERTIFIES;
constexpr auto TRAINS = v1::RELATION_TYPE_TRAINS;
constexpr auto SUPPLIES = v1::RELATION_TYPE_SUPPLIES;
constexpr auto MEMBER_OF = v1::RELATION_TYPE_MEMBER_OF;
constexpr auto BRAND = v1::RELATION_TYPE_REPRESENTS_BRAND_OF;
constexpr auto RECUSED = v1::RELATION_TYPE_RECUSED_FROM;

void Kin(v1::Relation& family, v1::Kinship kinship, int degree) {
  family.set_kinship(kinship);
  family.set_kinship_degree(degree);
}

std::vector<Case> BlockCases() {
  return {
      {"financial-institution", kBlock,
       [](RuleMarket& m) { m.Party("tap", {v1::PARTY_ROLE_FINANCIAL_INSTITUTION}); },
       [](RuleMarket& m) { m.Party("tap", {v1::PARTY_ROLE_COMPANY}); }},
      {"controlled-by-financial-institution", kBlock,
       [](RuleMarket& m) {
         m.Party("bank", {v1::PARTY_ROLE_FINANCIAL_INSTITUTION});
         m.Relate("bank", OWNS, "holding", 5'000);
         m.Relate("holding", CONTROLS, "subsidiary");
         m.Relate("subsidiary", OWNS, "tap", 5'000);
       },
       [](RuleMarket& m) {
         m.Party("bank", {v1::PARTY_ROLE_FINANCIAL_INSTITUTION});
         m.Relate("bank", OWNS, "holding", 4'999);
         m.Relate("holding", CONTROLS, "subsidiary");
         m.Relate("subsidiary", OWNS, "tap", 5'000);
         m.Relate("bank", LENDS_TO, "tap");
       }},
      {"lender-of-requester", kBlock,
       [](RuleMarket& m) {
         m.Relate("owner", OWNS, "tap", 2'500);
         m.Relate("owner", LENDS_TO, "coop");
       },
       [](RuleMarket& m) {
         m.Relate("owner", OWNS, "tap", 2'499);
         m.Relate("owner", LENDS_TO, "coop");
       }},
      {"lender-of-members", kBlock,
       [](RuleMarket& m) {
         m.Relate("tap", LENDS_TO, "producer");
         m.Relate("producer", MEMBER_OF, "coop");
       },
       [](RuleMarket& m) {
         m.Relate("tap", LENDS_TO, "producer");
         m.Relate("producer", MEMBER_OF, "another-coop");
       }},
      {"common-owner", kBlock,
       [](RuleMarket& m) {
         m.Relate("owner", OWNS, "tap", 6'000);
         m.Relate("owner", OWNS, "company", 5'000);
         m.Relate("company", OWNS, "coop", 5'000);
       },
       [](RuleMarket& m) {
         m.Party("owner").set_neutral(true);
         m.Relate("owner", OWNS, "tap", 6'000);
         m.Relate("owner", OWNS, "company", 5'000);
         m.Relate("company", OWNS, "coop", 5'000);
       }},
      {"provider-controls-requester", kBlock, [](RuleMarket& m) { m.Relate("tap", OWNS, "coop", 2'500); },
       [](RuleMarket& m) { m.Relate("tap", OWNS, "coop", 2'499); }},
      {"provider-controls-requester", kBlock,
       [](RuleMarket& m) {
         m.Relate("tap", OWNS, "company", 5'000);
         m.Relate("company", CONTROLS, "coop");
       },
       [](RuleMarket& m) {
         m.Relate("tap", OWNS, "company", 2'400);
         m.Relate("company", CONTROLS, "coop");
       }},
      {"self-review-of-requester", kBlock, [](RuleMarket& m) { m.Relate("tap", CERTIFIES, "coop"); },
       [](RuleMarket& m) { m.Relate("coop", CERTIFIES, "tap"); }},
      {"self-review-by-trainer", kBlock,
       [](RuleMarket& m) {
         m.Relate("institute", CERTIFIES, "tap");
         m.Relate("institute", TRAINS, "tap");
       },
       [](RuleMarket& m) {
         m.Relate("institute", CERTIFIES, "tap");
         m.Relate("another-institute", TRAINS, "tap");
       }},
      {"self-review-by-subsidiary", kBlock,
       [](RuleMarket& m) {
         m.Relate("tap", CONTROLS, "certifier");
         m.Relate("certifier", CERTIFIES, "tap");
       },
       [](RuleMarket& m) {
         m.Relate("tap", OWNS, "certifier", 2'400);
         m.Relate("certifier", CERTIFIES, "tap");
       }},
      {"decision-maker-own-tap", kBlock,
       [](RuleMarket& m) {
         m.Relate("president", OWNS, "tap", 10'000);
         m.Relate("president", DIRECTS, "coop");
       },
       [](RuleMarket& m) {
         m.Relate("president", OWNS, "tap", 10'000);
         m.Relate("president", DIRECTS, "coop");
         m.Relate("president", RECUSED, "tap");
       }},
      {"decision-maker-kin", kBlock,
       [](RuleMarket& m) {
         Kin(m.Relate("cousin", FAMILY_OF, "tap"), v1::KINSHIP_BLOOD, 4);
         m.Relate("cousin", DIRECTS, "coop");
       },
       [](RuleMarket& m) {
         Kin(m.Relate("cousin", FAMILY_OF, "tap"), v1::KINSHIP_BLOOD, 5);
         m.Relate("cousin", DIRECTS, "coop");
       }},
      {"decision-maker-kin", kBlock,
       [](RuleMarket& m) {
         Kin(m.Relate("owner", FAMILY_OF, "treasurer"), v1::KINSHIP_AFFINITY, 2);
         m.Relate("owner", CONTROLS, "tap");
         m.Relate("treasurer", DIRECTS, "coop");
       },
       [](RuleMarket& m) {
         Kin(m.Relate("owner", FAMILY_OF, "treasurer"), v1::KINSHIP_AFFINITY, 3);
         m.Relate("owner", CONTROLS, "tap");
         m.Relate("treasurer", DIRECTS, "coop");
       }},
      // A recusal on record lifts it; one that somebody merely claims does not.
      {"decision-maker-kin", kBlock,
       [](RuleMarket& m) {
         Kin(m.Relate("cousin", FAMILY_OF, "tap"), v1::KINSHIP_CO_PARENT, 1);
         m.Relate("cousin", DIRECTS, "coop");
         m.Relate("cousin", RECUSED, "coop").set_standing(v1::RELATION_STANDING_CLAIMED);
       },
       [](RuleMarket& m) {
         Kin(m.Relate("cousin", FAMILY_OF, "tap"), v1::KINSHIP_CO_PARENT, 1);
         m.Relate("cousin", DIRECTS, "coop");
         m.Relate("cousin", RECUSED, "coop");
       }},
      {"seller-owns-adviser", kBlock,
       [](RuleMarket& m) {
         m.Advise(v1::ADVICE_INDEPENDENT);
         m.Party("seller", {v1::PARTY_ROLE_COMPANY});
         m.Relate("seller", OWNS, "tap", 1'001);
       },
       [](RuleMarket& m) {
         m.Advise(v1::ADVICE_INDEPENDENT);
         m.Party("seller", {v1::PARTY_ROLE_COMPANY});
         m.Relate("seller", OWNS, "tap", 1'000);
       }},
      // 6 % at first hand and 6 % through a holding: only the one and the other are more than 10 %.
      {"seller-owns-adviser", kBlock,
       [](RuleMarket& m) {
         m.Advise(v1::ADVICE_INDEPENDENT);
         m.Party("seller", {v1::PARTY_ROLE_COMPANY});
         m.Relate("seller", OWNS, "tap", 600);
         m.Relate("holding", OWNS, "tap", 1'000);
         m.Relate("seller", OWNS, "holding", 6'000);
       },
       [](RuleMarket& m) {
         m.Advise(v1::ADVICE_INDEPENDENT);
         m.Party("seller", {v1::PARTY_ROLE_COMPANY});
         m.Relate("seller", OWNS, "tap", 600);
         m.Relate("holding", OWNS, "tap", 1'000);
         m.Relate("seller", OWNS, "holding", 4'000);
       }},
      {"sellers-own-adviser-together", kBlock,
       [](RuleMarket& m) {
         m.Advise(v1::ADVICE_INDEPENDENT);
         for (const char* seller : {"a", "b", "c", "d"}) {
           m.Party(seller, {v1::PARTY_ROLE_COMPANY});
           m.Relate(seller, OWNS, "tap", 801);
         }
       },
       [](RuleMarket& m) {
         m.Advise(v1::ADVICE_INDEPENDENT);
         for (const char* seller : {"a", "b", "c", "d"}) {
           m.Party(seller, {v1::PARTY_ROLE_COMPANY});
           m.Relate(seller, OWNS, "tap", 800);
           m.Relate(seller, OWNS, "tap", 800);  // a second source of the same holding
         }
       }},
  };
}

// So many of the TAP's offers come with products of the one, and one with those of the other.
void SellFor(RuleMarket& m, const std::string& seller, int count, const std::string& other) {
  m.Party(seller);
  m.Party(other);
  for (int at = 0; at < count; ++at)
    m.Offer("tap", absl::StrCat("o", at)).mutable_embedded()->set_seller("parties/" + seller);
  m.Offer("tap", "other").mutable_embedded()->set_seller("parties/" + other);
}

std::vector<Case> FlagCases() {
  return {
      {"brand-with-advice", kFlag,
       [](RuleMarket& m) {
         m.Advise(v1::ADVICE_ON_PRODUCTS);
         m.Relate("tap", BRAND, "maker");
       },
       [](RuleMarket& m) { m.Relate("tap", BRAND, "maker"); }},
      {"family-of-officer", kFlag,
       [](RuleMarket& m) {
         m.Relate("tap", EMPLOYS, "vet");
         Kin(m.Relate("vet", FAMILY_OF, "president"), v1::KINSHIP_BLOOD, 1);
         m.Relate("president", DIRECTS, "coop");
         m.Relate("president", RECUSED, "tap");
       },
       [](RuleMarket& m) {
         m.Relate("tap", EMPLOYS, "vet");
         Kin(m.Relate("vet", FAMILY_OF, "president"), v1::KINSHIP_AFFINITY, 3);
         m.Relate("president", DIRECTS, "coop");
       }},
      {"buyer-owns-provider", kFlag,
       [](RuleMarket& m) {
         m.Relate("dairy", OWNS, "tap", 5'100);
         m.Relate("dairy", BUYS_FROM, "coop");
       },
       [](RuleMarket& m) {
         m.Relate("dairy", OWNS, "tap", 5'100);
         m.Relate("dairy", BUYS_FROM, "another-coop");
       }},
      {"buyer-pays-assistance", kFlag,
       [](RuleMarket& m) {
         m.Offer("tap", "o").mutable_subsidised()->set_funder("parties/dairy");
         m.Party("dairy");
         m.Relate("dairy", BUYS_FROM, "coop");
       },
       [](RuleMarket& m) {
         m.Offer("tap", "o").mutable_fee_for_service();
         m.Party("dairy");
         m.Relate("dairy", BUYS_FROM, "coop");
       }},
      {"certifier-under-common-control", kFlag,
       [](RuleMarket& m) {
         m.Relate("owner", CONTROLS, "tap");
         m.Relate("owner", OWNS, "certifier", 2'500);
         m.Relate("certifier", CERTIFIES, "tap");
       },
       [](RuleMarket& m) {
         m.Relate("owner", CONTROLS, "tap");
         m.Relate("another-owner", OWNS, "certifier", 2'500);
         m.Relate("certifier", CERTIFIES, "tap");
       }},
      {"supplier-behind-provider", kFlag, [](RuleMarket& m) { m.Relate("distributor", SUPPLIES, "tap"); },
       [](RuleMarket& m) { m.Relate("distributor", SUPPLIES, "coop"); }},
      {"debt-to-lender", kFlag,
       [](RuleMarket& m) {
         m.Party("bank", {v1::PARTY_ROLE_FINANCIAL_INSTITUTION});
         m.Relate("bank", LENDS_TO, "tap");
       },
       [](RuleMarket& m) {
         m.Party("bank", {v1::PARTY_ROLE_FINANCIAL_INSTITUTION});
         *m.Relate("bank", LENDS_TO, "tap").mutable_end_date() = ADate(2027, 5, 31);
       }},
      {"shared-board", kFlag,
       [](RuleMarket& m) {
         m.Party("another-tap", {v1::PARTY_ROLE_TAP});
         m.Relate("director", DIRECTS, "tap");
         m.Relate("director", DIRECTS, "another-tap");
       },
       [](RuleMarket& m) {
         m.Relate("director", DIRECTS, "tap");
         m.Relate("director", DIRECTS, "a-school");
       }},
      {"shared-board-with-requester", kFlag,
       [](RuleMarket& m) {
         m.Relate("director", DIRECTS, "tap");
         m.Relate("director", DIRECTS, "coop");
       },
       [](RuleMarket& m) {
         m.Relate("director", DIRECTS, "tap");
         *m.Relate("director", DIRECTS, "coop").mutable_start_date() = ADate(2027, 6, 2);
       }},
      {"requester-controls-provider", kFlag,
       [](RuleMarket& m) {
         m.Relate("coop", OWNS, "company", 5'000);
         m.Relate("company", OWNS, "tap", 5'000);
       },
       [](RuleMarket& m) {
         m.Relate("coop", OWNS, "company", 5'000);
         m.Relate("company", OWNS, "tap", 4'999);
       }},
      {"shared-contact", kFlag,
       [](RuleMarket& m) {
         m.Party("tap").mutable_contact()->set_phone("+51911111111");
         m.Party("another-tap", {v1::PARTY_ROLE_TAP}).mutable_contact()->set_phone("+51911111111");
       },
       [](RuleMarket& m) {  // the number of an office that six parties gave
         m.Party("tap").mutable_contact()->set_phone("+51911111111");
         for (const char* tap : {"t1", "t2", "t3", "t4", "t5"})
           m.Party(tap, {v1::PARTY_ROLE_TAP}).mutable_contact()->set_phone("+51911111111");
       }},
      {"shared-contact-with-requester", kFlag,
       [](RuleMarket& m) {
         m.Party("tap").mutable_contact()->set_email("Ana@example.org");
         m.Party("coop").mutable_contact()->set_email("ana@example.org");
       },
       [](RuleMarket& m) {
         m.Party("tap").mutable_contact()->set_email("ana@example.org");
         m.Party("coop").mutable_contact()->set_email("ana@example.com");
       }},
      {"identical-offers", kFlag,
       [](RuleMarket& m) {
         m.Offer("tap", "a").set_deliverable("Shorn animals and a record of each");
         m.Offer("another-tap", "b").set_deliverable("Shorn animals and a record of each");
       },
       [](RuleMarket& m) {
         m.Offer("tap", "a").set_deliverable("Shorn animals and a record of each");
         m.Offer("another-tap", "b").set_deliverable("Shorn animals and a record of all");
       }},
      {"one-brand-recommended", kFlag, [](RuleMarket& m) { SellFor(m, "maker", 9, "other-maker"); },
       [](RuleMarket& m) { SellFor(m, "maker", 8, "other-maker"); }},
      {"cooling-off-officer", kFlag,
       [](RuleMarket& m) {
         m.Relate("former-president", OWNS, "tap", 10'000);
         *m.Relate("former-president", DIRECTS, "coop").mutable_end_date() = ADate(2026, 6, 1);
       },
       [](RuleMarket& m) {
         m.Relate("former-president", OWNS, "tap", 10'000);
         *m.Relate("former-president", DIRECTS, "coop").mutable_end_date() = ADate(2026, 5, 31);
       }},
      {"cooling-off-employee", kFlag,
       [](RuleMarket& m) { *m.Relate("coop", EMPLOYS, "tap").mutable_end_date() = ADate(2027, 1, 31); },
       [](RuleMarket& m) { m.Relate("coop", EMPLOYS, "tap"); }},
  };
}

std::vector<Case> DiscloseCases() {
  return {
      {"sells-inputs", kDisclose, [](RuleMarket& m) { m.Relate("tap", BRAND, "maker"); },
       [](RuleMarket& m) { m.Relate("maker", BUYS_FROM, "tap"); }},
      {"post-sale-service", kDisclose,
       [](RuleMarket& m) {
         m.Party("maker");
         m.Offer("tap", "o").mutable_embedded()->set_seller("parties/maker");
       },
       [](RuleMarket& m) {
         m.Party("maker");
         m.Offer("another-tap", "o").mutable_embedded()->set_seller("parties/maker");
       }},
      {"member-of-requester", kDisclose, [](RuleMarket& m) { m.Relate("tap", MEMBER_OF, "coop"); },
       [](RuleMarket& m) { m.Relate("tap", MEMBER_OF, "another-coop"); }},
      {"employed-by-requester", kDisclose, [](RuleMarket& m) { m.Relate("coop", EMPLOYS, "tap"); },
       [](RuleMarket& m) { m.Relate("another-coop", EMPLOYS, "tap"); }},
      {"company-training", kDisclose,
       [](RuleMarket& m) {
         m.Party("maker", {v1::PARTY_ROLE_COMPANY});
         m.Relate("maker", TRAINS, "tap");
       },
       [](RuleMarket& m) {
         m.Party("academy", {v1::PARTY_ROLE_ACADEMIC_INSTITUTION});
         m.Relate("academy", TRAINS, "tap");
       }},
      {"public-employee", kDisclose,
       [](RuleMarket& m) {
         m.Party("senasa", {v1::PARTY_ROLE_PUBLIC_BODY});
         m.Relate("senasa", EMPLOYS, "owner");
         m.Relate("owner", OWNS, "tap", 10'000);
       },
       [](RuleMarket& m) {
         m.Party("company", {v1::PARTY_ROLE_COMPANY});
         m.Relate("company", EMPLOYS, "owner");
         m.Relate("owner", OWNS, "tap", 10'000);
       }},
      {"public-funding-ends", kDisclose,
       [](RuleMarket& m) {
         m.Party("municipality", {v1::PARTY_ROLE_PUBLIC_BODY});
         *m.Relate("municipality", FUNDS, "tap").mutable_end_date() = ADate(2027, 7, 31);
       },
       [](RuleMarket& m) {
         m.Party("municipality", {v1::PARTY_ROLE_PUBLIC_BODY});
         *m.Relate("municipality", FUNDS, "tap").mutable_end_date() = ADate(2027, 8, 1);
       }},
  };
}

std::vector<Case> AllCases() {
  std::vector<Case> all = BlockCases();
  for (const Case& each : FlagCases()) all.push_back(each);
  for (const Case& each : DiscloseCases()) all.push_back(each);
  return all;
}

TEST(ShippedConflictRules, AreSoundAndReadInSpanishAndEnglish) {
  const v1::Policy policy = ShippedPolicy();
  ASSERT_GT(policy.conflict_rules_size(), 0);
  const absl::Status valid = matcher::Validate(ConflictRulesOf(policy));
  EXPECT_TRUE(valid.ok()) << valid;
  for (const v1::ConflictRule& rule : policy.conflict_rules()) {
    EXPECT_EQ(rule.texts().count("spa") + rule.texts().count("eng"), 2u) << rule.id();
    EXPECT_FALSE(rule.reason().empty()) << rule.id();
  }
}

TEST(ShippedConflictRules, EachFindsItsMarketAndNotTheOneJustOutside) {
  const v1::Policy policy = ShippedPolicy();
  for (const Case& each : AllCases()) {
    RuleMarket inside;
    each.inside(inside);
    const auto found = inside.Check(policy);
    ASSERT_TRUE(found.contains(each.rule)) << each.rule;
    EXPECT_EQ(found.at(each.rule).severity(), each.severity) << each.rule;
    RuleMarket outside;
    each.outside(outside);
    EXPECT_FALSE(outside.Check(policy).contains(each.rule)) << each.rule;
  }
}

TEST(ShippedConflictRules, HaveACaseEach) {
  std::set<std::string> ruled;
  std::set<std::string> tested;
  const v1::Policy policy = ShippedPolicy();
  for (const v1::ConflictRule& rule : policy.conflict_rules()) ruled.insert(rule.id());
  for (const Case& each : AllCases()) tested.insert(each.rule);
  EXPECT_EQ(ruled, tested);
}

TEST(ShippedConflictRules, NeitherBlockNorFlagACommercialTieAlone) {
  RuleMarket market;
  market.Relate("tap", BUYS_FROM, "maker");
  market.Relate("maker", BUYS_FROM, "tap");
  market.Relate("tap", BRAND, "maker");
  market.Party("maker", {v1::PARTY_ROLE_COMPANY});
  for (const auto& [rule, conflict] : market.Check(ShippedPolicy()))
    EXPECT_EQ(conflict.severity(), kDisclose) << rule;
}

TEST(ShippedConflictRules, TakeAClaimForAFlagUnlessItIsAnAdmission) {
  const auto severity = [](const std::string& principals_party) {
    RuleMarket market;
    market.Relate("owner", OWNS, "tap", 10'000);
    v1::Relation& claim = market.Relate("owner", LENDS_TO, "coop");
    claim.set_standing(v1::RELATION_STANDING_CLAIMED);
    claim.set_declared_by("principals/p");
    market.Principal("principals/p", principals_party);
    const auto found = market.Check(ShippedPolicy());
    EXPECT_EQ(found.at("lender-of-requester").claimed(), principals_party == "rival");
    return found.at("lender-of-requester").severity();
  };
  EXPECT_EQ(severity("rival"), kFlag);
  EXPECT_EQ(severity("tap"), kBlock);
  EXPECT_EQ(severity("coop"), kBlock);
}

TEST(ShippedConflictRules, TakeWhoIssuedACredentialForItsCertifier) {
  using Change = std::function<void(v1::Credential&)>;
  const auto found = [](const char* certifier, const Change& change) {
    RuleMarket market;
    market.Relate("institute", TRAINS, "tap");
    change(market.Certify(certifier, "tap"));
    return market.Check(ShippedPolicy());
  };
  const auto blocks = [&](const char* certifier, const Change& change) {
    return found(certifier, change).count("self-review-by-trainer") == 1;
  };
  const Change as_it_is = [](v1::Credential&) {};
  EXPECT_TRUE(blocks("institute", as_it_is));
  EXPECT_FALSE(blocks("another-body", as_it_is));
  // As of the 1st of June.
  EXPECT_TRUE(blocks("institute", [](auto& c) { *c.mutable_expire_date() = ADate(2027, 6, 1); }));
  EXPECT_FALSE(blocks("institute", [](auto& c) { *c.mutable_expire_date() = ADate(2027, 5, 31); }));
  EXPECT_TRUE(blocks("institute", [](auto& c) { *c.mutable_revoke_date() = ADate(2027, 6, 2); }));
  EXPECT_FALSE(blocks("institute", [](auto& c) { *c.mutable_revoke_date() = ADate(2027, 6, 1); }));
  EXPECT_FALSE(blocks("institute", [](auto& c) { *c.mutable_issue_date() = ADate(2027, 6, 2); }));
}

TEST(ShippedConflictRules, ShowTheCredentialThatAFindingRestsOn) {
  RuleMarket market;
  market.Relate("institute", TRAINS, "tap");
  v1::Credential& credential = market.Certify("institute", "tap");
  *credential.mutable_expire_date() = ADate(2029, 12, 31);
  credential.mutable_update_time()->set_seconds(1'800'000'000);
  const auto found = market.Check(ShippedPolicy());
  const v1::ConflictEdge& edge = found.at("self-review-by-trainer").path(0);
  EXPECT_EQ(edge.relation(), "");
  EXPECT_EQ(edge.subject(), "parties/institute");
  EXPECT_EQ(edge.type(), CERTIFIES);
  EXPECT_EQ(edge.object(), "parties/tap");
  EXPECT_EQ(edge.source().kind(), v1::RelationSource::KIND_MARKET);
  EXPECT_EQ(edge.source().reference(), "credentials/c1");
  EXPECT_EQ(edge.standing(), v1::RELATION_STANDING_CONFIRMED);
  EXPECT_EQ(DayOf(edge.start_date()), DayOf(ADate(2027, 1, 1)));
  EXPECT_EQ(DayOf(edge.end_date()), DayOf(ADate(2029, 12, 31)));
  EXPECT_EQ(edge.known_time().seconds(), 1'800'000'000);
}

TEST(ShippedConflictRules, ShowWhatIsSharedAndNotTheNumber) {
  RuleMarket market;
  market.Party("tap").mutable_contact()->set_phone("+51911111111");
  market.Party("another-tap", {v1::PARTY_ROLE_TAP}).mutable_contact()->set_phone("+51911111111");
  const auto found = market.Check(ShippedPolicy());
  const v1::Conflict& conflict = found.at("shared-contact");
  ASSERT_EQ(conflict.path_size(), 1);
  EXPECT_EQ(conflict.path(0).source().kind(), v1::RelationSource::KIND_MARKET);
  EXPECT_EQ(conflict.path(0).source().reference(), "the same telephone number");
  EXPECT_THAT(conflict.ShortDebugString(), Not(testing::HasSubstr("911111111")));
}

}  // namespace
}  // namespace ayni::services
