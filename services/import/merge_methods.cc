#include "services/import/merge_methods.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/merge_service.pb.h"
#include "services/errors.h"
#include "services/import/merge_record.h"
#include "services/resource/form.h"
#include "services/resource/standard_methods.h"
#include "services/resource/time.h"
#include "services/rules/resource_methods.h"
#include "services/rules/roles.h"

namespace ayni::services {
namespace {

constexpr char kService[] = "ayni.v1.MergeService";
constexpr int64_t kReasonCharactersMax = 500;
constexpr int kAliasesMax = 20;

absl::Status CheckReason(const std::string& reason) {
  const FieldPath root;
  Violations violations;
  const int64_t characters = CountCharacters(reason);
  if (reason.empty()) {
    violations.Add(root / "reason", "is required: whoever reads the decision later must understand it");
  } else if (characters < 0 || characters > kReasonCharactersMax) {
    violations.Add(root / "reason",
                   absl::StrCat("must be UTF-8 of at most ", kReasonCharactersMax, " characters"));
  } else if (std::string wrong = WrongText(reason); !wrong.empty()) {
    violations.Add(root / "reason", std::move(wrong));
  }
  return violations.empty() ? absl::OkStatus() : violations.ToStatus();
}

absl::Status CheckUndecided(const v1::MergeProposal& proposal) {
  if (proposal.state() == v1::MergeProposal::STATE_PROPOSED) return absl::OkStatus();
  return StateForbids("MERGE_DECIDED", proposal.name(),
                      absl::StrCat("is ", v1::MergeProposal::State_Name(proposal.state()),
                                   ": what was decided stays decided"));
}

// The proposal as it is once the caller has decided it.
std::unique_ptr<v1::MergeProposal> Decided(const Call& call, const v1::MergeProposal& proposal,
                                           v1::MergeProposal::State state, const std::string& reason) {
  auto decided = std::make_unique<v1::MergeProposal>(proposal);
  decided->set_state(state);
  decided->set_decided_by(call.caller.principal);
  decided->set_decide_reason(reason);
  *decided->mutable_update_time() = LaterOf(decided->update_time(), call.now);
  *decided->mutable_decide_time() = decided->update_time();
  return decided;
}

// One merge of `gone` into `kept`. A pure function of the view.
class Merge {
 public:
  Merge(const Call& call, std::string request_id, const v1::Party& gone, const v1::Party& kept,
        StoreView* view)
      : call_(call), request_id_(std::move(request_id)), gone_(gone), kept_(kept), view_(*view) {}

  // Adds it to the change, or says why it can't be.
  absl::Status AddTo(storage::Change* change);

 private:
  // Whether anything but relations refers to the party that goes.
  absl::Status CheckUnused();
  absl::StatusOr<v1::Party> Joined();
  absl::Status MoveRelations(storage::Change* change);

  const Call& call_;
  const std::string request_id_;
  const v1::Party& gone_;
  const v1::Party& kept_;
  StoreView& view_;
};

absl::Status Merge::CheckUnused() {
  for (const Reference& reference : KindOf<v1::Party>().rules.referrers) {
    if (reference.referring->descriptor() == v1::Relation::descriptor()) continue;
    const std::string referrer = view_.FirstReferrer(reference, gone_.name(), reference.binds);
    if (referrer.empty()) continue;
    return StateForbids(
        "PARTY_IN_USE", gone_.name(),
        absl::StrCat(referrer, " rests on it, and a merge moves relations alone: reject the proposal, ",
                     "and correct the other party, ", kept_.name(), ", by hand"));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Party> Merge::Joined() {
  v1::Party joined = kept_;
  const auto add_alias = [&](const std::string& name) {
    const auto& aliases = joined.aliases();
    if (name == joined.display_name() || std::find(aliases.begin(), aliases.end(), name) != aliases.end())
      return;
    if (joined.aliases_size() < kAliasesMax) joined.add_aliases(name);
  };
  add_alias(gone_.display_name());
  for (const std::string& alias : gone_.aliases()) add_alias(alias);
  for (const int role : gone_.roles()) {
    const auto gained = static_cast<v1::PartyRole>(role);
    const bool is_plain = gained == v1::PARTY_ROLE_COMPANY || gained == v1::PARTY_ROLE_PERSON;
    if (!is_plain && !HasRole(joined, gained)) joined.add_roles(gained);
  }
  if (gone_.has_cooperative() && !joined.has_cooperative())
    *joined.mutable_cooperative() = gone_.cooperative();
  if (gone_.has_tap() && !joined.has_tap()) *joined.mutable_tap() = gone_.tap();
  for (const v1::Identifier& identifier : gone_.identifiers()) {
    const auto own =
        std::find_if(joined.identifiers().begin(), joined.identifiers().end(),
                     [&](const v1::Identifier& each) { return each.scheme() == identifier.scheme(); });
    if (own == joined.identifiers().end()) {
      *joined.add_identifiers() = identifier;
    } else if (own->value() != identifier.value()) {
      return StateForbids("MERGE_CONTRADICTS", gone_.name(),
                          absl::StrCat("and ", kept_.name(), " have different numbers of ",
                                       v1::IdentifierScheme_Name(identifier.scheme()),
                                       ": they are two, or one number is to be corrected first"));
    }
  }
  *joined.mutable_update_time() = LaterOf(joined.update_time(), call_.now);
  return joined;
}

absl::Status Merge::MoveRelations(storage::Change* change) {
  const Kind& kind = KindOf<v1::Relation>();
  std::set<std::string> names;
  for (const char* end : {"subject", "object"}) {
    const std::optional<std::vector<std::string>> found =
        view_.AllReferrers({&kind.type, end}, gone_.name(), kMergedRelationsMax);
    if (found) names.insert(found->begin(), found->end());
    if (found && names.size() <= kMergedRelationsMax) continue;
    return StateForbids("MERGE_TOO_LARGE", gone_.name(),
                        absl::StrCat("has more than ", kMergedRelationsMax,
                                     " relations, and one merge moves no more: delete what has ended"));
  }
  for (const std::string& name : names) {
    const StoredRecord& stored = view_.Read(kind.type, name);
    if (stored.version == 0) return absl::AbortedError("a relation went while it was read");
    v1::Relation moved = static_cast<const v1::Relation&>(*stored.record);
    if (moved.subject() == gone_.name()) moved.set_subject(kept_.name());
    if (moved.object() == gone_.name()) moved.set_object(kept_.name());
    if (moved.subject() == moved.object()) {
      AddDelete(call_, request_id_, kind, stored, name, change);  // of the two, and now of one with itself
      continue;
    }
    *moved.mutable_update_time() = LaterOf(moved.update_time(), call_.now);
    AddPut(call_, request_id_, kind, stored, moved, change);
  }
  return absl::OkStatus();
}

absl::Status Merge::AddTo(storage::Change* change) {
  if (absl::Status status = CheckUnused(); !status.ok()) return status;
  absl::StatusOr<v1::Party> joined = Joined();
  if (!joined.ok()) return joined.status();
  if (absl::Status status = MoveRelations(change); !status.ok()) return status;
  const Kind& kind = KindOf<v1::Party>();
  AddPut(call_, request_id_, kind, view_.Read(kind.type, kept_.name()), *joined, change);
  AddDelete(call_, request_id_, kind, view_.Read(kind.type, gone_.name()), gone_.name(), change);
  return absl::OkStatus();
}

absl::StatusOr<Draft> Confirm(const Call& call, const v1::ConfirmMergeProposalRequest& request,
                              const StoredRecord& stored, StoreView* view) {
  if (absl::Status status = CheckReason(request.reason()); !status.ok()) return status;
  const auto& proposal = static_cast<const v1::MergeProposal&>(*stored.record);
  if (absl::Status status = CheckUndecided(proposal); !status.ok()) return status;
  const auto* gone = view->Find<v1::Party>(proposal.party());
  // Either may have been merged since.
  const std::string kept_name = MergedParty(proposal.into(), view);
  const auto* kept = kept_name.empty() ? nullptr : view->Find<v1::Party>(kept_name);
  if (gone == nullptr || kept == nullptr || gone == kept) {
    return StateForbids("MERGE_OBSOLETE", proposal.name(),
                        absl::StrCat(gone == nullptr ? proposal.party() : proposal.into(),
                                     " is no party of its own any more: reject the proposal"));
  }
  Draft draft;
  Merge merge(call, request.request_id(), *gone, *kept, view);
  if (absl::Status status = merge.AddTo(&draft.change); !status.ok()) return status;
  auto decided = Decided(call, proposal, v1::MergeProposal::STATE_CONFIRMED, request.reason());
  decided->set_into(kept_name);
  AddPut(call, request.request_id(), KindOf<v1::MergeProposal>(), stored, *decided, &draft.change);
  draft.answer = std::move(decided);
  return draft;
}

absl::StatusOr<Draft> Reject(const Call& call, const v1::RejectMergeProposalRequest& request,
                             const StoredRecord& stored) {
  if (absl::Status status = CheckReason(request.reason()); !status.ok()) return status;
  const auto& proposal = static_cast<const v1::MergeProposal&>(*stored.record);
  if (absl::Status status = CheckUndecided(proposal); !status.ok()) return status;
  auto decided = Decided(call, proposal, v1::MergeProposal::STATE_REJECTED, request.reason());
  Draft draft;
  AddPut(call, request.request_id(), KindOf<v1::MergeProposal>(), stored, *decided, &draft.change);
  draft.answer = std::move(decided);
  return draft;
}

}  // namespace

void AddMergeMethods(storage::Store* store, IdSource new_id, MethodTable* table) {
  const auto foundation = std::make_shared<const Foundation>(Foundation{store, std::move(new_id)});
  const Kind& kind = KindOf<v1::MergeProposal>();
  AddRecordChange(
      foundation, kind, kService, "ConfirmMergeProposal",
      [](const Call& call, const Message& request, const StoredRecord& stored, StoreView* view) {
        return Confirm(call, static_cast<const v1::ConfirmMergeProposalRequest&>(request), stored, view);
      },
      table);
  AddRecordChange(
      foundation, kind, kService, "RejectMergeProposal",
      [](const Call& call, const Message& request, const StoredRecord& stored, StoreView*) {
        return Reject(call, static_cast<const v1::RejectMergeProposalRequest&>(request), stored);
      },
      table);
}

}  // namespace ayni::services
