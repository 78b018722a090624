#include "services/round/policy_methods.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/policy_service.pb.h"
#include "services/errors.h"
#include "services/resource/admit.h"
#include "services/resource/field_path.h"
#include "services/resource/form.h"
#include "services/resource/store_view.h"
#include "services/resource/violations.h"
#include "services/round/operation_view.h"
#include "services/round/policy_trial.h"
#include "services/round/round_request.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

using google::longrunning::Operation;

constexpr int kSharesMax = 40;
constexpr int32_t kWholeBasisPoints = 10'000;

// One request, read: what is tried, and on what.
template <typename Request>
class TrialReading {
 public:
  TrialReading(const storage::Store& store, const Call& call, const IdSource& new_id, const Request& request)
      : call_(call), new_id_(new_id), request_(request), view_(store) {}

  absl::StatusOr<v1::Policy> ReadPolicy() {
    if (request_.has_policy() == !request_.name().empty()) {
      violations_.Add(FieldPath() / "name", "or policy is required, and not both");
      return violations_.ToStatus();
    }
    if (!request_.name().empty()) {
      const auto stored = ReadAsSeen(ResourceType::Of<v1::Policy>(), request_.name(), "", &view_);
      if (!stored.ok()) return stored.status();
      return static_cast<const v1::Policy&>(*(*stored)->record);
    }
    v1::Policy policy = request_.policy();
    policy.set_name("policies/trial");
    Admit(FieldPath() / "policy", &policy);
    if (!violations_.empty()) return violations_.ToStatus();
    policy.clear_name();
    return policy;
  }

  // The round whose market it is; of the market of now, one without a name, by the active policy where there
  // is one.
  absl::StatusOr<v1::Round> ReadRound() {
    v1::Round round;
    round.set_name("rounds/trial");
    round.set_target_gap_ppm(request_.target_gap_ppm());
    if (request_.has_time_limit()) *round.mutable_time_limit() = request_.time_limit();
    Admit(FieldPath(), &round);
    if (!violations_.empty()) return violations_.ToStatus();
    if (request_.round().empty()) {
      round.clear_name();
      // Nothing comes of it, so that it may be the same each time.
      round.clear_seed();
      return round;
    }
    const auto stored = ReadAsSeen(ResourceType::Of<v1::Round>(), request_.round(), "", &view_);
    if (!stored.ok()) return stored.status();
    v1::Round past = static_cast<const v1::Round&>(*(*stored)->record);
    if (!WasPublished(past)) {
      return StateForbids("ROUND_NOT_PUBLISHED", past.name(),
                          absl::StrCat("is ", v1::Round::State_Name(past.state()).substr(6),
                                       ": only a round that was published has a market of its own"));
    }
    if (request_.target_gap_ppm() > 0) past.set_target_gap_ppm(request_.target_gap_ppm());
    if (request_.has_time_limit()) *past.mutable_time_limit() = request_.time_limit();
    return past;
  }

  absl::StatusOr<v1::Policy> ReadInUse(const v1::Round& round) {
    View& view = view_;
    const auto* policy = round.policy().empty() ? nullptr : view.Find<v1::Policy>(round.policy());
    if (!view_.status().ok()) return view_.status();
    if (policy != nullptr) return *policy;
    return StateForbids("NO_ACTIVE_POLICY", "policies/-", "holds no active policy to compare with");
  }

 private:
  template <typename Record>
  void Admit(const FieldPath& path, Record* record) {
    AdmitRecord(KindOf<Record>(), {call_.caller, call_.now, new_id_, view_, path, path, path, &violations_},
                nullptr, record);
  }

  const Call& call_;
  const IdSource& new_id_;
  const Request& request_;
  StoreView view_;
  Violations violations_;
};

absl::StatusOr<std::unique_ptr<Message>> Begin(ClearingDesk* desk, const std::shared_ptr<const Call>& call,
                                               const IdSource& new_id, const std::string& round,
                                               ClearingDesk::Trial trial) {
  const std::string subject = PolicyTrialName(new_id());
  if (absl::Status status = desk->TakeLease(call.get(), subject, false); !status.ok()) return status;
  Attempt attempt;
  attempt.progress.set_round(round);
  desk->BeginTrial(call, subject, attempt.progress, std::move(trial));
  desk->DropLease(call.get());
  return std::make_unique<Operation>(OperationOf(subject, attempt));
}

absl::StatusOr<std::unique_ptr<Message>> BeginTry(const storage::Store* store, ClearingDesk* desk,
                                                  const std::shared_ptr<const Call>& call,
                                                  const IdSource& new_id,
                                                  const v1::TryPolicyRequest& request) {
  TrialReading reading(*store, *call, new_id, request);
  const auto policy = reading.ReadPolicy();
  if (!policy.ok()) return policy.status();
  const auto round = reading.ReadRound();
  if (!round.ok()) return round.status();
  const auto in_use = reading.ReadInUse(*round);
  if (!in_use.ok()) return in_use.status();
  return Begin(desk, call, new_id, round->name(),
               [=, policy = *policy, round = *round, in_use = *in_use](
                   const ClearRoundOptions& options) -> absl::StatusOr<std::unique_ptr<Message>> {
                 const auto market = OpenTrialMarket(*store, round, options.now);
                 if (!market.ok()) return market.status();
                 auto answer = TryPolicy(*market, in_use, policy, options);
                 if (!answer.ok()) return answer.status();
                 return std::make_unique<v1::TryPolicyResponse>(*std::move(answer));
               });
}

absl::Status CheckSweep(const v1::SweepPolicyRequest& request, const v1::Policy& policy) {
  const FieldPath root;
  Violations violations;
  const auto& limits = policy.limits();
  if (std::none_of(limits.begin(), limits.end(),
                   [&](const v1::Limit& limit) { return limit.id() == request.limit(); })) {
    std::string ids;
    for (const v1::Limit& limit : limits) absl::StrAppend(&ids, ids.empty() ? "" : ", ", limit.id());
    violations.Add(root / "limit",
                   absl::StrCat("must be the id of a limit of the policy (",
                                ids.empty() ? "it has none" : ids, "), is ", Quoted(request.limit())));
  }
  const int count = request.share_basis_points_size();
  if (count == 0 || count > kSharesMax) {
    violations.Add(root / "share_basis_points",
                   absl::StrCat("must be 1 to ", kSharesMax, " shares, are ", count));
  }
  std::set<int32_t> shares;
  for (int i = 0; i < count; ++i) {
    const int32_t share = request.share_basis_points(i);
    if (share < 1 || share > kWholeBasisPoints) {
      violations.Add(root.Element("share_basis_points", i),
                     absl::StrCat("must be 1 to ", kWholeBasisPoints, ", is ", share));
    } else if (!shares.insert(share).second) {
      violations.Add(root.Element("share_basis_points", i),
                     absl::StrCat("stands in the list already: ", share));
    }
  }
  return violations.empty() ? absl::OkStatus() : violations.ToStatus();
}

absl::StatusOr<std::unique_ptr<Message>> BeginSweep(const storage::Store* store, ClearingDesk* desk,
                                                    const std::shared_ptr<const Call>& call,
                                                    const IdSource& new_id,
                                                    const v1::SweepPolicyRequest& request) {
  TrialReading reading(*store, *call, new_id, request);
  const auto policy = reading.ReadPolicy();
  if (!policy.ok()) return policy.status();
  if (absl::Status status = CheckSweep(request, *policy); !status.ok()) return status;
  const auto round = reading.ReadRound();
  if (!round.ok()) return round.status();
  return Begin(desk, call, new_id, round->name(),
               [=, policy = *policy, round = *round](
                   const ClearRoundOptions& options) -> absl::StatusOr<std::unique_ptr<Message>> {
                 const auto market = OpenTrialMarket(*store, round, options.now);
                 if (!market.ok()) return market.status();
                 auto answer = SweepPolicy(*market, policy, request, options);
                 if (!answer.ok()) return answer.status();
                 return std::make_unique<v1::SweepPolicyResponse>(*std::move(answer));
               });
}

}  // namespace

void AddPolicyMethods(storage::Store* store, ClearingDesk* desk, IdSource new_id, MethodTable* table) {
  table->Add("ayni.v1.PolicyService/TryPolicy",
             [store, desk, new_id](const std::shared_ptr<const Call>& call,
                                   const std::shared_ptr<const Requests>& requests, const Reply& reply) {
               reply(BeginTry(store, desk, call, new_id,
                              static_cast<const v1::TryPolicyRequest&>(*requests->front())));
             });
  table->Add("ayni.v1.PolicyService/SweepPolicy",
             [store, desk, new_id](const std::shared_ptr<const Call>& call,
                                   const std::shared_ptr<const Requests>& requests, const Reply& reply) {
               reply(BeginSweep(store, desk, call, new_id,
                                static_cast<const v1::SweepPolicyRequest&>(*requests->front())));
             });
}

}  // namespace ayni::services
