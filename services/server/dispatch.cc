#include "services/server/dispatch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/access/outsider.h"
#include "services/api.h"
#include "services/errors.h"

namespace ayni::services {
namespace {

// Of the id of one exchange, as in the log; not of the request_id that a request may bring.
constexpr size_t kExchangeIdCharactersMax = 64;

bool IsRequestId(std::string_view id) {
  return !id.empty() && id.size() <= kExchangeIdCharactersMax &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
         });
}

absl::Status WithReason(absl::Status status, absl::string_view reason) {
  AttachErrorInfo(reason, {}, &status);
  return status;
}

absl::Status AnswersUnread() {
  return WithReason(
      absl::ResourceExhaustedError("too many answers wait to be read; read them, and try again"),
      "ANSWERS_UNREAD");
}

// That the store does not know either is nothing to give up over: the same request_id gets the first answer.
absl::Status OutcomeUnknown() {
  return WithReason(
      absl::UnavailableError("nobody can say yet whether the change stands; repeat it with its request_id"),
      "OUTCOME_UNKNOWN");
}

// A draft is hidden until it is published, and so is that it exists: what is not there, is not theirs, or is
// in no state to be read is all one to outsiders.
bool IsHiddenFromOutsiders(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsPermissionDenied(status) || absl::IsFailedPrecondition(status);
}

absl::Status NotPublished() {
  return WithReason(absl::NotFoundError("nothing of that name is published here"), "NOT_PUBLISHED");
}

// Whose fault an answer is decides how loudly the log says it.
LogLevel LevelOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnavailable:
      return LogLevel::kError;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kResourceExhausted:
      return LogLevel::kWarning;
    default:
      return LogLevel::kDebug;
  }
}

}  // namespace

Exchange::Exchange(Dispatch* dispatch, const Route& route, const Arrival& arrival)
    : dispatch_(dispatch),
      route_(route),
      start_(dispatch->clock_()),
      request_id_(IsRequestId(arrival.request_id) ? std::string(arrival.request_id) : dispatch->new_id_()),
      admitted_(Admit(arrival)) {}

CallDeadlines& Exchange::deadlines() const {
  return is_stream() ? dispatch_->stream_deadlines_ : dispatch_->deadlines_;
}

absl::Status Exchange::CountIn() {
  const int64_t in_flight = dispatch_->figures_.in_flight().fetch_add(1, std::memory_order_relaxed);
  const int64_t streams =
      is_stream() ? dispatch_->client_streams_.fetch_add(1, std::memory_order_relaxed) : 0;
  if (in_flight < dispatch_->options_.in_flight_max && streams < dispatch_->options_.client_streams_max) {
    return absl::OkStatus();
  }
  return WithReason(absl::ResourceExhaustedError("too many calls are under way; try again later"),
                    "SERVER_BUSY");
}

absl::Status Exchange::Admit(const Arrival& arrival) {
  if (absl::Status counted = CountIn(); !counted.ok()) return counted;
  const absl::Duration limit =
      is_stream() ? dispatch_->options_.stream_deadline_max : dispatch_->options_.deadline_max;
  call_.method = route_.name;
  call_.now = start_;
  call_.deadline = std::min(arrival.deadline, start_ + limit);
  if (call_.deadline <= start_) {
    return WithReason(absl::DeadlineExceededError("the deadline had passed when the call arrived"),
                      "DEADLINE_PASSED");
  }

  absl::StatusOr<Caller> caller = Recognise(arrival);
  if (!caller.ok()) return caller.status();
  call_.caller = *std::move(caller);
  answer_bytes_.emplace(dispatch_->answers_, call_.caller.principal);
  if (!answer_bytes_->Take(kCallBytes)) return AnswersUnread();
  call_.scope = route_.rule.ScopeOf(call_.caller);
  if (absl::Status allowed = route_.rule.CheckRole(call_.caller); !allowed.ok()) return allowed;
  return IsOutsider(call_.caller) ? CountOutsiderIn() : absl::OkStatus();
}

absl::StatusOr<Caller> Exchange::Recognise(const Arrival& arrival) {
  if (!arrival.authorization.empty()) {
    const std::optional<std::string_view> secret = SecretOfAuthorization(arrival.authorization);
    if (!secret.has_value()) {
      return WithReason(absl::UnauthenticatedError(
                            "the authorization header must be: Bearer, a space, and a token of this server"),
                        "TOKEN_MALFORMED");
    }
    return dispatch_->directory_.Authenticate(*secret, start_);
  }
  if (!arrival.certificate_name.empty()) {
    return dispatch_->directory_.Find(absl::StrCat(
        "principals/", absl::string_view(arrival.certificate_name.data(), arrival.certificate_name.size())));
  }
  // Whose session ended in another window is no outsider to its pages.
  if (!arrival.session.empty() || !arrival.principal.empty()) return RecogniseSession(arrival);
  // What is not open to outsiders asks for a token, whether others of its kind are or not.
  if (dispatch_->options_.takes_outsiders && route_.rule.ScopeOf(Outsider()) != Scope::kNone)
    return Outsider();
  return WithReason(
      absl::UnauthenticatedError("send a token in the authorization header, as in: Bearer SECRET"),
      "TOKEN_MISSING");
}

absl::StatusOr<Caller> Exchange::RecogniseSession(const Arrival& arrival) {
  absl::StatusOr<Caller> caller = dispatch_->directory_.AuthenticateSession(arrival.session, start_);
  if (!caller.ok() || arrival.principal.empty() || caller->principal == arrival.principal) return caller;
  return SessionOfAnother(caller->principal);
}

// They are anybody: members must not wait behind them.
absl::Status Exchange::CountOutsiderIn() {
  counts_as_outsider_ = true;
  const int64_t outsiders = dispatch_->outsiders_.fetch_add(1, std::memory_order_relaxed);
  if (outsiders < dispatch_->options_.outsiders_in_flight_max) return absl::OkStatus();
  return WithReason(
      absl::ResourceExhaustedError("too many calls without an account are under way; try again later"),
      "SERVER_BUSY");
}

void Exchange::SetReply(Reply reply) {
  reply_ = std::move(reply);
  // A stream takes time, and memory, before its method runs.
  if (is_stream()) deadlines().Join(shared_from_this(), start_, &place_);
}

void Exchange::Run(Requests requests) {
  if (answered_.load()) return;
  requests_ = std::move(requests);
  for (const std::unique_ptr<Message>& request : requests_) {
    // What no version of the API that this server knows has a name for has no limit either, and would be
    // stored and shown with the rest.
    request->DiscardUnknownFields();
    route_.rule.Narrow(call_.caller, request.get());
    absl::Status allowed = route_.rule.CheckRequest(call_.caller, *request);
    if (!allowed.ok()) return Refuse(std::move(allowed));
  }
  const std::shared_ptr<Exchange> self = shared_from_this();
  if (!is_stream()) deadlines().Join(self, start_, &place_);
  // Abandoned before it joined: nobody else makes it leave.
  if (answered_.load()) deadlines().Leave(&place_);
  route_.method.run(
      std::shared_ptr<const Call>(self, &call_), std::shared_ptr<const Requests>(self, &requests_),
      [self](absl::StatusOr<std::unique_ptr<Message>> answer) { self->Answer(std::move(answer)); });
}

absl::Status Exchange::CheckMessage(const Message& message) const {
  return route_.method.check == nullptr ? absl::OkStatus() : route_.method.check(message);
}

void Exchange::Refuse(absl::Status status) { Answer(std::move(status)); }

void Exchange::Abandon(absl::Status status) { Answer(std::move(status)); }

void Exchange::Answer(absl::StatusOr<std::unique_ptr<Message>> answer) {
  if (answered_.exchange(true)) return;
  if (absl::IsUnknown(answer.status())) answer = OutcomeUnknown();
  if (counts_as_outsider_) {
    dispatch_->outsiders_.fetch_sub(1, std::memory_order_relaxed);
    if (IsHiddenFromOutsiders(answer.status())) answer = NotPublished();
  }
  if (answer.ok()) {
    if (absl::Status counted = CountAnswer(**answer); !counted.ok()) answer = std::move(counted);
  }
  dispatch_->figures_.in_flight().fetch_sub(1, std::memory_order_relaxed);
  if (is_stream()) dispatch_->client_streams_.fetch_sub(1, std::memory_order_relaxed);
  deadlines().Leave(&place_);
  const absl::Duration duration = dispatch_->clock_() - start_;
  route_.figures->Count(answer.status().code(), duration);
  WriteLog(answer.status(), duration);
  const Reply reply = std::move(reply_);
  reply(std::move(answer));
}

absl::Status Exchange::CountAnswer(const Message& answer) {
  const int64_t bytes = static_cast<int64_t>(answer.ByteSizeLong()) - kCallBytes;
  if (bytes <= 0) return absl::OkStatus();
  if (!route_.changes) return answer_bytes_->Take(bytes) ? absl::OkStatus() : AnswersUnread();
  answer_bytes_->TakeAnyway(bytes);
  return absl::OkStatus();
}

void Exchange::WriteLog(const absl::Status& status, absl::Duration duration) const {
  LogLevel level = LevelOf(status.code());
  const bool logs_all = dispatch_->options_.log_requests;
  if (logs_all) level = std::max(level, LogLevel::kInfo);
  if (!dispatch_->log_.Writes(level)) return;
  const std::optional<int64_t> left_out = logs_all ? 0 : dispatch_->lines_.Take(start_ + duration);
  if (!left_out.has_value()) return;
  const std::string code = absl::StatusCodeToString(status.code());
  const absl::string_view message = status.message();
  dispatch_->log_.Write(level, "call",
                        {{"request_id", request_id_},
                         {"method", route_.name},
                         {"principal", call_.caller.principal},
                         {"code", code},
                         {"duration_s", absl::ToDoubleSeconds(duration)},
                         {"message", std::string_view(message.data(), message.size())},
                         {"calls_left_out", *left_out}});
}

Dispatch::Dispatch(const Directory& directory, const Log& log, DispatchOptions options, Clock clock,
                   NewId new_id)
    : directory_(directory),
      log_(log),
      options_(options),
      clock_(clock),
      new_id_(std::move(new_id)),
      answers_(std::make_shared<AnswerBudget>(options.answer_bytes_max)),
      deadlines_(options.deadline_max, clock),
      stream_deadlines_(options.stream_deadline_max, clock) {}

absl::StatusOr<std::unique_ptr<Dispatch>> Dispatch::Create(const MethodTable& methods,
                                                           const Directory& directory, const Log& log,
                                                           DispatchOptions options, Clock clock,
                                                           NewId new_id) {
  absl::Status agreed = CheckTable(AuthorisationTable(), ApiServices());
  if (!agreed.ok()) return agreed;
  std::unique_ptr<Dispatch> dispatch(
      new Dispatch(directory, log, options, std::move(clock), std::move(new_id)));
  for (const AccessRow& row : AuthorisationTable()) {
    const std::string name(row.method);
    const Method* method = methods.Find(name);
    if (method == nullptr) continue;
    absl::StatusOr<AccessRule> rule = AccessRule::Bind(row, method->descriptor);
    if (!rule.ok()) return rule.status();
    const bool changes =
        method->descriptor->options().idempotency_level() != google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
    dispatch->routes_.emplace(name,
                              Route{name, *method, *std::move(rule), dispatch->figures_.Add(name), changes});
  }
  return dispatch;
}

const Route* Dispatch::Find(std::string_view method) const {
  const auto found = routes_.find(method);
  return found == routes_.end() ? nullptr : &found->second;
}

std::shared_ptr<Exchange> Dispatch::Open(const Route& route, const Arrival& arrival) {
  return std::make_shared<Exchange>(this, route, arrival);
}

}  // namespace ayni::services
