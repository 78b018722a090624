// Fates and changes as a caller may read them: in its language, and without what it may not see.
//
//   cooperative  of other cooperatives no need, and of what went to them neither a score nor its part for the
//                price: with the offer's price, which is public, they tell the highest that the other pays
//   TAP          no highest price and no score that holds one, no other TAP's offer, no need but those asked
//                about and those that it was matched with; distances in whole kilometres, so that many offers
//                don't show where in its district a need is
#ifndef AYNI_SERVICES_EXPLANATION_TELLING_H_
#define AYNI_SERVICES_EXPLANATION_TELLING_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "ayni/v1/explanation.pb.h"
#include "services/explanation/explained_round.h"
#include "services/explanation/fate.h"
#include "services/explanation/smallest_change.h"
#include "services/method.h"
#include "services/reason_texts.h"

namespace ayni::services {

inline constexpr int kTakersMax = 5;

// 2026-12-01.
std::string DayText(matcher::Day day);

// Constant after construction; safe to use from any thread. REQUIRES: the round outlives it.
class Telling {
 public:
  Telling(const ExplainedRound& round, Caller caller, TextLanguage language)
      : round_(round), caller_(std::move(caller)), language_(language) {}

  v1::LimitState LimitOf(const EdgeLimit& at) const;
  // DataLoss where the evidence of a conflict can't be read.
  absl::Status Fill(matcher::NeedIndex need, const Fate& fate, const FateReason& reason,
                    v1::Reason* record) const;
  void Fill(matcher::NeedIndex need, const FoundChange& found, v1::SmallestChange* record) const;
  v1::ScoreParts PartsOf(matcher::NeedIndex need, matcher::OfferIndex offer) const;
  std::string Text(absl::string_view id, const TextValues& values = {}) const {
    return ReasonText(language_, id, values);
  }

 private:
  bool MaySee(matcher::NeedIndex need) const;
  // Whether a public role gave the need to the offer, or to another before it.
  bool IsOfPublicRole(matcher::NeedIndex need, const Fate& fate, const FateReason& reason) const;
  v1::Taker TakerOf(int64_t edge, matcher::OfferIndex asked) const;
  void FillObstacle(matcher::NeedIndex need, matcher::OfferIndex offer, const matcher::Obstacle& obstacle,
                    v1::Reason* record) const;
  std::string DeclineText(const Decline& decline) const;
  std::string LanguageNames(absl::Span<const matcher::LanguageIndex> languages, v1::Reason* record) const;
  TextValues LimitValues(const v1::LimitState& limit) const;
  bool is_tap() const { return caller_.role == v1::ROLE_TAP; }

  const ExplainedRound& round_;
  const Caller caller_;
  const TextLanguage language_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_TELLING_H_
