#include "services/rules/need_posting.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/need_template.pb.h"
#include "services/errors.h"
#include "services/resource/admit.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/record_keys.h"
#include "services/resource/record_quota.h"
#include "services/resource/time.h"
#include "services/rules/day.h"
#include "services/rules/need_turns.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

// Between two looks.
constexpr std::chrono::seconds kPause = std::chrono::seconds(5);
// Turns of one template in one pass, of which all but the last were missed.
constexpr int kTurnsAtOnceMax = 24;
constexpr size_t kErrorBytesMax = 500;

const v1::NeedTemplate& TemplateOf(const StoredRecord& stored) {
  return static_cast<const v1::NeedTemplate&>(*stored.record);
}

v1::Need NeedOf(const v1::NeedTemplate& record, const v1::DateWindow& window) {
  v1::Need need;
  const google::type::Date& start = window.start_date();
  need.set_name(
      ResourceType::Of<v1::Need>().Name(absl::StrCat("cooperatives/", FirstId(record.name())),
                                        absl::StrFormat("%s-%04d%02d%02d", std::string(LastId(record.name())),
                                                        start.year(), start.month(), start.day())));
  need.set_service(record.service());
  need.set_value_chain(record.value_chain());
  need.set_district(record.district());
  if (record.has_position()) *need.mutable_position() = record.position();
  need.set_quantity(record.quantity());
  *need.mutable_window() = window;
  *need.mutable_highest_unit_price() = record.highest_unit_price();
  *need.mutable_languages() = record.languages();
  *need.mutable_required_credentials() = record.required_credentials();
  need.set_least_experience_months(record.least_experience_months());
  if (record.has_wishes()) *need.mutable_wishes() = record.wishes();
  need.set_urgency(record.urgency());
  need.set_note(record.note());
  need.set_agreement(record.agreement());
  return need;
}

// Admits the need as CreateNeed would, and adds it to the change, unless the template posted it before.
absl::Status AddNeed(const storage::Store& store, const Call& call, const std::string& request_id,
                     const v1::NeedTemplate& record, v1::Need need, RecordQuota* quota, StoreView* view,
                     storage::Change* change) {
  const Kind& kind = KindOf<v1::Need>();
  const StoredRecord& stored = view->Read(kind.type, need.name());
  if (stored.version != 0) {
    // Not where another template had that name before: its needs are other needs.
    const auto& other = static_cast<const v1::Need&>(*stored.record);
    const bool is_its_own =
        other.template_() == record.name() && TimeOf(other.create_time()) >= TimeOf(record.create_time());
    return is_its_own ? absl::OkStatus() : ResourceExists(kind.type.type(), need.name());
  }
  const IdSource no_id = [] { return std::string(); };
  const FieldPath root;
  Violations violations;
  const Admission admission{call.caller, call.now, no_id, *view, root, root, root, &violations};
  AdmitRecord(kind, admission, nullptr, &need);
  if (!violations.empty()) return violations.ToStatus();
  // An administrator's call makes what a member has no more room for, as CreateNeed does.
  if (call.caller.role != v1::ROLE_ADMINISTRATOR) {
    const std::string owner = absl::StrCat("cooperatives/", FirstId(record.name()));
    if (absl::Status status = quota->Check(store, kind.type, owner, call.now); !status.ok()) return status;
  }
  if (absl::Status status = kind.rules.permit(admission, nullptr, &need); !status.ok()) return status;
  need.set_template_(record.name());
  AddPut(call, request_id, kind, stored, need, change);
  return absl::OkStatus();
}

absl::StatusOr<Draft> PlanTurn(const storage::Store& store, const Call& call, const std::string& request_id,
                               const StoredRecord& stored, const v1::DateWindow& window, RecordQuota* quota,
                               StoreView* view) {
  auto after = std::make_unique<v1::NeedTemplate>(TemplateOf(stored));
  v1::Need need = NeedOf(*after, window);
  after->set_last_need(need.name());
  Draft draft;
  absl::Status status =
      AddNeed(store, call, request_id, TemplateOf(stored), std::move(need), quota, view, &draft.change);
  if (!status.ok()) return status;
  *after->mutable_settled_date() = window.start_date();
  after->clear_last_error();
  SetNextPostDate(after.get());
  *after->mutable_update_time() = LaterOf(after->update_time(), call.now);
  AddPut(call, request_id, KindOf<v1::NeedTemplate>(), stored, *after, &draft.change);
  draft.answer = std::move(after);
  return draft;
}

// Of a template that is due: passes over the turns that are over.
storage::Change PlanPassing(const Call& call, const StoredRecord& stored, absl::CivilDay today) {
  v1::NeedTemplate after = TemplateOf(stored);
  while (const auto over = NextTurn(after, absl::CivilDay::min())) {
    if (ToDay(over->end_date()) >= today) break;
    *after.mutable_settled_date() = over->start_date();
  }
  SetNextPostDate(&after);
  *after.mutable_update_time() = LaterOf(after.update_time(), call.now);
  storage::Change change;
  AddPut(call, "", KindOf<v1::NeedTemplate>(), stored, after, &change);
  return change;
}

// What is wrong with a record or a request, and not with the store or the moment.
bool IsToBeTold(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsFailedPrecondition(status) ||
         absl::IsAlreadyExists(status) || absl::IsResourceExhausted(status);
}

class DueTemplate {
 public:
  DueTemplate(absl::Time now, std::string name, storage::Store* store, RecordQuota* quota)
      : call_(ServerCall(now)),
        today_(FirstOpenDay(now)),
        name_(std::move(name)),
        store_(*store),
        quota_(*quota) {}

  // How many turns were posted.
  absl::StatusOr<int> Post() {
    int posted = 0;
    // Passing over turns that are over, and telling what is wrong, are writes too.
    for (int writes = 0; writes < kTurnsAtOnceMax + 2; ++writes) {
      const auto wrote = WriteByServer(&store_, [this](StoreView* view) { return Plan(view); });
      if (!wrote.ok()) return wrote.status();
      if (!*wrote) return posted;
      posted += posts_ ? 1 : 0;
    }
    return posted;
  }

 private:
  // A change of no puts where nothing is to be done.
  absl::StatusOr<storage::Change> Plan(StoreView* view) {
    posts_ = false;
    const StoredRecord& stored = view->Read(ResourceType::Of<v1::NeedTemplate>(), name_);
    if (!view->status().ok() || stored.version == 0 || !IsDue(TemplateOf(stored))) return storage::Change();
    const v1::DateWindow first = *NextTurn(TemplateOf(stored), absl::CivilDay::min());
    if (ToDay(first.end_date()) < today_) return PlanPassing(call_, stored, today_);
    auto draft = PlanTurn(store_, call_, "", stored, first, &quota_, view);
    posts_ = draft.ok();
    if (draft.ok()) return std::move(draft->change);
    if (!IsToBeTold(draft.status())) return draft.status();
    return PlanTelling(stored, draft.status());
  }

  bool IsDue(const v1::NeedTemplate& record) const {
    return record.has_next_post_date() && ToDay(record.next_post_date()) <= today_;
  }

  storage::Change PlanTelling(const StoredRecord& stored, const absl::Status& status) const {
    v1::NeedTemplate after = TemplateOf(stored);
    const std::string error(status.message().substr(0, kErrorBytesMax));
    if (after.last_error() == error) return storage::Change();
    after.set_last_error(error);
    *after.mutable_update_time() = LaterOf(after.update_time(), call_.now);
    storage::Change change;
    AddPut(call_, "", KindOf<v1::NeedTemplate>(), stored, after, &change);
    return change;
  }

  const Call call_;
  const absl::CivilDay today_;
  const std::string name_;
  storage::Store& store_;
  RecordQuota& quota_;
  bool posts_ = false;
};

}  // namespace

absl::StatusOr<Draft> PostNeedTemplate(const storage::Store& store, const Call& call, const Message& request,
                                       const StoredRecord& stored, RecordQuota* quota, StoreView* view) {
  const auto window = NextTurn(TemplateOf(stored), FirstOpenDay(call.now));
  if (!window.has_value()) {
    return StateForbids("NO_TURN_LEFT", TemplateOf(stored).name(),
                        "has no turn left whose window is not over: a later last_date or a larger turn_count "
                        "gives it more");
  }
  return PlanTurn(store, call, static_cast<const v1::PostNeedTemplateRequest&>(request).request_id(), stored,
                  *window, quota, view);
}

absl::StatusOr<int> PostNeeds(absl::Time now, const std::function<bool()>& stop, storage::Store* store) {
  const auto snapshot = store->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  RecordQuota quota;
  int posted = 0;
  absl::Status first_failure;
  const auto cursor = (*snapshot)->ScanIndex({NeedTurnStem(), NeedTurnEnd(FirstOpenDay(now))});
  while (!stop() && cursor->Next()) {
    const auto of_template = DueTemplate(now, NameOfIndexKey(cursor->key()), store, &quota).Post();
    // What ails one template is no reason to let the others wait.
    first_failure.Update(of_template.status());
    posted += of_template.value_or(0);
  }
  first_failure.Update(cursor->status());
  if (!first_failure.ok()) return first_failure;
  return posted;
}

NeedPosting::NeedPosting(storage::Store* store, const Log* log, Clock clock)
    : store_(*store),
      log_(*log),
      clock_(std::move(clock)),
      thread_(kPause, [this](const RepeatingThread::Stops& stops) {
        Pass(stops);
        return false;
      }) {}

void NeedPosting::Pass(const RepeatingThread::Stops& stops) {
  const auto posted = PostNeeds(clock_(), stops, &store_);
  if (!posted.ok()) {
    log_.Write(LogLevel::kError, "needs of templates not posted", {{"error", posted.status().ToString()}});
  } else if (*posted > 0) {
    log_.Write(LogLevel::kInfo, "needs of templates posted", {{"needs", *posted}});
  }
}

}  // namespace ayni::services
