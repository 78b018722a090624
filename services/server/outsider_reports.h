// GetFairnessReport for whoever has no account: reports of FAIRNESS_VIEW_PUBLIC, kept for a while. Whoever
// asks must not cost a reading of the round's whole market.
#ifndef AYNI_SERVICES_SERVER_OUTSIDER_REPORTS_H_
#define AYNI_SERVICES_SERVER_OUTSIDER_REPORTS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "ayni/v1/fairness.pb.h"
#include "services/method.h"
#include "storage/store.h"

namespace ayni::services {

// Waivers may be granted meanwhile, which the next report then says.
inline constexpr absl::Duration kOutsiderReportLasts = absl::Minutes(5);
inline constexpr size_t kOutsiderReportsKeptMax = 64;
// Of rounds at once: the queue of reports is for members and administrators too.
inline constexpr size_t kOutsiderReportsComputedMax = 2;

// Thread-safe. REQUIRES: it and the store outlive every answer.
class OutsiderReports {
 public:
  using Clock = std::function<absl::Time()>;

  // `compute` is GetFairnessReport.
  OutsiderReports(MethodFunction compute, const storage::Store* store, Clock clock)
      : compute_(std::move(compute)), store_(*store), clock_(std::move(clock)) {}

  // To stand in the place of `compute`, which answers members as before. Of an outsider: NotFound where the
  // round is not published or does not stand any more; ResourceExhausted while others' reports are being
  // computed.
  void Answer(const std::shared_ptr<const Call>& call, const std::shared_ptr<const Requests>& requests,
              const Reply& reply);

 private:
  struct Kept {
    absl::Time time;
    std::shared_ptr<const v1::FairnessReport> report;
  };

  absl::Status CheckPublished(const Caller& caller, const std::string& round) const;
  void Compute(const std::string& round);
  void Keep(const std::string& round, const absl::StatusOr<std::unique_ptr<Message>>& computed);

  const MethodFunction compute_;
  const storage::Store& store_;
  const Clock clock_;
  absl::Mutex mutex_;
  std::map<std::string, Kept> kept_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::vector<Reply>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_OUTSIDER_REPORTS_H_
