// Which notices a match makes: one of each event for each subscription of a party that the match concerns.
#ifndef AYNI_SERVICES_NOTICE_NOTICE_MAKING_H_
#define AYNI_SERVICES_NOTICE_NOTICE_MAKING_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/notice.pb.h"
#include "ayni/v1/policy.pb.h"
#include "services/notice/match_events.h"
#include "services/reason_texts.h"
#include "storage/store.h"

namespace ayni::services {

// Of a match, an event, its time and a subscription: the same whoever makes it, and never another's.
std::string NoticeName(absl::string_view match, const TimedEvent& event, absl::string_view subscription);

// Reads what it needs of one snapshot, each record once. Not thread-safe.
class NoticeMaking {
 public:
  // REQUIRES: the snapshot outlives it.
  NoticeMaking(const storage::Snapshot* snapshot, absl::Time now) : snapshot_(*snapshot), now_(now) {}

  // Adds those that are not in the snapshot yet, in the order of the events.
  absl::Status AddOf(const std::string& match, std::vector<v1::Notice>* notices);

 private:
  struct Subscribed {
    v1::Subscription record;
    storage::Version version = 0;
  };

  // Null where there is none, or it can't be read: then status_ says why.
  template <typename Record>
  const Record* Find(const std::string& name);
  const std::vector<Subscribed>& SubscriptionsOf(const std::string& party);
  // What a party is called, or a service, a place.
  std::string NameOf(const std::string& name);
  TextLanguage LanguageOf(const v1::Subscription& subscription, const v1::Match& match);
  // Of the active policy's profile of the country; empty where there is none.
  std::string CountryLanguage(const std::string& district);
  // `saw_last`: the subscription was there when the match was last written.
  void AddOf(const v1::Match& match, bool saw_last, const v1::Subscription& subscription,
             std::vector<v1::Notice>* notices);

  const storage::Snapshot& snapshot_;
  const absl::Time now_;
  absl::Status status_;
  absl::flat_hash_map<std::string, std::unique_ptr<google::protobuf::Message>> records_;
  absl::flat_hash_map<std::string, std::vector<Subscribed>> subscriptions_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_NOTICE_MAKING_H_
