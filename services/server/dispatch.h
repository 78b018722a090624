// Dispatch: the one path of a call, whichever door it came through.
//
//   route = dispatch.Find("ayni.v1.NeedService/GetNeed")        once, when the door opens
//   exchange = dispatch.Open(*route, arrival)                   deadline, authentication, the role's right
//   exchange->SetReply(reply)
//   if (exchange->admitted().ok()) decode, then exchange->Run(requests)     the rest of the right, and the
//   method else exchange->Refuse(exchange->admitted())
//
// so that nothing of a caller is decoded before the server knows who it is. Each call is counted, and logged
// as the options say. A call that passes its deadline is answered at once, and what its method replies later
// is dropped.
#ifndef AYNI_SERVICES_SERVER_DISPATCH_H_
#define AYNI_SERVICES_SERVER_DISPATCH_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/access/authorisation.h"
#include "services/access/directory.h"
#include "services/log.h"
#include "services/method.h"
#include "services/server/answer_budget.h"
#include "services/server/call_deadlines.h"
#include "services/server/call_figures.h"
#include "services/server/line_budget.h"

namespace ayni::services {

// What a door reads of a call before its messages. The views need live only until Open returns.
struct Arrival {
  std::string_view authorization;  // the header's value; empty where there is none
  std::string_view
      certificate_name;      // the common name of a verified client certificate; empty where there is none
  std::string_view session;  // the secret in a browser's cookie, where a page of this server's own asks
  // Whom the page takes that session for; empty: whoever it is. Another window may have signed in meanwhile.
  std::string_view principal;
  std::string_view request_id;  // as the client sent it; taken where it is 1 to 64 of A-Za-z0-9._-
  absl::Time deadline = absl::InfiniteFuture();
};

// Calls that the log tells of in a second where log_requests is off; the next line says how many were left
// out.
inline constexpr int64_t kCallLinesPerSecondMax = 100;

struct DispatchOptions {
  // The latest that a call is answered, whatever its client asks for: of one message, and of a stream of
  // them.
  absl::Duration deadline_max = absl::Seconds(60);
  absl::Duration stream_deadline_max = absl::Minutes(15);
  int64_t in_flight_max = 10'000;
  // Of these, streams of messages: each may fill stream_bytes_max of the door before its method sees any of
  // it.
  int64_t client_streams_max = 8;
  // Whether who sends no token may call what the table opens to outsiders; and of all calls, theirs.
  bool takes_outsiders = false;
  int64_t outsiders_in_flight_max = 64;
  // Of the answers that wait for their callers to take them, and of the calls that they belong to.
  int64_t answer_bytes_max = 256 << 20;
  // Also logs calls that succeed or that their caller got wrong.
  bool log_requests = false;
};

// One method with all that a call of it needs. Constant, and as old as its Dispatch.
struct Route {
  std::string name;
  Method method;
  AccessRule rule;
  MethodFigures* figures;
  bool changes;  // the market: what came of it must be told
};

class Dispatch;

// One call from its arrival to its answer; after that it uses nothing of its Dispatch any more, so that a
// method may reply too late. A door keeps it until the caller has its answer, whose bytes count until then.
// Thread-safety: Abandon from any thread at any time; the others from one thread after another.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Dispatch* dispatch, const Route& route, const Arrival& arrival);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const std::string& request_id() const { return request_id_; }
  const absl::Status& admitted() const { return admitted_; }

  // Sets where the answer goes; a stream may be abandoned from here on. Called once, before Run, Refuse or
  // Abandon.
  void SetReply(Reply reply);
  // Runs the method on what it knows of the requests; nothing where the call was answered before. REQUIRES:
  // admitted().ok().
  void Run(Requests requests);
  // What is wrong with one message of a stream, before the rest of it comes.
  absl::Status CheckMessage(const Message& message) const;
  // Answers without the method: the call was not admitted, or its messages can't be read.
  void Refuse(absl::Status status);
  // Answers now, unless there is an answer already: the client has gone, or waits no longer.
  void Abandon(absl::Status status);

 private:
  friend class Dispatch;

  absl::Status Admit(const Arrival& arrival);
  // Who it is, by what it shows.
  absl::StatusOr<Caller> Recognise(const Arrival& arrival);
  absl::StatusOr<Caller> RecogniseSession(const Arrival& arrival);
  absl::Status CountIn();
  absl::Status CountOutsiderIn();
  bool is_stream() const { return route_.method.descriptor->client_streaming(); }
  CallDeadlines& deadlines() const;
  // Refused where the caller reads its answers too slowly.
  absl::Status CountAnswer(const Message& answer);
  void Answer(absl::StatusOr<std::unique_ptr<Message>> answer);
  void WriteLog(const absl::Status& status, absl::Duration duration) const;

  Dispatch* const dispatch_;
  const Route& route_;
  const absl::Time start_;
  std::string request_id_;
  Call call_;
  std::optional<AnswerBytes> answer_bytes_;  // of a caller that was recognised
  bool counts_as_outsider_ = false;
  absl::Status admitted_;
  Requests requests_;
  Reply reply_;
  std::atomic<bool> answered_{false};
  CallDeadlines::Place place_;
};

// Thread-safety: any method from any thread.
class Dispatch {
 public:
  using Clock = std::function<absl::Time()>;
  using NewId = std::function<std::string()>;

  // FailedPrecondition where the authorisation table and the API differ. A method of the API that `methods`
  // lacks has no route. `directory` and `log` must outlive the last answer.
  static absl::StatusOr<std::unique_ptr<Dispatch>> Create(const MethodTable& methods,
                                                          const Directory& directory, const Log& log,
                                                          DispatchOptions options, Clock clock, NewId new_id);

  // Null where there is none.
  const Route* Find(std::string_view method) const;
  const std::map<std::string, Route, std::less<>>& routes() const { return routes_; }

  std::shared_ptr<Exchange> Open(const Route& route, const Arrival& arrival);

  CallFigures& figures() { return figures_; }
  const AnswerBudget& answers() const { return *answers_; }

 private:
  friend class Exchange;

  Dispatch(const Directory& directory, const Log& log, DispatchOptions options, Clock clock, NewId new_id);

  const Directory& directory_;
  const Log& log_;
  const DispatchOptions options_;
  const Clock clock_;
  const NewId new_id_;
  const std::shared_ptr<AnswerBudget> answers_;
  CallFigures figures_;
  std::map<std::string, Route, std::less<>> routes_;
  LineBudget lines_{kCallLinesPerSecondMax};
  std::atomic<int64_t> client_streams_{0};
  std::atomic<int64_t> outsiders_{0};
  CallDeadlines deadlines_;
  CallDeadlines stream_deadlines_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_DISPATCH_H_
