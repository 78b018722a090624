// What a match's record says became of it, and when.
#ifndef AYNI_SERVICES_NOTICE_MATCH_EVENTS_H_
#define AYNI_SERVICES_NOTICE_MATCH_EVENTS_H_

#include <vector>

#include "absl/time/time.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/notice.pb.h"

namespace ayni::services {

struct TimedEvent {
  v1::MatchEvent event = v1::MATCH_EVENT_UNSPECIFIED;
  absl::Time time;
};

// All that the record still says, in the order of the times. An event keeps its time whatever follows, so
// that the two name it. A word that was said again, as a delivery that is corrected, takes the place of the
// one before.
std::vector<TimedEvent> EventsOf(const v1::Match& match);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_MATCH_EVENTS_H_
