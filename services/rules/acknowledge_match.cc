#include "services/rules/acknowledge_match.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/match_service.pb.h"
#include "services/errors.h"
#include "services/resource/time.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {

absl::StatusOr<Draft> AcknowledgeMatch(const Call& call, const Message& request, const StoredRecord& stored,
                                       StoreView*) {
  auto after = std::make_unique<v1::Match>(static_cast<const v1::Match&>(*stored.record));
  if (call.caller.party.empty() || call.caller.party != after->cooperative()) {
    return Forbidden("NOT_OWN",
                     absl::StrCat(call.caller.principal, " may acknowledge its own matches, and ",
                                  after->name(), " is of another cooperative"),
                     {{"match", after->name()}});
  }
  if (after->state() != v1::Match::STATE_PROPOSED && after->state() != v1::Match::STATE_ACCEPTED) {
    return StateForbids("MATCH_NOT_STANDING", after->name(),
                        absl::StrCat("is ", v1::Match::State_Name(after->state()), ": it stands no more"));
  }
  const std::string& request_id = static_cast<const v1::AcknowledgeMatchRequest&>(request).request_id();
  Draft draft;
  if (after->has_acknowledge_time()) {
    FillEtag(KindOf<v1::Match>().type, stored.version, after.get());
    draft.writes = !request_id.empty();
  } else {
    after->set_acknowledged_by(call.caller.principal);
    *after->mutable_update_time() = LaterOf(after->update_time(), call.now);
    *after->mutable_acknowledge_time() = after->update_time();
    AddPut(call, request_id, KindOf<v1::Match>(), stored, *after, &draft.change);
  }
  draft.answer = std::move(after);
  return draft;
}

}  // namespace ayni::services
