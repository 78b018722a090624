#include "services/call_queue.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace ayni::services {

void CallQueue::Post(const std::shared_ptr<const Call>& call, const Reply& reply, Compute compute) {
  if (thread_->waiting() >= kWaitingMax)
    return reply(
        absl::ResourceExhaustedError(absl::StrCat("other ", what_, " are waiting; try again later")));
  thread_->Post([this, call, reply, compute = std::move(compute)] {
    reply(compute([this, deadline = call->deadline] { return is_ending_ || absl::Now() >= deadline; }));
  });
}

void CallQueue::End() {
  is_ending_ = true;
  thread_.reset();
}

}  // namespace ayni::services
