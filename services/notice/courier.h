// Takes one notice to its receiver, by whichever channel its subscription names.
#ifndef AYNI_SERVICES_NOTICE_COURIER_H_
#define AYNI_SERVICES_NOTICE_COURIER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "ayni/v1/notice.pb.h"
#include "services/notice/attempts.h"
#include "services/notice/channels.h"

namespace ayni::services {

// OK where this server can reach what the subscription names. FailedPrecondition otherwise, saying what is
// missing.
absl::Status CheckChannel(const NoticeChannels& channels, const v1::Subscription& subscription);

// Thread-safety: from any thread.
class Courier {
 public:
  // `store_secret` is what the secrets of webhooks are derived from.
  Courier(NoticeChannels channels, std::string store_secret);

  // Blocks until it is taken or not, for kTransferMax at most.
  Outcome Send(const v1::Subscription& subscription, const v1::Notice& notice, absl::Time now) const;

 private:
  Outcome SendWebhook(const v1::Subscription& subscription, const v1::Notice& notice, absl::Time now) const;
  Outcome SendEmail(const v1::Subscription& subscription, const v1::Notice& notice, absl::Time now) const;
  Outcome SendMessage(const v1::Subscription& subscription, const v1::Notice& notice) const;

  const NoticeChannels channels_;
  const std::string store_secret_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_COURIER_H_
