#include "services/round/operation_methods.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/longrunning/operations.pb.h"
#include "google/protobuf/empty.pb.h"
#include "google/protobuf/util/time_util.h"
#include "services/errors.h"
#include "services/resource/field_path.h"
#include "services/resource/form.h"
#include "services/resource/page.h"
#include "services/resource/record_keys.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"
#include "services/round/operation_view.h"

namespace ayni::services {
namespace {

using google::longrunning::Operation;

// An answer must leave before the caller's deadline.
constexpr absl::Duration kAnswerTime = absl::Milliseconds(50);

const ResourceType& RoundType() { return ResourceType::Of<v1::Round>(); }

absl::Status NoOperation(const std::string& name) {
  return ResourceNotFound("google.longrunning.Operation", name);
}

std::optional<Operation> ViewOf(const ClearingDesk& desk, StoredRecord stored) {
  auto& round = static_cast<v1::Round&>(*stored.record);
  FillEtag(RoundType(), stored.version, &round);
  return OperationOf(round, desk.FindAttempt(round.name()));
}

absl::StatusOr<std::unique_ptr<Message>> ReadOperation(const storage::Store& store, const ClearingDesk& desk,
                                                       const std::string& name) {
  const std::string subject = SubjectOfOperation(name);
  if (subject.empty()) {
    Violations violations;
    violations.Add(
        FieldPath() / "name",
        absl::StrCat("must be operations/{round} or operations/policyTrials/{trial}, is ", Quoted(name)));
    return violations.ToStatus();
  }
  if (IsPolicyTrial(subject)) {
    const auto attempt = desk.FindAttempt(subject);
    if (!attempt.has_value()) return NoOperation(name);
    return std::make_unique<Operation>(OperationOf(subject, *attempt));
  }
  auto stored = ReadRecord(store, RoundType(), subject);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return NoOperation(name);
  auto operation = ViewOf(desk, *std::move(stored));
  if (!operation.has_value()) return NoOperation(name);
  return std::make_unique<Operation>(*std::move(operation));
}

void Wait(const storage::Store& store, ClearingDesk* desk, const Call& call,
          const google::longrunning::WaitOperationRequest& request, const Reply& reply) {
  auto now = ReadOperation(store, *desk, request.name());
  if (!now.ok() || static_cast<const Operation&>(**now).done()) return reply(std::move(now));
  absl::Duration timeout = kWaitMax;
  if (request.has_timeout()) {
    timeout = absl::Nanoseconds(google::protobuf::util::TimeUtil::DurationToNanoseconds(request.timeout()));
  }
  const absl::Time deadline = absl::Now() + std::clamp(timeout, absl::ZeroDuration(), kWaitMax);
  const auto answer = [&store, desk, name = request.name(), reply] {
    reply(ReadOperation(store, *desk, name));
  };
  absl::Status status =
      desk->Wait(SubjectOfOperation(request.name()), std::min(deadline, call.deadline - kAnswerTime), answer);
  if (!status.ok()) reply(std::move(status));
}

absl::StatusOr<std::unique_ptr<Message>> Cancel(const storage::Store& store, ClearingDesk* desk,
                                                const Call& call, const std::string& name) {
  const auto operation = ReadOperation(store, *desk, name);
  if (!operation.ok()) return operation.status();
  desk->Cancel(SubjectOfOperation(name), call.caller.principal);
  return std::make_unique<google::protobuf::Empty>();
}

// What the record of the round says of it stays.
absl::StatusOr<std::unique_ptr<Message>> Delete(const storage::Store& store, ClearingDesk* desk,
                                                const std::string& name) {
  const auto operation = ReadOperation(store, *desk, name);
  if (!operation.ok()) return operation.status();
  if (absl::Status status = desk->Forget(SubjectOfOperation(name)); !status.ok()) return status;
  return std::make_unique<google::protobuf::Empty>();
}

// Its places are the names of rounds and of trials.
absl::StatusOr<Page> ReadPage(const storage::Store& store, const Call& call,
                              const google::longrunning::ListOperationsRequest& request) {
  const FieldPath root;
  Violations violations;
  if (request.name() != "operations" && !request.name().empty()) {
    violations.Add(root / "name", absl::StrCat("must be operations, is ", Quoted(request.name())));
  }
  if (!request.filter().empty()) violations.Add(root / "filter", "must be empty: operations have no filter");
  const Page page(store.secret(), request.page_size(), request.page_token(), call.method, {}, &violations);
  if (!violations.empty()) return violations.ToStatus();
  return page;
}

// One page of operations as they come, the last place of which is remembered.
class PageOfOperations {
 public:
  explicit PageOfOperations(const Page& page) : page_(page) {}

  // False where the page is full; then it has the token for the next.
  bool Add(const std::string& place, std::optional<Operation> operation) {
    if (operation.has_value()) {
      bytes_ += operation->ByteSizeLong();
      const int count = response_->operations_size();
      if (count == page_.size() || (bytes_ > kPageBytesMax && count > 0)) {
        response_->set_next_page_token(page_.TokenAfter(last_));
        return false;
      }
      *response_->add_operations() = *std::move(operation);
    }
    last_ = place;
    return true;
  }
  std::unique_ptr<google::longrunning::ListOperationsResponse> Take() { return std::move(response_); }

 private:
  const Page& page_;
  std::unique_ptr<google::longrunning::ListOperationsResponse> response_ =
      std::make_unique<google::longrunning::ListOperationsResponse>();
  std::string last_;
  size_t bytes_ = 0;
};

// Trials of policies, and then rounds, each by name.
absl::StatusOr<std::unique_ptr<Message>> List(const storage::Store& store, const ClearingDesk& desk,
                                              const Call& call,
                                              const google::longrunning::ListOperationsRequest& request) {
  const auto page = ReadPage(store, call, request);
  if (!page.ok()) return page.status();
  PageOfOperations listed(*page);
  for (const std::string& trial : desk.Subjects()) {
    if (!IsPolicyTrial(trial) || trial <= page->after()) continue;
    const auto attempt = desk.FindAttempt(trial);
    if (attempt.has_value() && !listed.Add(trial, OperationOf(trial, *attempt))) return listed.Take();
  }
  auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  storage::KeyRange range = storage::KeyRange::Prefix(RecordKey(RoundType(), ""));
  // The least key above that of the round.
  if (!page->after().empty() && !IsPolicyTrial(page->after()))
    range.begin = RecordKey(RoundType(), page->after()) + std::string(1, '\0');
  const auto cursor = (*snapshot)->Scan(range);
  while (cursor->Next()) {
    const std::string name = NameOfRecordKey(cursor->key());
    auto stored = ReadRecord(**snapshot, RoundType(), name);
    if (!stored.ok()) return stored.status();
    if (!listed.Add(name, ViewOf(desk, *std::move(stored)))) return listed.Take();
  }
  if (!cursor->status().ok()) return cursor->status();
  return listed.Take();
}

}  // namespace

void AddOperationMethods(const storage::Store* store, ClearingDesk* desk, MethodTable* table) {
  const std::string service = "google.longrunning.Operations/";
  table->Add(service + "GetOperation", [store, desk](const std::shared_ptr<const Call>&,
                                                     const std::shared_ptr<const Requests>& requests,
                                                     const Reply& reply) {
    const auto& request = static_cast<const google::longrunning::GetOperationRequest&>(*requests->front());
    reply(ReadOperation(*store, *desk, request.name()));
  });
  table->Add(service + "ListOperations", [store, desk](const std::shared_ptr<const Call>& call,
                                                       const std::shared_ptr<const Requests>& requests,
                                                       const Reply& reply) {
    reply(List(*store, *desk, *call,
               static_cast<const google::longrunning::ListOperationsRequest&>(*requests->front())));
  });
  table->Add(service + "WaitOperation",
             [store, desk](const std::shared_ptr<const Call>& call,
                           const std::shared_ptr<const Requests>& requests, const Reply& reply) {
               Wait(*store, desk, *call,
                    static_cast<const google::longrunning::WaitOperationRequest&>(*requests->front()), reply);
             });
  table->Add(service + "CancelOperation", [store, desk](const std::shared_ptr<const Call>& call,
                                                        const std::shared_ptr<const Requests>& requests,
                                                        const Reply& reply) {
    const auto& request = static_cast<const google::longrunning::CancelOperationRequest&>(*requests->front());
    reply(Cancel(*store, desk, *call, request.name()));
  });
  table->Add(service + "DeleteOperation", [store, desk](const std::shared_ptr<const Call>&,
                                                        const std::shared_ptr<const Requests>& requests,
                                                        const Reply& reply) {
    const auto& request = static_cast<const google::longrunning::DeleteOperationRequest&>(*requests->front());
    reply(Delete(*store, desk, request.name()));
  });
}

}  // namespace ayni::services
