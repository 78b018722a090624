#include "services/round/kept_record.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access.pb.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/appeal.pb.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/ledger.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/merge.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/need_template.pb.h"
#include "ayni/v1/notice.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "ayni/v1/round.pb.h"
#include "ayni/v1/skill.pb.h"
#include "services/resource/record_keys.h"

namespace ayni::services {
namespace {

// Conflict rules tell addresses apart whatever the case.
std::string ContactKey(const std::string& contact) { return absl::AsciiStrToLower(contact); }

void Strip(v1::Relation* relation) { relation->mutable_source()->clear_reference(); }
void Strip(v1::Need* need) { need->clear_note(); }
void Strip(v1::Agreement* agreement) {
  agreement->clear_note();
  agreement->clear_ending();
}
void Strip(v1::Budget* budget) { budget->clear_display_name(); }
void Strip(v1::Principal* principal) { principal->clear_display_name(); }
void Strip(v1::Credential* credential) {
  credential->clear_revoke_reason();
  credential->clear_evidence();
  for (v1::Suspension& suspension : *credential->mutable_suspensions()) suspension.clear_reason();
  for (v1::Renewal& renewal : *credential->mutable_renewals()) renewal.clear_evidence();
}
// Of a skill, the tie that it is, and nothing of what was taught.
void Strip(v1::Skill* skill) {
  skill->clear_technology();
  skill->clear_evidence();
  skill->clear_refreshes();
}
void Strip(v1::Waiver* waiver) {
  waiver->clear_reason();
  waiver->clear_revoke_reason();
}
void Strip(v1::Round* round) {
  round->clear_note();
  round->clear_undo_reason();
}
void Strip(v1::Match* match) {
  match->clear_note();
  match->clear_conflicts();
  // What both sides said, but for the units that it comes to.
  match->clear_delivery();
  match->mutable_confirmation()->clear_benefit_seen();
  if (match->confirmation().quantity() == 0) match->clear_confirmation();
  match->clear_settlement();
  // Who ended it and when, and what was decided: what was declined is not proposed again, and expected
  // success learns from what a TAP called off or did not deliver.
  v1::Ending ending;
  ending.set_side(match->ending().side());
  *ending.mutable_word()->mutable_time() = match->ending().word().time();
  match->clear_ending();
  const bool counts =
      match->state() == v1::Match::STATE_DECLINED || match->state() == v1::Match::STATE_CANCELLED;
  if (counts) *match->mutable_ending() = std::move(ending);
  const v1::Dispute::Outcome outcome = match->dispute().outcome();
  match->clear_dispute();
  if (outcome != v1::Dispute::OUTCOME_UNSPECIFIED) match->mutable_dispute()->set_outcome(outcome);
}

template <typename Record>
absl::StatusOr<std::string> Stripped(std::string_view bytes) {
  Record record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return absl::DataLossError("a record can't be read");
  Strip(&record);
  return record.SerializeAsString();
}

struct Stripping {
  const google::protobuf::Descriptor* type;
  absl::StatusOr<std::string> (*strip)(std::string_view bytes);
};

template <typename Record>
Stripping StrippingOf() {
  return {Record::descriptor(), Stripped<Record>};
}

}  // namespace

bool IsKept(const ResourceType& type) {
  const google::protobuf::Descriptor* descriptor = type.descriptor();
  return descriptor != v1::Policy::descriptor() && descriptor != v1::SegmentReport::descriptor() &&
         descriptor != v1::Token::descriptor() && descriptor != v1::NeedTemplate::descriptor() &&
         descriptor != v1::MergeProposal::descriptor() && descriptor != v1::LedgerEntry::descriptor() &&
         descriptor != v1::Appeal::descriptor() && descriptor != v1::Subscription::descriptor() &&
         descriptor != v1::Notice::descriptor();
}

absl::StatusOr<KeptRecords> KeptRecords::Read(const storage::Snapshot& snapshot,
                                              const std::function<bool()>& stop) {
  KeptRecords records;
  const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(RecordKey(ResourceType::Of<v1::Party>(), "")));
  v1::Party party;
  while (cursor->Next()) {
    if (stop()) return absl::CancelledError("keeping the market was stopped");
    if (!party.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size())))
      return absl::DataLossError(absl::StrCat(std::string(cursor->key()), " can't be read"));
    for (const std::string& contact : {party.contact().phone(), party.contact().email()}) {
      if (!contact.empty()) records.first_party_.try_emplace(ContactKey(contact), party.name());
    }
  }
  if (!cursor->status().ok()) return cursor->status();
  return records;
}

void KeptRecords::Rename(std::string* contact) const {
  if (contact->empty()) return;
  const auto first = first_party_.find(ContactKey(*contact));
  *contact = first == first_party_.end() ? "" : first->second;
}

absl::StatusOr<std::string> KeptRecords::BytesOf(const ResourceType& type, std::string_view bytes) const {
  static const Stripping kStrippings[] = {StrippingOf<v1::Relation>(),  StrippingOf<v1::Need>(),
                                          StrippingOf<v1::Principal>(), StrippingOf<v1::Credential>(),
                                          StrippingOf<v1::Waiver>(),    StrippingOf<v1::Round>(),
                                          StrippingOf<v1::Match>(),     StrippingOf<v1::Budget>(),
                                          StrippingOf<v1::Agreement>(), StrippingOf<v1::Skill>()};
  for (const Stripping& stripping : kStrippings) {
    if (type.descriptor() == stripping.type) return stripping.strip(bytes);
  }
  if (type.descriptor() != v1::Party::descriptor()) return std::string(bytes);
  v1::Party party;
  if (!party.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return absl::DataLossError("a party can't be read");
  party.clear_display_name();
  party.clear_identifiers();
  party.clear_aliases();
  if (party.has_tap()) party.mutable_tap()->clear_assembly_act();
  if (party.has_contact()) {
    Rename(party.mutable_contact()->mutable_phone());
    Rename(party.mutable_contact()->mutable_email());
  }
  return party.SerializeAsString();
}

}  // namespace ayni::services
