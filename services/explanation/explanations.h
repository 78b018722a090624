// AuditService's ExplainNeed, ExplainTap and ListLimitValues: questions about rounds that were published.
//
// A round is posed again for the first question about it, which takes some of a second for a country, and
// kept for the next ones. All is worked out on a thread of its own, one question after another.
#ifndef AYNI_SERVICES_EXPLANATION_EXPLANATIONS_H_
#define AYNI_SERVICES_EXPLANATION_EXPLANATIONS_H_

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/explanation.pb.h"
#include "services/explanation/explained_round.h"
#include "services/method.h"
#include "services/work_thread.h"
#include "storage/store.h"

namespace ayni::services {

class Explanations {
 public:
  // A country's round takes some hundreds of MB.
  static constexpr size_t kRoundsKept = 2;

  // REQUIRES: the store outlives it.
  explicit Explanations(const storage::Store* store) : store_(store) {}
  // Ends what is under way.
  ~Explanations() { stopping_ = true; }

  // Once. REQUIRES: it outlives every call.
  void AddMethods(MethodTable* table);

 private:
  struct KeptRound {
    std::shared_ptr<const ExplainedRound> round;
    // Once they were asked for.
    std::shared_ptr<const std::vector<v1::LimitValue>> limit_values;
  };
  using Stop = std::function<bool()>;

  // Of the work thread alone. The pointer is good until the next call.
  absl::StatusOr<KeptRound*> Find(const Caller& caller, const std::string& round, const Stop& stop);
  absl::StatusOr<std::unique_ptr<Message>> ExplainNeed(const Call& call, const Message& request);
  absl::StatusOr<std::unique_ptr<Message>> ExplainTap(const Call& call, const Message& request);
  absl::StatusOr<std::unique_ptr<Message>> ListLimitValues(const Call& call, const Message& request);
  Stop StopOf(const Call& call) const;

  const storage::Store* const store_;
  std::atomic<bool> stopping_ = false;
  std::deque<KeptRound> kept_;  // of the work thread; the last asked about first
  WorkThread thread_;           // the last, so that it ends first
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_EXPLANATIONS_H_
