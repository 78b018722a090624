#include "tests/services/rules/rejections.h"

namespace ayni::services {
namespace {

TEST(CreateParty, NamesEachWrongField) {
  using R = v1::CreatePartyRequest;
  R valid;
  *valid.mutable_party() = ACooperative();
  const auto identify = [](v1::Party* party, v1::IdentifierScheme scheme, const char* value) {
    party->add_identifiers()->set_scheme(scheme);
    party->mutable_identifiers(party->identifiers_size() - 1)->set_value(value);
  };
  ExpectRejections<R, v1::Party>(
      "ayni.v1.PartyService/CreateParty", valid, &R::mutable_party,
      {
          {"no name", [](R*, v1::Party* p) { p->clear_display_name(); }, "party.display_name"},
          {"blank name", [](R*, v1::Party* p) { p->set_display_name("  "); }, "party.display_name"},
          {"name that is not UTF-8", [](R*, v1::Party* p) { p->set_display_name("N\xFA\xF1"); },
           "party.display_name"},
          {"name too long", [](R*, v1::Party* p) { p->set_display_name(Characters(201)); },
           "party.display_name"},
          {"role twice", [](R*, v1::Party* p) { p->add_roles(v1::PARTY_ROLE_COOPERATIVE); },
           "party.roles[1]"},
          {"role of no name", [](R*, v1::Party* p) { p->add_roles(static_cast<v1::PartyRole>(99)); },
           "party.roles[1]"},
          {"no cooperative", [](R*, v1::Party* p) { p->clear_cooperative(); }, "party.cooperative"},
          {"a TAP without the role",
           [](R*, v1::Party* p) { p->mutable_tap()->set_model(v1::TAP_MODEL_PUBLIC); }, "party.tap"},
          {"no tap", [](R*, v1::Party* p) { p->add_roles(v1::PARTY_ROLE_TAP); }, "party.tap"},
          {"more women than members",
           [](R*, v1::Party* p) { p->mutable_cooperative()->set_woman_member_count(41); },
           "party.cooperative.woman_member_count"},
          {"RUC", [&](R*, v1::Party* p) { identify(p, v1::IDENTIFIER_SCHEME_RUC, "20131312956"); },
           "party.identifiers[0].value"},
          {"DNI", [&](R*, v1::Party* p) { identify(p, v1::IDENTIFIER_SCHEME_DNI, "1234567"); },
           "party.identifiers[0].value"},
          {"a name that tells a person's number",
           [&](R* r, v1::Party* p) {
             r->set_party_id("ana-12345678");
             identify(p, v1::IDENTIFIER_SCHEME_DNI, "12345678");
           },
           "party_id"},
          {"scheme twice",
           [&](R*, v1::Party* p) {
             identify(p, v1::IDENTIFIER_SCHEME_DNI, "12345678");
             identify(p, v1::IDENTIFIER_SCHEME_DNI, "12345679");
           },
           "party.identifiers[1].scheme"},
          {"alias twice",
           [](R*, v1::Party* p) {
             p->add_aliases("CN");
             p->add_aliases("CN");
           },
           "party.aliases[1]"},
          {"district", [](R*, v1::Party* p) { p->set_district("territories/inei.999999"); },
           "party.district"},
          {"phone", [](R*, v1::Party* p) { p->mutable_contact()->set_phone("984 123 456"); },
           "party.contact.phone"},
          {"email", [](R*, v1::Party* p) { p->mutable_contact()->set_email("correo"); },
           "party.contact.email"},
      });
}

TEST(CreateParty, AsksACommunityTapForItsAssembly) {
  TestMarket market;
  market.Lay();
  v1::CreatePartyRequest request;
  *request.mutable_party() = ATap();
  request.mutable_party()->mutable_tap()->set_model(v1::TAP_MODEL_COMMUNITY);
  const absl::Status status = market.Run("ayni.v1.PartyService/CreateParty", request).status();
  EXPECT_TRUE(Violates(status, "party.tap.assembly_act"));
  EXPECT_TRUE(Violates(status, "party.tap.assembly_date"));
}

TEST(CreateRelation, NamesEachWrongField) {
  using R = v1::CreateRelationRequest;
  R valid;
  *valid.mutable_relation() = ARelation();
  ExpectRejections<R, v1::Relation>(
      "ayni.v1.RelationService/CreateRelation", valid, &R::mutable_relation,
      {
          {"no type", [](R*, v1::Relation* r) { r->clear_type(); }, "relation.type"},
          {"itself", [](R*, v1::Relation* r) { r->set_object("parties/tap"); }, "relation.object"},
          {"unknown", [](R*, v1::Relation* r) { r->set_subject("parties/none"); }, "relation.subject"},
          {"share of no ownership", [](R*, v1::Relation* r) { r->set_share_basis_points(100); },
           "relation.share_basis_points"},
          {"ownership of no share", [](R*, v1::Relation* r) { r->set_type(v1::RELATION_TYPE_OWNS); },
           "relation.share_basis_points"},
          {"no source", [](R*, v1::Relation* r) { r->clear_source(); }, "relation.source"},
          {"source of no kind", [](R*, v1::Relation* r) { r->mutable_source()->clear_kind(); },
           "relation.source.kind"},
          {"end before start",
           [](R*, v1::Relation* r) {
             *r->mutable_start_date() = ADay(2020, 1, 2);
             *r->mutable_end_date() = ADay(2020, 1, 1);
           },
           "relation.end_date"},
          {"a contact that the market reads",
           [](R*, v1::Relation* r) { r->set_type(v1::RELATION_TYPE_SHARES_CONTACT); }, "relation.type"},
          {"an offer that the market reads",
           [](R*, v1::Relation* r) { r->set_type(v1::RELATION_TYPE_MAKES_SAME_OFFER); }, "relation.type"},
          {"a sale that the market reads",
           [](R*, v1::Relation* r) { r->set_type(v1::RELATION_TYPE_SELLS_FOR); }, "relation.type"},
          {"the market as source",
           [](R*, v1::Relation* r) { r->mutable_source()->set_kind(v1::RelationSource::KIND_MARKET); },
           "relation.source.kind"},
          {"kinship of no family", [](R*, v1::Relation* r) { r->set_kinship(v1::KINSHIP_BLOOD); },
           "relation.kinship"},
          {"degree of no kinship",
           [](R*, v1::Relation* r) {
             r->set_type(v1::RELATION_TYPE_FAMILY_OF);
             r->set_kinship_degree(2);
           },
           "relation.kinship_degree"},
          {"cohabitants of the second degree",
           [](R*, v1::Relation* r) {
             r->set_type(v1::RELATION_TYPE_FAMILY_OF);
             r->set_kinship(v1::KINSHIP_COHABITANT);
             r->set_kinship_degree(2);
           },
           "relation.kinship_degree"},
      });
}

TEST(CreateCredential, NamesEachWrongField) {
  using R = v1::CreateCredentialRequest;
  R valid;
  *valid.mutable_credential() = ACredential();
  ExpectRejections<R, v1::Credential>(
      "ayni.v1.CredentialService/CreateCredential", valid, &R::mutable_credential,
      {
          {"certifier of no role", [](R*, v1::Credential* c) { c->set_certifier("parties/coop"); },
           "credential.certifier"},
          {"certifier itself", [](R*, v1::Credential* c) { c->set_holder("parties/certifier"); },
           "credential.certifier"},
          {"a module taught by its holder",
           [](R*, v1::Credential* c) {
             c->set_curriculum(v1::CURRICULUM_BUSINESS);
             c->set_certifier(c->holder());
           },
           "credential.certifier"},
          {"scheme", [](R*, v1::Credential* c) { c->set_scheme("Kamayoq!"); }, "credential.scheme"},
          {"no issue", [](R*, v1::Credential* c) { c->clear_issue_date(); }, "credential.issue_date"},
          {"no leap year", [](R*, v1::Credential* c) { *c->mutable_issue_date() = ADay(2023, 2, 29); },
           "credential.issue_date"},
          {"expiry", [](R*, v1::Credential* c) { *c->mutable_expire_date() = ADay(2024, 2, 28); },
           "credential.expire_date"},
          {"no reason", [](R*, v1::Credential* c) { *c->mutable_revoke_date() = ADay(2025, 1, 1); },
           "credential.revoke_reason"},
          {"no revocation", [](R*, v1::Credential* c) { c->set_revoke_reason("Fraud"); },
           "credential.revoke_date"},
      });
}

}  // namespace
}  // namespace ayni::services
