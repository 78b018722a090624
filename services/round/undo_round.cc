#include "services/round/undo_round.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "services/errors.h"
#include "services/held_units.h"
#include "services/match/taking.h"
#include "services/resource/field_path.h"
#include "services/resource/form.h"
#include "services/resource/record_keys.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"
#include "services/round/match_gate.h"
#include "services/round/round_request.h"
#include "services/rules/resource_methods.h"
#include "services/subsidy.h"

namespace ayni::services {
namespace {

constexpr int64_t kReasonCharactersMax = 2'000;

// One undoing: what is read goes through the view, so that the commit holds only if it still stands.
class Undo {
 public:
  Undo(const storage::Store& store, const Call& call, const v1::UndoRoundRequest& request, StoreView* view)
      : store_(store), call_(call), request_(request), view_(*view) {}

  absl::StatusOr<Draft> Plan() {
    if (absl::Status status = CheckReason(); !status.ok()) return status;
    auto round = ReadRoundFor(request_.name(), request_.etag(), v1::Round::STATE_PUBLISHED, &view_);
    if (!round.ok()) return round.status();
    // What is matched at the round's prices meanwhile would be missed.
    const auto gate = ReadMatchGate(store_);
    if (!gate.ok()) return gate.status();
    RestOnGate(*gate, &draft_.change);
    if (absl::Status status = UndoMatches(); !status.ok()) return status;
    for (const auto& [name, units] : need_units_) {
      if (absl::Status status = PutGivenBack<v1::Need>(name, units); !status.ok()) return status;
    }
    for (const auto& [name, units] : offer_units_) {
      if (absl::Status status = PutGivenBack<v1::Offer>(name, units); !status.ok()) return status;
    }
    for (const auto& [name, drawn] : drawn_) {
      if (absl::Status status = PutDrawnBack(name, drawn); !status.ok()) return status;
    }
    auto after = std::make_unique<v1::Round>(static_cast<const v1::Round&>(*(*round)->record));
    after->set_state(v1::Round::STATE_UNDONE);
    after->set_undo_reason(request_.reason());
    *after->mutable_update_time() = LaterOf(after->update_time(), call_.now);
    *after->mutable_undo_time() = after->update_time();
    Put<v1::Round>(**round, *after);
    draft_.answer = std::move(after);
    return std::move(draft_);
  }

 private:
  absl::Status CheckReason() const {
    Violations violations;
    const int64_t characters = CountCharacters(request_.reason());
    const std::string wrong = WrongText(request_.reason());
    if (characters < 1 || characters > kReasonCharactersMax) {
      violations.Add(FieldPath() / "reason",
                     absl::StrCat("must have 1 to ", kReasonCharactersMax, " characters, has ", characters));
    } else if (!wrong.empty()) {
      violations.Add(FieldPath() / "reason", wrong);
    }
    return violations.empty() ? absl::OkStatus() : violations.ToStatus();
  }

  template <typename Record>
  void Put(const StoredRecord& before, const Record& after) {
    AddPut(call_, request_.request_id(), KindOf<Record>(), before, after, &draft_.change);
  }

  absl::Status UndoMatches() {
    auto snapshot = store_.TakeSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    const ResourceType& type = ResourceType::Of<v1::Match>();
    const auto cursor =
        (*snapshot)->Scan(storage::KeyRange::Prefix(RecordKey(type, type.Name(request_.name(), ""))));
    while (cursor->Next()) {
      const StoredRecord& stored = view_.Read(type, NameOfRecordKey(cursor->key()));
      if (stored.version == 0) continue;
      v1::Match match = static_cast<const v1::Match&>(*stored.record);
      if (WasAccepted(match)) {
        return StateForbids("MATCH_ACCEPTED", request_.name(),
                            absl::StrCat("can't be undone: both sides accepted ", match.name(),
                                         ". Single matches can be cancelled"));
      }
      // What was declined or lapsed gave its units back, and stays what it is.
      if (!Holds(match)) continue;
      need_units_[match.need()] += match.quantity();
      offer_units_[match.offer()] += match.quantity();
      if (const Drawn drawn = DrawnBy(match); drawn != Drawn()) drawn_[match.subsidy().budget()] += drawn;
      match.set_state(v1::Match::STATE_UNDONE);
      *match.mutable_update_time() = LaterOf(match.update_time(), call_.now);
      Put(stored, match);
    }
    return cursor->status();
  }

  template <typename Record>
  absl::Status PutGivenBack(const std::string& name, int64_t units) {
    const StoredRecord& stored = view_.Read(ResourceType::Of<Record>(), name);
    if (stored.version == 0) return absl::OkStatus();
    return AddGivenBack<Record>(call_, request_.request_id(), stored, units, &draft_.change);
  }

  absl::Status PutDrawnBack(const std::string& name, const Drawn& drawn) {
    const StoredRecord& stored = view_.Read(ResourceType::Of<v1::Budget>(), name);
    if (stored.version == 0) return absl::OkStatus();
    return AddDrawn(call_, request_.request_id(), stored, Drawn() - drawn, &draft_.change);
  }

  const storage::Store& store_;
  const Call& call_;
  const v1::UndoRoundRequest& request_;
  StoreView& view_;
  Draft draft_;
  std::map<std::string, int64_t> need_units_;
  std::map<std::string, int64_t> offer_units_;
  std::map<std::string, Drawn> drawn_;  // by budget
};

}  // namespace

absl::StatusOr<Draft> PlanUndo(const storage::Store& store, const Call& call,
                               const v1::UndoRoundRequest& request, StoreView* view) {
  return Undo(store, call, request, view).Plan();
}

}  // namespace ayni::services
