// The API's methods, free of any wire: the gRPC server and every other door look a method up here, check the
// caller against the authorisation table, and run it. A door never holds a rule of a method, nor a method one
// of a door.
#ifndef AYNI_SERVICES_METHOD_H_
#define AYNI_SERVICES_METHOD_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/access.pb.h"

namespace ayni::services {

// What a row of the authorisation table lets a role do with a method.
enum class Scope {
  kNone,
  // On any resource.
  kAny,
  // Where the request's name or parent is of the caller's own party; checked before the method runs.
  kOwnName,
  // On records that are the caller's own; the method reads them, so the method checks (see OwnsRecord in
  // access/).
  kOwnRecord,
};

// Whether it is the role of one who takes part in the market, rather than looks after it.
inline bool IsMember(v1::Role role) {
  return role == v1::ROLE_COOPERATIVE || role == v1::ROLE_TAP || role == v1::ROLE_FUNDER ||
         role == v1::ROLE_CERTIFIER;
}

// Who calls. Empty principal: the server itself.
struct Caller {
  std::string principal;  // principals/{principal}
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::string party;  // parties/{party}; empty for an administrator or auditor of no party
};

// One call that passed authentication and authorisation.
struct Call {
  std::string method;  // as in ayni.v1.NeedService/CreateNeed
  Caller caller;
  Scope scope = Scope::kNone;
  absl::Time now;
  absl::Time deadline = absl::InfiniteFuture();
};

using Message = google::protobuf::Message;
// Called exactly once, on any thread. An error may carry google.rpc details as payloads keyed by their type
// URL.
using Reply = std::function<void(absl::StatusOr<std::unique_ptr<Message>>)>;
// One message, or for a client-streaming method all that were sent.
using Requests = std::vector<std::unique_ptr<Message>>;

// Waits for no commit and for no long computation: those reply later. It may read the store in place, a page
// of a list at most (kPageRecordsMax records). The Call and Requests live until then.
using MethodFunction =
    std::function<void(std::shared_ptr<const Call>, std::shared_ptr<const Requests>, Reply)>;

// What is wrong with one message of a stream, whatever the others are.
using StreamCheck = std::function<absl::Status(const Message&)>;

struct Method {
  const google::protobuf::MethodDescriptor* descriptor;
  MethodFunction run;
  StreamCheck check;  // of a client-streaming method; null: nothing is looked at before all have come
};

// Filled at start, then only read: safe to read from any thread.
class MethodTable {
 public:
  // REQUIRES: the name, as in ayni.v1.NeedService/CreateNeed, is of a method that is linked in and not yet
  // added.
  void Add(const std::string& name, MethodFunction run, StreamCheck check = nullptr);

  // Puts `around` of a method's function in its place. REQUIRES: the method was added.
  void Wrap(const std::string& name, const std::function<MethodFunction(MethodFunction)>& around);

  // Null where there is none.
  const Method* Find(const std::string& name) const;
  const std::map<std::string, Method>& methods() const { return methods_; }

 private:
  std::map<std::string, Method> methods_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_METHOD_H_
