// A call of somebody who is nobody here: what the server shows to everybody, it asks of its own methods with
// the fewest rights there are.
#ifndef AYNI_SERVICES_SERVER_OUTSIDER_CALL_H_
#define AYNI_SERVICES_SERVER_OUTSIDER_CALL_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "services/method.h"

namespace ayni::services {

inline constexpr absl::Duration kOutsiderWaits = absl::Seconds(30);

// REQUIRES: the table has the method, and any member may call it; its messages are the caller's to choose.
void CallAsOutsider(const MethodTable& methods, const std::string& method, std::unique_ptr<Message> request,
                    absl::Time now, Reply reply);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_OUTSIDER_CALL_H_
