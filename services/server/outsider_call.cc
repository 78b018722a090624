#include "services/server/outsider_call.h"

#include <utility>

#include "services/access/outsider.h"
#include "services/invariant.h"

namespace ayni::services {

void CallAsOutsider(const MethodTable& methods, const std::string& method, std::unique_ptr<Message> request,
                    absl::Time now, Reply reply) {
  const Method* found = methods.Find(method);
  INVARIANT(found != nullptr, method);
  auto call = std::make_shared<Call>();
  call->method = method;
  call->caller = Outsider();
  call->scope = Scope::kAny;
  call->now = now;
  call->deadline = now + kOutsiderWaits;
  auto requests = std::make_shared<Requests>();
  requests->push_back(std::move(request));
  found->run(std::move(call), std::move(requests), std::move(reply));
}

}  // namespace ayni::services
