#include "services/notice/notice_methods.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/notice_service.pb.h"
#include "services/errors.h"
#include "services/notice/attempts.h"
#include "services/notice/courier.h"
#include "services/notice/webhook_signature.h"
#include "services/resource/check_name.h"
#include "services/resource/standard_methods.h"
#include "services/resource/stored.h"
#include "services/resource/time.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

constexpr char kService[] = "ayni.v1.NoticeService";

const v1::Subscription& SubscriptionOf(const StoredRecord& stored) {
  return static_cast<const v1::Subscription&>(*stored.record);
}

absl::Status CheckWebhook(const v1::Subscription& subscription) {
  if (subscription.channel_case() == v1::Subscription::kWebhookUrl) return absl::OkStatus();
  return StateForbids("NO_WEBHOOK", subscription.name(),
                      "names no webhook, and what is sent by email or message is not signed");
}

absl::StatusOr<std::unique_ptr<Message>> GetSecret(const storage::Store& store, const std::string& name) {
  const ResourceType& type = ResourceType::Of<v1::Subscription>();
  Violations violations;
  CheckName(type, name, FieldPath() / "name", &violations);
  if (!violations.empty()) return violations.ToStatus();
  const auto stored = ReadRecord(store, type, name);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return ResourceNotFound(type.type(), name);
  const v1::Subscription& subscription = SubscriptionOf(*stored);
  if (absl::Status status = CheckWebhook(subscription); !status.ok()) return status;
  auto answer = std::make_unique<v1::SubscriptionSecret>();
  answer->set_generation(subscription.secret_generation());
  answer->set_secret(
      SecretText(WebhookSecret(store.secret(), subscription, subscription.secret_generation())));
  return std::unique_ptr<Message>(std::move(answer));
}

template <typename Record>
Draft DraftOf(const Call& call, const std::string& request_id, const StoredRecord& stored, Record after) {
  Draft draft;
  AddPut(call, request_id, KindOf<Record>(), stored, after, &draft.change);
  draft.answer = std::make_unique<Record>(std::move(after));
  return draft;
}

absl::StatusOr<Draft> RotateSecret(const Call& call, const Message& request, const StoredRecord& stored,
                                   StoreView*) {
  v1::Subscription after = SubscriptionOf(stored);
  if (absl::Status status = CheckWebhook(after); !status.ok()) return status;
  after.set_secret_generation(after.secret_generation() + 1);
  *after.mutable_update_time() = LaterOf(after.update_time(), call.now);
  *after.mutable_secret_rotate_time() = after.update_time();
  const auto& rotate = static_cast<const v1::RotateSubscriptionSecretRequest&>(request);
  return DraftOf(call, rotate.request_id(), stored, std::move(after));
}

absl::StatusOr<Draft> RetryNotice(const Call& call, const Message& request, const StoredRecord& stored,
                                  StoreView* view) {
  v1::Notice after = static_cast<const v1::Notice&>(*stored.record);
  if (after.state() != v1::Notice::STATE_FAILED) {
    return StateForbids("NOTICE_STATE", after.name(),
                        absl::StrCat("is ", v1::Notice::State_Name(after.state()),
                                     ", and only what is STATE_FAILED is tried again"));
  }
  const auto* subscription = view->Find<v1::Subscription>(after.subscription());
  if (subscription == nullptr || !IsOf(after, *subscription)) {
    if (!view->status().ok()) return view->status();
    return StateForbids("SUBSCRIPTION_GONE", after.name(),
                        absl::StrCat("has nowhere to go: ", after.subscription(), " was deleted"));
  }
  Requeue(call.now, &after);
  return DraftOf(call, static_cast<const v1::RetryNoticeRequest&>(request).request_id(), stored,
                 std::move(after));
}

template <typename Request>
void RefuseOtherChannels(const NoticeChannels& channels, const std::string& method, MethodTable* table) {
  table->Wrap(absl::StrCat(kService, "/", method), [&](MethodFunction run) -> MethodFunction {
    return [channels, run = std::move(run)](std::shared_ptr<const Call> call,
                                            std::shared_ptr<const Requests> requests, Reply reply) {
      const auto& request = static_cast<const Request&>(*requests->front());
      absl::Status status = CheckChannel(channels, request.subscription());
      if (!status.ok()) return reply(std::move(status));
      run(std::move(call), std::move(requests), std::move(reply));
    };
  });
}

}  // namespace

void AddNoticeMethods(storage::Store* store, const NoticeChannels& channels, MethodTable* table) {
  const auto foundation = std::make_shared<const Foundation>(Foundation{.store = store, .new_id = nullptr});
  AddRecordChange(foundation, KindOf<v1::Subscription>(), kService, "RotateSubscriptionSecret", RotateSecret,
                  table);
  AddRecordChange(foundation, KindOf<v1::Notice>(), kService, "RetryNotice", RetryNotice, table);
  table->Add(absl::StrCat(kService, "/GetSubscriptionSecret"),
             [store](const std::shared_ptr<const Call>&, const std::shared_ptr<const Requests>& requests,
                     const Reply& reply) {
               const auto& request = static_cast<const v1::GetSubscriptionSecretRequest&>(*requests->front());
               reply(GetSecret(*store, request.name()));
             });
  RefuseOtherChannels<v1::CreateSubscriptionRequest>(channels, "CreateSubscription", table);
  RefuseOtherChannels<v1::UpdateSubscriptionRequest>(channels, "UpdateSubscription", table);
}

}  // namespace ayni::services
