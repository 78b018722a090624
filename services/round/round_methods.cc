#include "services/round/round_methods.h"

#include <memory>
#include <string>
#include <utility>

#include "ayni/v1/round_service.pb.h"
#include "services/errors.h"
#include "services/resource/request_fields.h"
#include "services/resource/time.h"
#include "services/resource/write.h"
#include "services/round/operation_view.h"
#include "services/round/round_request.h"
#include "services/round/undo_round.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

using google::longrunning::Operation;

std::unique_ptr<Operation> Begun(const std::string& round) {
  auto operation = std::make_unique<Operation>();
  operation->set_name(OperationName(round));
  v1::RoundProgress progress;
  progress.set_round(round);
  operation->mutable_metadata()->PackFrom(progress);
  return operation;
}

// What is published must be replayed by anyone at any time, and a draft may change.
absl::Status CheckPolicy(const std::string& name, View* view) {
  const v1::Policy* policy = view->Find<v1::Policy>(name);
  if (policy == nullptr || policy->state() != v1::Policy::STATE_DRAFT) return absl::OkStatus();
  return StateForbids("POLICY_IS_DRAFT", name,
                      "is a draft, under which a round can be tried but not published: activate it first");
}

// The lease is taken before the commit that makes the round CLEARING, and given back when the call is
// answered: by then a clearing has begun, which keeps it.
absl::StatusOr<Draft> PlanPublish(ClearingDesk* desk, const Call& call,
                                  const v1::PublishRoundRequest& request, StoreView* view) {
  auto round = ReadRoundFor(request.name(), request.etag(), v1::Round::STATE_DRAFT, view);
  if (!round.ok()) return round.status();
  v1::Round after = static_cast<const v1::Round&>(*(*round)->record);
  if (absl::Status status = CheckPolicy(after.policy(), view); !status.ok()) return status;
  if (absl::Status status = desk->TakeLease(&call, request.name(), true); !status.ok()) return status;
  after.set_state(v1::Round::STATE_CLEARING);
  after.clear_failure();
  *after.mutable_update_time() = LaterOf(after.update_time(), call.now);
  Draft draft;
  AddPut(call, request.request_id(), KindOf<v1::Round>(), **round, after, &draft.change);
  draft.answer = Begun(request.name());
  return draft;
}

void AddPublish(storage::Store* store, ClearingDesk* desk, MethodTable* table) {
  const std::string name = "ayni.v1.RoundService/PublishRound";
  const auto plan = [desk](const Call& call, const Requests& requests, StoreView* view) {
    return PlanPublish(desk, call, static_cast<const v1::PublishRoundRequest&>(*requests.front()), view);
  };
  const MethodFunction mark = RunWrites(store, nullptr, {MethodOf(name), nullptr, plan});
  table->Add(name, [desk, mark](std::shared_ptr<const Call> call, std::shared_ptr<const Requests> requests,
                                const Reply& reply) {
    const auto begin = [desk, call, requests, reply](absl::StatusOr<std::unique_ptr<Message>> marked) {
      const auto& request = static_cast<const v1::PublishRoundRequest&>(*requests->front());
      if (marked.ok() && !request.validate_only())
        desk->Begin(call, request.name(), true, request.request_id());
      desk->DropLease(call.get());
      reply(std::move(marked));
    };
    mark(call, requests, begin);
  });
}

absl::StatusOr<std::unique_ptr<Message>> Try(const storage::Store& store, ClearingDesk* desk,
                                             const std::shared_ptr<const Call>& call,
                                             const std::string& name) {
  StoreView view(store);
  auto round = ReadRoundFor(name, "", v1::Round::STATE_DRAFT, &view);
  if (!round.ok()) return round.status();
  if (absl::Status status = desk->TakeLease(call.get(), name, false); !status.ok()) return status;
  desk->Begin(call, name, false, "");
  desk->DropLease(call.get());
  return Begun(name);
}

}  // namespace

void AddRoundMethods(storage::Store* store, ClearingDesk* desk, WorkThread* undo_thread, MethodTable* table) {
  table->Add("ayni.v1.RoundService/TryRound", [store, desk](const std::shared_ptr<const Call>& call,
                                                            const std::shared_ptr<const Requests>& requests,
                                                            const Reply& reply) {
    reply(Try(*store, desk, call, static_cast<const v1::TryRoundRequest&>(*requests->front()).name()));
  });
  AddPublish(store, desk, table);
  const std::string undo = "ayni.v1.RoundService/UndoRound";
  const auto plan = [store](const Call& call, const Requests& requests, StoreView* view) {
    return PlanUndo(*store, call, static_cast<const v1::UndoRoundRequest&>(*requests.front()), view);
  };
  const MethodFunction run = RunWrites(
      store, nullptr, {MethodOf(undo), &KindOf<v1::Round>(), plan, [undo_thread](std::function<void()> work) {
                         undo_thread->Post(std::move(work));
                       }});
  table->Add(undo, [undo_thread, run](const std::shared_ptr<const Call>& call,
                                      const std::shared_ptr<const Requests>& requests, const Reply& reply) {
    if (undo_thread->waiting() < kWaitingUndosMax) return run(call, requests, reply);
    reply(absl::ResourceExhaustedError("other rounds are waiting to be undone; try again later"));
  });
}

}  // namespace ayni::services
