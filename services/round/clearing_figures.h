// How clearings went, for operators: attempts by outcome, and how long each phase took in all.
#ifndef AYNI_SERVICES_ROUND_CLEARING_FIGURES_H_
#define AYNI_SERVICES_ROUND_CLEARING_FIGURES_H_

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "ayni/v1/round_service.pb.h"
#include "services/figures.h"

namespace ayni::services {

// Of attempts that follow one another. Thread-safety: any method from any thread.
class ClearingFigures {
 public:
  // An attempt enters its first or its next phase.
  void Enter(v1::RoundProgress::Phase phase, absl::Time now);
  // The attempt that is under way ends.
  void End(const std::string& method, absl::StatusCode code, absl::Time now);

  std::vector<FigureFamily> Collect() const;

 private:
  // REQUIRES: mutex_ is held.
  void LeavePhase(absl::Time now);

  mutable std::mutex mutex_;
  // Guarded by mutex_. PHASE_UNSPECIFIED: nothing is under way.
  v1::RoundProgress::Phase phase_ = v1::RoundProgress::PHASE_UNSPECIFIED;
  absl::Time phase_start_;
  std::map<v1::RoundProgress::Phase, absl::Duration> phase_durations_;
  std::map<std::pair<std::string, absl::StatusCode>, int64_t> attempt_counts_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_CLEARING_FIGURES_H_
