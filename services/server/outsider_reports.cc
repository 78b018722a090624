#include "services/server/outsider_reports.h"

#include <algorithm>
#include <utility>

#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/access/authorisation.h"
#include "services/access/outsider.h"
#include "services/errors.h"
#include "services/resource/resource_type.h"
#include "services/resource/stored.h"
#include "services/server/outsider_call.h"

namespace ayni::services {
namespace {

const ResourceType& RoundType() { return ResourceType::Of<v1::Round>(); }

// Of one round, as everybody may have it. All else is the method's to refuse.
bool IsKept(const v1::GetFairnessReportRequest& request) {
  return RoundType().MatchesName(request.parent()) && !request.has_start_date() && !request.has_end_date() &&
         (request.view() == v1::FAIRNESS_VIEW_UNSPECIFIED || request.view() == v1::FAIRNESS_VIEW_PUBLIC);
}

void ReplyWith(const v1::FairnessReport& report, const Reply& reply) {
  reply(std::make_unique<v1::FairnessReport>(report));
}

}  // namespace

absl::Status OutsiderReports::CheckPublished(const Caller& caller, const std::string& round) const {
  const auto stored = ReadRecord(store_, RoundType(), round);
  if (!stored.ok()) return stored.status();
  if (stored->version != 0 && OwnsRecord(caller, *stored->record)) return absl::OkStatus();
  return ResourceNotFound(RoundType().type(), round);
}

void OutsiderReports::Answer(const std::shared_ptr<const Call>& call,
                             const std::shared_ptr<const Requests>& requests, const Reply& reply) {
  const auto& request = static_cast<const v1::GetFairnessReportRequest&>(*requests->front());
  if (!IsOutsider(call->caller) || !IsKept(request)) return compute_(call, requests, reply);
  const std::string& round = request.parent();
  if (absl::Status published = CheckPublished(call->caller, round); !published.ok()) return reply(published);
  std::shared_ptr<const v1::FairnessReport> report;
  {
    const absl::MutexLock lock(&mutex_);
    const auto kept = kept_.find(round);
    if (kept != kept_.end() && clock_() < kept->second.time + kOutsiderReportLasts) {
      report = kept->second.report;
    } else if (const auto waiting = waiting_.find(round); waiting != waiting_.end()) {
      waiting->second.push_back(reply);
      return;
    } else if (waiting_.size() < kOutsiderReportsComputedMax) {
      waiting_[round].push_back(reply);
    } else {
      return reply(
          absl::ResourceExhaustedError("other rounds' reports are being computed; try again in a moment"));
    }
  }
  if (report != nullptr) return ReplyWith(*report, reply);
  Compute(round);
}

// For all that wait, whoever of them goes away.
void OutsiderReports::Compute(const std::string& round) {
  auto call = std::make_shared<Call>();
  call->method = "ayni.v1.AuditService/GetFairnessReport";
  call->caller = Outsider();
  call->scope = Scope::kAny;
  call->now = clock_();
  call->deadline = call->now + kOutsiderWaits;
  auto request = std::make_unique<v1::GetFairnessReportRequest>();
  request->set_parent(round);
  request->set_view(v1::FAIRNESS_VIEW_PUBLIC);
  auto requests = std::make_shared<Requests>();
  requests->push_back(std::move(request));
  compute_(
      std::move(call), std::move(requests),
      [this, round](const absl::StatusOr<std::unique_ptr<Message>>& computed) { Keep(round, computed); });
}

void OutsiderReports::Keep(const std::string& round,
                           const absl::StatusOr<std::unique_ptr<Message>>& computed) {
  std::shared_ptr<const v1::FairnessReport> report;
  if (computed.ok())
    report = std::make_shared<v1::FairnessReport>(static_cast<const v1::FairnessReport&>(**computed));
  std::vector<Reply> answered;
  {
    const absl::MutexLock lock(&mutex_);
    answered = std::move(waiting_.extract(round).mapped());
    if (report != nullptr) kept_[round] = {clock_(), report};
    if (kept_.size() > kOutsiderReportsKeptMax) {
      kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
        return a.second.time < b.second.time;
      }));
    }
  }
  for (const Reply& reply : answered) {
    if (report != nullptr) {
      ReplyWith(*report, reply);
    } else {
      reply(computed.status());
    }
  }
}

}  // namespace ayni::services
