#include "services/round/clearing_figures.h"

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace ayni::services {
namespace {

constexpr v1::RoundProgress::Phase kPhases[] = {
    v1::RoundProgress::PHASE_MARKET, v1::RoundProgress::PHASE_CLEAR, v1::RoundProgress::PHASE_VERIFY,
    v1::RoundProgress::PHASE_COMMIT};

// clear, of PHASE_CLEAR.
std::string LabelOf(v1::RoundProgress::Phase phase) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::RoundProgress::Phase_Name(phase), "PHASE_"));
}

}  // namespace

void ClearingFigures::Enter(v1::RoundProgress::Phase phase, absl::Time now) {
  const std::lock_guard lock(mutex_);
  if (phase == phase_) return;
  LeavePhase(now);
  phase_ = phase;
}

void ClearingFigures::End(const std::string& method, absl::StatusCode code, absl::Time now) {
  const std::lock_guard lock(mutex_);
  LeavePhase(now);
  ++attempt_counts_[{method, code}];
}

void ClearingFigures::LeavePhase(absl::Time now) {
  if (phase_ != v1::RoundProgress::PHASE_UNSPECIFIED) phase_durations_[phase_] += now - phase_start_;
  phase_ = v1::RoundProgress::PHASE_UNSPECIFIED;
  phase_start_ = now;
}

std::vector<FigureFamily> ClearingFigures::Collect() const {
  FigureFamily durations{"ayni_round_phase_seconds_total",
                         "Time that rounds took, by phase; of phases that ended.",
                         FigureFamily::Kind::kCounter,
                         {}};
  FigureFamily under_way{
      "ayni_round_under_way", "1 in the phase that a round is in.", FigureFamily::Kind::kGauge, {}};
  FigureFamily attempts{"ayni_round_attempts_total",
                        "Rounds tried or published and policies tried, by how that ended.",
                        FigureFamily::Kind::kCounter,
                        {}};
  const std::lock_guard lock(mutex_);
  for (const v1::RoundProgress::Phase phase : kPhases) {
    const auto found = phase_durations_.find(phase);
    const absl::Duration duration = found == phase_durations_.end() ? absl::ZeroDuration() : found->second;
    durations.figures.push_back(ValueOf({{"phase", LabelOf(phase)}}, absl::ToDoubleSeconds(duration)));
    under_way.figures.push_back(ValueOf({{"phase", LabelOf(phase)}}, phase == phase_ ? 1.0 : 0.0));
  }
  for (const auto& [kind, count] : attempt_counts_) {
    attempts.figures.push_back(
        ValueOf({{"method", kind.first}, {"code", absl::StatusCodeToString(kind.second)}},
                static_cast<double>(count)));
  }
  return {std::move(durations), std::move(under_way), std::move(attempts)};
}

}  // namespace ayni::services
