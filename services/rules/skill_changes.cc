#include "services/rules/skill_changes.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "ayni/v1/skill.pb.h"
#include "ayni/v1/skill_service.pb.h"
#include "services/errors.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"
#include "services/rules/day.h"
#include "services/rules/resource_methods.h"
#include "services/rules/shapes.h"
#include "services/rules/today.h"

namespace ayni::services {
namespace {

constexpr int kRefreshesMax = 100;

absl::StatusOr<Draft> Confirmed(const Call& call, const std::string& request_id, const StoredRecord& stored,
                                std::unique_ptr<v1::Skill> after) {
  after->set_standing(v1::RELATION_STANDING_CONFIRMED);
  *after->mutable_update_time() = LaterOf(after->update_time(), call.now);
  Draft draft;
  AddPut(call, request_id, KindOf<v1::Skill>(), stored, *after, &draft.change);
  draft.answer = std::move(after);
  return draft;
}

void CheckLater(const google::type::Date& last, const google::type::Date& before,
                const google::type::Date& today, Violations* violations) {
  if (!IsDay(last)) return;
  const FieldPath root;
  const FieldPath at = root / "refresh_by_date";
  if (ToDay(last) <= ToDay(before)) {
    violations->Add(
        at, absl::StrCat("must be after the one that it has, ", absl::FormatCivilTime(ToDay(before)), ", is ",
                         absl::FormatCivilTime(ToDay(last))));
  } else if (ToDay(last) < ToDay(today)) {
    violations->Add(at, absl::StrCat("must not be before today, ", absl::FormatCivilTime(ToDay(today)),
                                     ", is ", absl::FormatCivilTime(ToDay(last))));
  }
}

}  // namespace

absl::StatusOr<Draft> ConfirmSkill(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView*) {
  auto after = std::make_unique<v1::Skill>(static_cast<const v1::Skill&>(*stored.record));
  if (after->standing() == v1::RELATION_STANDING_CONFIRMED)
    return StateForbids("SKILL_CONFIRMED", after->name(), "is confirmed already");
  return Confirmed(call, static_cast<const v1::ConfirmSkillRequest&>(request).request_id(), stored,
                   std::move(after));
}

absl::StatusOr<Draft> RefreshSkill(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView* view) {
  auto refresh = static_cast<const v1::RefreshSkillRequest&>(request);
  auto after = std::make_unique<v1::Skill>(static_cast<const v1::Skill&>(*stored.record));
  const google::type::Date today = Today(call.now);
  Violations violations;
  ShapeOf(v1::RefreshSkillRequest::descriptor()).Check(&refresh, FieldPath(), view, &violations);
  if (refresh.has_refresh_by_date())
    CheckLater(refresh.refresh_by_date(), after->refresh_by_date(), today, &violations);
  if (!violations.empty()) return violations.ToStatus();
  if (after->refreshes_size() >= kRefreshesMax) {
    return StateForbids(
        "TOO_MANY_REFRESHES", after->name(),
        absl::StrCat("was refreshed ", after->refreshes_size(), " times: state it anew with CreateSkill"));
  }
  v1::SkillRefresh* entry = after->add_refreshes();
  *entry->mutable_refresh_date() = today;
  *entry->mutable_refresh_by_date() = after->refresh_by_date();
  entry->set_evidence(refresh.evidence());
  *after->mutable_refresh_by_date() = refresh.refresh_by_date();
  return Confirmed(call, refresh.request_id(), stored, std::move(after));
}

}  // namespace ayni::services
