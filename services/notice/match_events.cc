#include "services/notice/match_events.h"

#include <algorithm>

#include "services/resource/time.h"

namespace ayni::services {
namespace {

// What the state alone says of how it ended.
v1::MatchEvent EndOf(const v1::Match& match) {
  switch (match.state()) {
    case v1::Match::STATE_DECLINED:
      return v1::MATCH_EVENT_DECLINED;
    case v1::Match::STATE_LAPSED:
      return v1::MATCH_EVENT_LAPSED;
    case v1::Match::STATE_CANCELLED:
      return v1::MATCH_EVENT_CANCELLED;
    default:
      return v1::MATCH_EVENT_UNSPECIFIED;
  }
}

void AddAnswers(const v1::Match& match, std::vector<TimedEvent>* events) {
  std::vector<absl::Time> times;
  if (match.has_cooperative_yes()) times.push_back(TimeOf(match.cooperative_yes().time()));
  if (match.has_tap_yes()) times.push_back(TimeOf(match.tap_yes().time()));
  if (times.empty()) return;
  const auto [first, last] = std::minmax_element(times.begin(), times.end());
  events->push_back({v1::MATCH_EVENT_ACCEPTED_BY_ONE, *first});
  if (times.size() == 2) events->push_back({v1::MATCH_EVENT_ACCEPTED, *last});
}

}  // namespace

std::vector<TimedEvent> EventsOf(const v1::Match& match) {
  std::vector<TimedEvent> events = {{v1::MATCH_EVENT_PROPOSED, TimeOf(match.create_time())}};
  const auto add = [&](v1::MatchEvent event, bool was_said, const v1::Word& word) {
    if (was_said) events.push_back({event, TimeOf(word.time())});
  };
  if (match.has_acknowledge_time())
    events.push_back({v1::MATCH_EVENT_ACKNOWLEDGED, TimeOf(match.acknowledge_time())});
  AddAnswers(match, &events);
  add(v1::MATCH_EVENT_STARTED, match.delivery().has_start(), match.delivery().start());
  add(v1::MATCH_EVENT_DELIVERED, match.delivery().has_end(), match.delivery().end());
  add(v1::MATCH_EVENT_DISPUTED, match.dispute().has_word(), match.dispute().word());
  add(v1::MATCH_EVENT_DECIDED, match.dispute().has_decision(), match.dispute().decision());
  // A decision confirms or cancels, by a word of the same moment that is no event of its own.
  const auto is_decision = [&](const v1::Word& word) {
    return match.dispute().has_decision() && TimeOf(word.time()) == TimeOf(match.dispute().decision().time());
  };
  add(v1::MATCH_EVENT_CONFIRMED, match.confirmation().has_word() && !is_decision(match.confirmation().word()),
      match.confirmation().word());
  add(v1::MATCH_EVENT_SETTLED, match.settlement().has_word(), match.settlement().word());
  const v1::MatchEvent end = EndOf(match);
  add(end, end != v1::MATCH_EVENT_UNSPECIFIED && !is_decision(match.ending().word()), match.ending().word());
  if (match.state() == v1::Match::STATE_UNDONE)
    events.push_back({v1::MATCH_EVENT_UNDONE, TimeOf(match.update_time())});
  std::stable_sort(events.begin(), events.end(),
                   [](const TimedEvent& a, const TimedEvent& b) { return a.time < b.time; });
  return events;
}

}  // namespace ayni::services
