// Subscriptions, which parties write, and notices, which the server makes of events.
#include "services/rules/roles.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

void AdmitSubscription(const Admission& admission, const v1::Subscription* before, v1::Subscription* after) {
  if (before == nullptr) CheckParent(admission, after->name(), v1::PARTY_ROLE_UNSPECIFIED);
  if (after->channel_case() == v1::Subscription::CHANNEL_NOT_SET) {
    admission.violations->Add(admission.path / "webhook_url",
                              "is required, or email, or phone: where notices go");
  }
  // Another address has another receiver, who is to be given a secret of its own by RotateSubscriptionSecret.
  if (after->secret_generation() == 0) after->set_secret_generation(1);
}

}  // namespace

RulesOf<v1::Subscription> SubscriptionRules() {
  RulesOf<v1::Subscription> rules;
  rules.admit = AdmitSubscription;
  rules.filter_fields = {"language", "events"};
  return rules;
}

RulesOf<v1::Notice> NoticeRules() {
  RulesOf<v1::Notice> rules;
  rules.filter_fields = {"subscription", "match", "event", "event_time", "state"};
  return rules;
}

}  // namespace ayni::services
