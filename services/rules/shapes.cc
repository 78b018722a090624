#include "services/rules/shapes.h"

#include <vector>

#include "ayni/v1/access.pb.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/agreement_service.pb.h"
#include "ayni/v1/appeal_service.pb.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/credential_service.pb.h"
#include "ayni/v1/identity.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/need_template.pb.h"
#include "ayni/v1/notice.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "ayni/v1/round.pb.h"
#include "ayni/v1/skill.pb.h"
#include "ayni/v1/skill_service.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/type/date.pb.h"
#include "google/type/latlng.pb.h"
#include "services/resource/write.h"
#include "services/rules/codes.h"
#include "services/rules/day.h"
#include "services/rules/need_turns.h"
#include "services/rules/place.h"
#include "services/rules/vague.h"

namespace ayni::services {
namespace {

using Pages = std::vector<ShapeBook::Page>;

constexpr int64_t kNameCharactersMax = 200;
constexpr int64_t kDescriptionCharactersMin = 10;
constexpr int64_t kDescriptionCharactersMax = 500;
constexpr int kLanguagesMax = 20;
constexpr int kLocalNamesMax = 50;
constexpr int kValueChainsMax = 50;
constexpr int kCoverageTerritoriesMax = 2000;
constexpr int kMonthsMax = 1200;
constexpr int64_t kCapacityMax = 1'000'000'000;
constexpr int64_t kPartsPerMillion = 1'000'000;
constexpr int64_t kBasisPoints = 10'000;
constexpr int64_t kPerMille = 1000;
constexpr int64_t kPenaltyMax = 1'000'000;

FieldLimit Description(const char* field) {
  return {field, kDescriptionCharactersMin, kDescriptionCharactersMax, 1, WrongDescription};
}

void AddCommonPages(Pages* pages) {
  pages->push_back({google::type::Date::descriptor(), {}, CheckDate, false});
  pages->push_back({google::type::LatLng::descriptor(), {}, CheckPosition, false});
  pages->push_back({google::protobuf::Timestamp::descriptor(), {}, CheckTimestamp, false});
  pages->push_back({google::protobuf::Duration::descriptor(), {}, CheckDuration, false});
  pages->push_back({v1::DateWindow::descriptor(), {}, CheckWindow});
  pages->push_back({v1::Money::descriptor(),
                    {Formed("currency", WrongCurrency), Number("minor_units", 0, kMinorUnitsMax)}});
}

void AddCataloguePages(Pages* pages) {
  pages->push_back({v1::Service::descriptor(),
                    {Text("display_name", 1, kNameCharactersMax),
                     {"local_names", 1, kNameCharactersMax, kLocalNamesMax, WrongLanguage},
                     Formed("family", WrongSlug),
                     Description("deliverable"),
                     Description("immediate_benefit"),
                     Number("benefit_days", 0, 366),
                     Each("required_credentials", 10, WrongSlug)}});
  pages->push_back({v1::ValueChain::descriptor(),
                    {Text("display_name", 1, kNameCharactersMax),
                     {"local_names", 1, kNameCharactersMax, kLocalNamesMax, WrongLanguage},
                     Formed("agrovoc_id", WrongAgrovocId)}});
  pages->push_back({v1::TerritoryCode::descriptor(), {Text("code", 1, 10)}});
  pages->push_back({v1::Territory::descriptor(),
                    {Text("display_name", 1, kNameCharactersMax), Each("other_codes", 5),
                     Number("altitude_m", -430, 8850)}});
}

void AddPartyPages(Pages* pages) {
  constexpr int64_t kMembersMax = 10'000'000;
  pages->push_back({v1::Identifier::descriptor(), {Text("value", 1, 40)}});
  pages->push_back({v1::Contact::descriptor(), {Formed("phone", WrongPhone), Formed("email", WrongEmail)}});
  pages->push_back({v1::Cooperative::descriptor(),
                    {Number("member_count", 0, kMembersMax), Number("woman_member_count", 0, kMembersMax)}});
  pages->push_back(
      {v1::Tap::descriptor(), {Number("capacity", 0, kCapacityMax), Text("assembly_act", 1, 500)}});
  pages->push_back(
      {v1::Party::descriptor(),
       {Text("display_name", 1, kNameCharactersMax), Each("roles", 8), Each("identifiers", 5),
        EachText("aliases", 20, 1, kNameCharactersMax), Each("languages", kLanguagesMax, WrongLanguage)}});
  pages->push_back({v1::RelationSource::descriptor(), {Text("reference", 1, 500)}});
  pages->push_back({v1::Relation::descriptor(),
                    {Number("share_basis_points", 0, kBasisPoints), Number("kinship_degree", 0, 10)}});
  pages->push_back(
      {v1::Credential::descriptor(),
       {Formed("scheme", WrongSlug), Each("services", 100), Each("value_chains", kValueChainsMax),
        Text("revoke_reason", 1, 500), Text("evidence", 1, 500)}});
  const FieldLimit request_id = Text("request_id", 0, kRequestIdCharactersMax);
  for (const google::protobuf::Descriptor* request :
       {v1::SuspendCredentialRequest::descriptor(), v1::RevokeCredentialRequest::descriptor()}) {
    pages->push_back({request, {request_id, Text("reason", 1, 500)}});
  }
  pages->push_back({v1::ReinstateCredentialRequest::descriptor(), {request_id}});
  pages->push_back({v1::RenewCredentialRequest::descriptor(), {request_id, Text("evidence", 1, 500)}});
  pages->push_back({v1::Skill::descriptor(),
                    {Formed("technology", WrongSlug), Each("services", 100),
                     Each("value_chains", kValueChainsMax), Text("evidence", 1, 500)}});
  pages->push_back({v1::RefreshSkillRequest::descriptor(), {request_id, Text("evidence", 1, 500)}});
}

void AddMarketPages(Pages* pages) {
  pages->push_back({v1::Wishes::descriptor(), {}});
  pages->push_back({v1::Need::descriptor(),
                    {Number("quantity", 1, kQuantityMax), Each("languages", kLanguagesMax, WrongLanguage),
                     Each("required_credentials", 10, WrongSlug),
                     Number("least_experience_months", 0, kMonthsMax), Text("note", 1, 500)}});
  pages->push_back(
      {v1::NeedTemplate::descriptor(),
       {Number("quantity", 1, kQuantityMax), Each("languages", kLanguagesMax, WrongLanguage),
        Each("required_credentials", 10, WrongSlug), Number("least_experience_months", 0, kMonthsMax),
        Text("note", 1, 500), Number("repeat_months", 1, kRepeatMonthsMax),
        Number("turn_count", 1, kTurnsMax), Number("days_ahead", 0, 366)}});
  pages->push_back(
      {v1::Agreement::descriptor(), {Each("value_chains", kValueChainsMax), Text("note", 1, 2'000)}});
  pages->push_back({v1::Coverage::descriptor(),
                    {Each("territories", kCoverageTerritoriesMax), Number("radius_m", 0, 500'000)}});
  pages->push_back({v1::FeeForService::descriptor(), {}});
  pages->push_back({v1::Embedded::descriptor(), {Text("product", 1, kNameCharactersMax)}});
  pages->push_back({v1::Subsidised::descriptor(), {Number("producer_share_basis_points", 0, kBasisPoints)}});
  pages->push_back({v1::ProducerShare::descriptor(), {Number("share_basis_points", 0, kBasisPoints)}});
  pages->push_back(
      {v1::Budget::descriptor(),
       {Text("display_name", 1, kNameCharactersMax), Each("producer_shares", 40), Each("services", 100),
        Each("territories", kCoverageTerritoriesMax), Each("taps", 1000)}});
  pages->push_back({v1::PriceStep::descriptor(), {Number("least_quantity", 2, kQuantityMax)}});
  pages->push_back({v1::Offer::descriptor(),
                    {Each("value_chains", kValueChainsMax), Number("capacity", 1, kQuantityMax),
                     Each("languages", kLanguagesMax, WrongLanguage), Number("smallest_lot", 0, kQuantityMax),
                     Each("price_steps", 8), Description("deliverable"), Description("immediate_benefit")}});
}

void AddPolicyPages(Pages* pages) {
  pages->push_back({v1::LimitException::descriptor(),
                    {Number("share_basis_points", 1, kBasisPoints), Text("reason", 1, 2000)}});
  pages->push_back(
      {v1::Limit::descriptor(),
       {Formed("id", WrongSlug), Number("share_basis_points", 1, kBasisPoints),
        Number("window_days", 0, 3660), Number("min_controllers", 0, 1000), Each("exceptions", 100)}});
  pages->push_back({v1::TapClass::descriptor(),
                    {Number("certified_days_max", 0, 3660), Number("outcome_count_max", 0, kQuantityMax)}});
  pages->push_back({v1::Reserve::descriptor(),
                    {Formed("id", WrongSlug), Number("share_basis_points", 1, kBasisPoints),
                     Number("penalty", 1, kPenaltyMax), Each("value_chains", kValueChainsMax)}});
  pages->push_back(
      {v1::Floor::descriptor(),
       {Formed("id", WrongSlug), Number("quantity", 1, kQuantityMax), Number("penalty", 1, kPenaltyMax)}});
  pages->push_back({v1::ConflictStep::descriptor(),
                    {Each("types", 17), Number("least_share_basis_points", 0, kBasisPoints),
                     Number("repeats_max", 0, 8), Number("ended_days_max", 0, 3660),
                     Number("blood_degree_max", 0, 10), Number("affinity_degree_max", 0, 10)}});
  pages->push_back({v1::ConflictRule::descriptor(),
                    {Formed("id", WrongSlug),
                     Text("reason", 1, kNameCharactersMax),
                     {"texts", 1, 2000, kLocalNamesMax, WrongLanguage},
                     Each("steps", 8),
                     Each("advice", 2),
                     Number("total_share_basis_points", 0, kBasisPoints),
                     Each("lifted_by", 17)}});
  pages->push_back(
      {v1::Waiver::descriptor(), {Formed("rule", WrongSlug), Text("reason", 1, 2000), Each("through", 20)}});
  pages->push_back(
      {v1::ScoreWeights::descriptor(),
       {Number("fit", 0, kPerMille), Number("distance", 0, kPerMille), Number("price", 0, kPerMille),
        Number("expected_success", 0, kPerMille), Number("language", 0, kPerMille),
        Number("waiting_time", 0, kPerMille), Number("wishes", 0, kPerMille), Number("urgency", 0, kPerMille),
        Number("training", 0, kPerMille), Number("origin", 0, kPerMille)}});
  pages->push_back(
      {v1::ExpectedSuccess::descriptor(),
       {Number("community_per_mille", 0, kPerMille), Number("enterprise_per_mille", 0, kPerMille),
        Number("public_per_mille", 0, kPerMille), Number("academic_per_mille", 0, kPerMille),
        Number("prior_strength", 0, 10'000), Number("survival_years_max", 0, 50)}});
  pages->push_back({v1::PublicRole::descriptor(),
                    {Formed("id", WrongSlug), Each("territories", kCoverageTerritoriesMax),
                     Each("services", 100), Text("source", 1, 500)}});
  pages->push_back(
      {v1::ProviderCap::descriptor(), {Number("years", 0, 100), Number("quantity", 1, kQuantityMax)}});
  pages->push_back(
      {v1::CountryProfile::descriptor(),
       {Formed("currency", WrongCurrency), Formed("language", WrongLanguage), Number("appeal_days", 0, 366),
        Each("provider_caps", 20), Number("least_practising_months", 0, kMonthsMax)}});
  pages->push_back(
      {v1::ConcentrationThresholds::descriptor(),
       {Number("high_hhi", 0, kBasisPoints), Number("hhi_rise", 0, kBasisPoints),
        Number("share_basis_points", 0, kBasisPoints), Number("least_match_count", 0, kQuantityMax),
        Number("requester_share_basis_points", 0, kBasisPoints)}});
  pages->push_back({v1::MatchTerms::descriptor(),
                    {Number("answer_hours", 0, 8'784), Number("critical_answer_hours", 0, 8'784)}});
  pages->push_back(
      {v1::Policy::descriptor(),
       {Text("reason", 1, 2000), Each("limits", 8), Number("full_waiting_days", 1, 366), Each("reserves", 8),
        Each("floors", 8), Each("conflict_rules", 50), Number("long_contract_days", 0, 1'096),
        Each("public_roles", 50), Each("country_profiles", 50)}});
  pages->push_back(
      {v1::Round::descriptor(), {Number("target_gap_ppm", 0, kPartsPerMillion), Text("note", 1, 2000)}});
}

// Of requests that change a match.
void AddMatchPages(Pages* pages) {
  constexpr int64_t kSaidCharactersMax = 2'000;
  const FieldLimit request_id = Text("request_id", 0, kRequestIdCharactersMax);
  const FieldLimit reason = Text("reason", 1, kSaidCharactersMax);
  for (const google::protobuf::Descriptor* request :
       {v1::DeclineMatchRequest::descriptor(), v1::CancelMatchRequest::descriptor(),
        v1::DisputeMatchRequest::descriptor()}) {
    pages->push_back({request, {request_id, reason}});
  }
  pages->push_back({v1::EndAgreementRequest::descriptor(), {request_id, reason}});
  pages->push_back({v1::DecideMatchDisputeRequest::descriptor(),
                    {request_id, reason, Number("quantity", 0, kQuantityMax)}});
  pages->push_back(
      {v1::DeliverMatchRequest::descriptor(),
       {request_id, Number("quantity", 0, kQuantityMax), Text("report", 1, kSaidCharactersMax)}});
  pages->push_back({v1::ConfirmMatchRequest::descriptor(),
                    {request_id, Text("benefit_seen", 3, 500), Number("rating", 1, 5)}});
  pages->push_back({v1::Payment::descriptor(), {Text("in_kind", 1, 200)}});
  pages->push_back({v1::SettleMatchRequest::descriptor(), {request_id, Each("payments", 20)}});
}

void AddNoticePages(Pages* pages) {
  constexpr int kEventsMax = 20;
  pages->push_back({v1::Subscription::descriptor(),
                    {{"webhook_url", 1, 500, 1, WrongWebhookUrl},
                     Formed("email", WrongEmail),
                     Formed("phone", WrongPhone),
                     Formed("language", WrongTextLanguage),
                     Each("events", kEventsMax)}});
}

void AddAppealPages(Pages* pages) {
  pages->push_back({v1::ContestedFinding::descriptor(), {Formed("rule", WrongSlug)}});
  pages->push_back({v1::ContestedRefusal::descriptor(), {}});
  pages->push_back({v1::Appeal::descriptor(), {Text("statement", 10, 2'000)}});
  pages->push_back(
      {v1::DecideAppealRequest::descriptor(),
       {Text("request_id", 0, kRequestIdCharactersMax), Text("reason", 1, 2'000), Text("remedy", 1, 2'000)}});
}

void AddAccessPages(Pages* pages) {
  pages->push_back({v1::Principal::descriptor(), {Text("display_name", 1, kNameCharactersMax)}});
  pages->push_back({v1::Token::descriptor(), {Text("display_name", 1, kNameCharactersMax)}});
  pages->push_back({v1::Identity::descriptor(),
                    {Text("display_name", 1, kNameCharactersMax), Formed("issuer", WrongIssuer),
                     Formed("subject", WrongSubject)}});
}

}  // namespace

const Shape& ShapeOf(const google::protobuf::Descriptor* record) {
  static const ShapeBook* const book = [] {
    Pages pages;
    AddCommonPages(&pages);
    AddCataloguePages(&pages);
    AddPartyPages(&pages);
    AddMarketPages(&pages);
    AddPolicyPages(&pages);
    AddMatchPages(&pages);
    AddNoticePages(&pages);
    AddAppealPages(&pages);
    AddAccessPages(&pages);
    return new ShapeBook(pages);
  }();
  return book->Of(record);
}

}  // namespace ayni::services
