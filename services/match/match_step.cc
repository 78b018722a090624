#include "services/match/match_step.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/errors.h"
#include "services/held_units.h"
#include "services/invariant.h"
#include "services/match/taking.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"
#include "services/rules/resource_methods.h"
#include "services/rules/roles.h"
#include "services/rules/shapes.h"

namespace ayni::services {
namespace {

absl::Status Missing(absl::string_view name, const StoreView& view) {
  return view.status().ok() ? absl::DataLossError(absl::StrCat(name, " is matched and not stored"))
                            : view.status();
}

// What the match now draws on its budget in place of what it drew before.
absl::Status DrawAnew(const Call& call, const std::string& request_id, const v1::Match& before,
                      const v1::Match& after, StoreView* view, storage::Change* change) {
  const Drawn more = DrawnBy(after) - DrawnBy(before);
  if (more == Drawn()) return absl::OkStatus();
  const std::string& name = after.subsidy().budget();
  const StoredRecord& stored = view->Read(ResourceType::Of<v1::Budget>(), name);
  if (stored.version == 0) return Missing(name, *view);
  return AddDrawn(call, request_id, stored, more, change);
}

template <typename Record>
absl::Status GiveBackTo(const Call& call, const std::string& request_id, const std::string& name,
                        int64_t units, StoreView* view, storage::Change* change) {
  const StoredRecord& stored = view->Read(ResourceType::Of<Record>(), name);
  if (stored.version == 0) return Missing(name, *view);
  return AddGivenBack<Record>(call, request_id, stored, units, change);
}

}  // namespace

absl::Status CheckShape(const Message& request, StoreView* view) {
  const std::unique_ptr<Message> checked(request.New());
  checked->CopyFrom(request);
  Violations violations;
  ShapeOf(request.GetDescriptor()).Check(checked.get(), FieldPath(), view, &violations);
  return violations.empty() ? absl::OkStatus() : violations.ToStatus();
}

absl::Status CheckState(const v1::Match& match, absl::Span<const v1::Match::State> states,
                        absl::string_view done) {
  if (std::find(states.begin(), states.end(), match.state()) != states.end()) return absl::OkStatus();
  const std::string allowed = absl::StrJoin(states, " or ", [](std::string* out, v1::Match::State state) {
    absl::StrAppend(out, v1::Match::State_Name(state));
  });
  return StateForbids("MATCH_STATE", match.name(),
                      absl::StrCat("is ", v1::Match::State_Name(match.state()), ", and only what is ",
                                   allowed, " can be ", done));
}

bool ActsFor(const Caller& caller, v1::Side side, const v1::Match& match) {
  if (caller.party.empty()) return false;
  if (side == v1::SIDE_COOPERATIVE)
    return caller.role == v1::ROLE_COOPERATIVE && caller.party == match.cooperative();
  return side == v1::SIDE_TAP && caller.role == v1::ROLE_TAP && caller.party == match.tap();
}

absl::StatusOr<v1::Side> OwnSideOf(const Caller& caller, const v1::Match& match) {
  for (const v1::Side side : {v1::SIDE_COOPERATIVE, v1::SIDE_TAP}) {
    if (ActsFor(caller, side, match)) return side;
  }
  return Forbidden("NOT_OWN",
                   absl::StrCat(caller.principal, " is of neither side of ", match.name(),
                                ": the cooperative and the TAP speak of it"),
                   {{"match", match.name()}});
}

absl::StatusOr<v1::Side> SideOf(const Caller& caller, const v1::Match& match) {
  if (caller.role != v1::ROLE_ADMINISTRATOR) return OwnSideOf(caller, match);
  for (const std::string& party : {match.cooperative(), match.tap()}) {
    if (absl::Status status = CheckUnconcerned(caller, party); !status.ok()) return status;
  }
  return v1::SIDE_ADMINISTRATOR;
}

absl::Status CheckSide(const Caller& caller, v1::Side side, const v1::Match& match) {
  if (ActsFor(caller, side, match)) return absl::OkStatus();
  return Forbidden(
      "NOT_OWN",
      absl::StrCat(caller.principal, " does not act for the ", side == v1::SIDE_TAP ? "TAP" : "cooperative",
                   " of ", match.name(), ", which says this"),
      {{"match", match.name()}});
}

v1::Word WordOf(const Call& call, const v1::Match& match) {
  v1::Word word;
  *word.mutable_time() = LaterOf(match.update_time(), call.now);
  word.set_principal(call.caller.principal);
  return word;
}

absl::StatusOr<Draft> PutMatch(const Call& call, const std::string& request_id, const StoredRecord& stored,
                               v1::Match after, StoreView* view) {
  *after.mutable_update_time() = LaterOf(after.update_time(), call.now);
  const int64_t units = HeldUnits(MatchOf(stored)) - HeldUnits(after);
  INVARIANT(units >= 0, after.name());
  Draft draft;
  AddPut(call, request_id, KindOf<v1::Match>(), stored, after, &draft.change);
  if (units > 0) {
    absl::Status status = GiveBackTo<v1::Need>(call, request_id, after.need(), units, view, &draft.change);
    if (!status.ok()) return status;
    status = GiveBackTo<v1::Offer>(call, request_id, after.offer(), units, view, &draft.change);
    if (!status.ok()) return status;
  }
  if (absl::Status status = DrawAnew(call, request_id, MatchOf(stored), after, view, &draft.change);
      !status.ok())
    return status;
  draft.answer = std::make_unique<v1::Match>(std::move(after));
  return draft;
}

Draft KeepMatch(const std::string& request_id, const StoredRecord& stored) {
  auto answer = std::make_unique<v1::Match>(MatchOf(stored));
  FillEtag(KindOf<v1::Match>().type, stored.version, answer.get());
  Draft draft;
  draft.answer = std::move(answer);
  draft.writes = !request_id.empty();
  return draft;
}

}  // namespace ayni::services
