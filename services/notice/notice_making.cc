#include "services/notice/notice_making.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/party.pb.h"
#include "services/notice/attempts.h"
#include "services/notice_text.h"
#include "services/resource/digest.h"
#include "services/resource/record_keys.h"
#include "services/resource/stored.h"
#include "services/resource/time.h"
#include "services/rules/country_profiles.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

constexpr size_t kIdBytes = 16;

// parties/c3 of parties/c3/subscriptions/s1.
absl::string_view PartyOfSubscription(absl::string_view name) {
  return name.substr(0, name.find('/', name.find('/') + 1));
}

bool Wants(const v1::Subscription& subscription, v1::MatchEvent event) {
  const auto& events = subscription.events();
  return events.empty() || std::find(events.begin(), events.end(), event) != events.end();
}

}  // namespace

std::string NoticeName(absl::string_view match, const TimedEvent& event, absl::string_view subscription) {
  const std::string digest =
      Sha256(absl::StrCat("ayni notice v1\n", match, "\n", static_cast<int>(event.event), "\n",
                          absl::ToUnixNanos(event.time), "\n", subscription));
  return ResourceType::Of<v1::Notice>().Name(
      PartyOfSubscription(subscription),
      absl::BytesToHexString(absl::string_view(digest).substr(0, kIdBytes)));
}

template <typename Record>
const Record* NoticeMaking::Find(const std::string& name) {
  if (name.empty()) return nullptr;
  const auto [place, is_new] = records_.try_emplace(name);
  if (is_new) {
    auto stored = ReadRecord(snapshot_, ResourceType::Of<Record>(), name);
    if (stored.ok()) place->second = std::move(stored->record);
    if (!stored.ok()) status_.Update(stored.status());
  }
  return static_cast<const Record*>(place->second.get());
}

const std::vector<NoticeMaking::Subscribed>& NoticeMaking::SubscriptionsOf(const std::string& party) {
  const auto [place, is_new] = subscriptions_.try_emplace(party);
  if (!is_new) return place->second;
  const ResourceType& type = ResourceType::Of<v1::Subscription>();
  const auto cursor = snapshot_.Scan(storage::KeyRange::Prefix(RecordKey(type, type.Name(party, ""))));
  while (cursor->Next()) {
    Subscribed& each = place->second.emplace_back();
    each.version = cursor->version();
    if (!each.record.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size())))
      status_.Update(absl::DataLossError(absl::StrCat(std::string(cursor->key()), " can't be read")));
  }
  status_.Update(cursor->status());
  return place->second;
}

std::string NoticeMaking::NameOf(const std::string& name) {
  const auto shown = [&](const auto* record) {
    return record != nullptr && !record->display_name().empty() ? record->display_name()
                                                                : std::string(View(LastId(name)));
  };
  if (absl::StartsWith(name, "parties/")) return shown(Find<v1::Party>(name));
  if (absl::StartsWith(name, "services/")) return shown(Find<v1::Service>(name));
  if (absl::StartsWith(name, "territories/")) return shown(Find<v1::Territory>(name));
  return std::string(View(LastId(name)));
}

std::string NoticeMaking::CountryLanguage(const std::string& district) {
  const auto cursor = snapshot_.ScanIndex(storage::KeyRange::Prefix(ActivePolicyStem()));
  const bool has_policy = cursor->Next();
  status_.Update(cursor->status());
  const auto* policy = has_policy ? Find<v1::Policy>(NameOfIndexKey(cursor->key())) : nullptr;
  if (policy == nullptr) return "";
  const v1::CountryProfile* profile =
      ProfileAt(*policy, district, [&](const std::string& name) { return Find<v1::Territory>(name); });
  return profile == nullptr ? "" : profile->language();
}

TextLanguage NoticeMaking::LanguageOf(const v1::Subscription& subscription, const v1::Match& match) {
  std::vector<std::string> codes = {subscription.language()};
  const auto* party = Find<v1::Party>(std::string(View(PartyOfSubscription(subscription.name()))));
  if (party != nullptr) codes.insert(codes.end(), party->languages().begin(), party->languages().end());
  if (subscription.language().empty()) codes.push_back(CountryLanguage(match.district()));
  for (const std::string& code : codes) {
    const auto language = code.empty() ? std::nullopt : ParseTextLanguage(code);
    if (language.has_value()) return *language;
  }
  return TextLanguage::kSpanish;
}

void NoticeMaking::AddOf(const v1::Match& match, bool saw_last, const v1::Subscription& subscription,
                         std::vector<v1::Notice>* notices) {
  for (const TimedEvent& event : EventsOf(match)) {
    if (!Wants(subscription, event.event)) continue;
    // What was before it is of no use to it.
    const bool was_there = saw_last && event.time == TimeOf(match.update_time());
    if (!was_there && event.time < TimeOf(subscription.create_time())) continue;
    v1::Notice notice;
    *notice.mutable_event_time() = ToTimestamp(event.time);
    *notice.mutable_subscribe_time() = subscription.create_time();
    notice.set_name(NoticeName(match.name(), event, subscription.name()));
    const auto known = snapshot_.Get(RecordKey(ResourceType::Of<v1::Notice>(), notice.name()));
    status_.Update(known.status());
    if (!known.ok() || known->has_value()) continue;
    const TextLanguage language = LanguageOf(subscription, match);
    const auto* service = Find<v1::Service>(match.service());
    notice.set_subscription(subscription.name());
    notice.set_match(match.name());
    notice.set_event(event.event);
    notice.set_language(std::string(View(CodeOf(language))));
    notice.set_text(EventNotice(event.event, match,
                                service == nullptr ? v1::UNIT_UNSPECIFIED : service->unit(), language,
                                [this](const std::string& name) { return NameOf(name); }));
    notice.set_state(v1::Notice::STATE_QUEUED);
    notice.set_attempts_left(kAttemptsMax);
    // What is due is sent in the order in which it came about.
    *notice.mutable_next_attempt_time() = ToTimestamp(std::min(event.time, now_));
    *notice.mutable_create_time() = *notice.mutable_update_time() = ToTimestamp(now_);
    notices->push_back(std::move(notice));
  }
}

absl::Status NoticeMaking::AddOf(const std::string& match, std::vector<v1::Notice>* notices) {
  const auto stored = ReadRecord(snapshot_, ResourceType::Of<v1::Match>(), match);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return absl::OkStatus();
  const auto& record = static_cast<const v1::Match&>(*stored->record);
  for (const std::string& party :
       std::set<std::string>{record.cooperative(), record.tap(), record.subsidy().funder()}) {
    if (party.empty()) continue;
    for (const Subscribed& subscribed : SubscriptionsOf(party)) {
      // A change is as old as its call, which waits for its commit: somebody may have subscribed before it
      // was there to be seen.
      AddOf(record, subscribed.version < stored->version, subscribed.record, notices);
    }
  }
  return status_;
}

}  // namespace ayni::services
