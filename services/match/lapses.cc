#include "services/match/lapses.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "services/match/match_step.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/record_keys.h"
#include "services/resource/time.h"
#include "services/rules/day.h"

namespace ayni::services {
namespace {

constexpr int64_t kAnswerHours = 168;
constexpr int64_t kCriticalAnswerHours = 24;
// Between two looks.
constexpr std::chrono::seconds kPause = std::chrono::seconds(5);
// After midnight UTC a day ends where days end last, at UTC-12.
constexpr absl::Duration kDayEndsLatest = absl::Hours(12);

// The change that lapses the match; of no puts where it waits no more.
absl::StatusOr<storage::Change> PlanLapse(const Call& call, const std::string& name, StoreView* view) {
  const StoredRecord& stored = view->Read(ResourceType::Of<v1::Match>(), name);
  if (!view->status().ok() || stored.version == 0) return storage::Change();
  v1::Match match = MatchOf(stored);
  if (match.state() != v1::Match::STATE_PROPOSED || TimeOf(match.answer_by_time()) >= call.now)
    return storage::Change();
  match.set_state(v1::Match::STATE_LAPSED);
  *match.mutable_ending()->mutable_word()->mutable_time() = LaterOf(match.update_time(), call.now);
  auto draft = PutMatch(call, "", stored, std::move(match), view);
  if (!draft.ok()) return draft.status();
  return std::move(draft->change);
}

}  // namespace

absl::Time AnswerByTime(const v1::Match& match, const v1::Need& need, const v1::MatchTerms& terms) {
  const bool is_critical = need.urgency() == v1::URGENCY_CRITICAL;
  int64_t hours = is_critical ? terms.critical_answer_hours() : terms.answer_hours();
  if (hours == 0) hours = is_critical ? kCriticalAnswerHours : kAnswerHours;
  const absl::Time answer_by = TimeOf(match.create_time()) + absl::Hours(hours);
  if (!IsDay(need.window().end_date())) return answer_by;
  const absl::CivilDay day_after = ToDay(need.window().end_date()) + 1;
  return std::min(answer_by, absl::FromCivil(day_after, absl::UTCTimeZone()) + kDayEndsLatest);
}

absl::StatusOr<int> LapseMatches(absl::Time now, storage::Store* store) {
  const auto snapshot = store->TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const Call call = ServerCall(now);
  int lapsed = 0;
  // Those of this second may have a part of it left.
  const auto cursor = (*snapshot)->ScanIndex({UnansweredStem(), UnansweredEnd(absl::ToUnixSeconds(now) - 1)});
  while (lapsed < kLapsesMax && cursor->Next()) {
    // Of one that somebody answers at the same moment, one of the two holds.
    const auto did = WriteByServer(store, [&, name = NameOfIndexKey(cursor->key())](StoreView* view) {
      return PlanLapse(call, name, view);
    });
    if (!did.ok()) return did.status();
    lapsed += *did ? 1 : 0;
  }
  if (!cursor->status().ok()) return cursor->status();
  return lapsed;
}

Lapses::Lapses(storage::Store* store, const Log* log, Clock clock)
    : store_(*store),
      log_(*log),
      clock_(std::move(clock)),
      thread_(kPause, [this](const RepeatingThread::Stops&) { return Pass(); }) {}

bool Lapses::Pass() {
  const auto lapsed = LapseMatches(clock_(), &store_);
  if (!lapsed.ok()) {
    log_.Write(LogLevel::kError, "matches not lapsed", {{"error", lapsed.status().ToString()}});
  } else if (*lapsed > 0) {
    log_.Write(LogLevel::kInfo, "matches lapsed", {{"matches", *lapsed}});
  }
  // What a pass left for the next is not to wait.
  return lapsed.ok() && *lapsed == kLapsesMax;
}

}  // namespace ayni::services
