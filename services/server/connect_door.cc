#include "services/server/connect_door.h"

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/errors.h"
#include "services/server/connect_protocol.h"
#include "services/server/connection_gate.h"
#include "services/server/cookie.h"
#include "services/server/listen.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

// A GET brings its message in its first line.
constexpr size_t kHeadBytesMax = 32 << 10;
constexpr size_t kReadBytes = 32 << 10;
// Of what is not parsed yet, the trailer of a chunked body among it: a field that is longer than 64 KiB would
// be an exception of Beast's.
constexpr size_t kBufferBytesMax = 60 << 10;
// Encoding a page of a list takes milliseconds; two threads keep short calls from waiting for it.
constexpr int kThreads = 2;
// Until a client that was answered closes.
constexpr std::chrono::seconds kLeavingLasts(1);
constexpr char kPreflightSeconds[] = "7200";

std::string_view View(const beast::string_view& text) { return {text.data(), text.size()}; }

absl::Status TooLarge(const char* reason, const std::string& why) {
  absl::Status status = absl::ResourceExhaustedError(why);
  AttachErrorInfo(reason, {}, &status);
  return status;
}

// What the connections of one door share.
struct Shared {
  Shared(ConnectDoorOptions with, Dispatch* to, ConnectDoor::Pages other, ConnectDoor::SignIn in)
      : options(std::move(with)), dispatch(to), pages(std::move(other)), sign_in(std::move(in)) {}

  const ConnectDoorOptions options;
  Dispatch* const dispatch;
  const ConnectDoor::Pages pages;
  const ConnectDoor::SignIn sign_in;
  std::atomic<size_t> held_bytes{0};  // of bodies that were not taken yet

  // Those that are open, so that the door can end them.
  std::mutex mutex;
  std::condition_variable ended;
  std::unordered_set<class Connection*> connections;
  bool closing = false;
};

// One connection, from its first request to its last. Owns itself by what it waits for; everything runs on
// its strand but the reply of an exchange, which comes back to it.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)), shared_(std::move(shared)) {
    const std::lock_guard lock(shared_->mutex);
    shared_->connections.insert(this);
  }
  ~Connection() {
    Give(body_bytes_);
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->connections.erase(this);
    }
    shared_->ended.notify_all();
  }

  void Start() {
    asio::dispatch(stream_.get_executor(),
                   [self = shared_from_this()] { self->ReadHead(self->shared_->options.head); });
  }

  // From any thread: ends the connection once it has nothing under way, and with `all` at once.
  void End(bool all) {
    asio::post(stream_.get_executor(), [self = shared_from_this(), all] {
      self->closing_ = true;
      // Waits for a request, or for the client to close.
      if (self->exchange_ == nullptr && !self->writing_) return self->stream_.close();
      if (all && self->exchange_ != nullptr)
        self->exchange_->Abandon(absl::CancelledError("the server is stopping"));
    });
  }

 private:
  using Buffers = http::response<http::string_body>;

  void ReadHead(std::chrono::milliseconds time) {
    if (closing_) return Leave();
    parser_.emplace();
    parser_->header_limit(kHeadBytesMax);
    parser_->body_limit(shared_->options.stream_bytes_max);
    Within(time);
    http::async_read_header(stream_, buffer_, *parser_,
                            beast::bind_front_handler(&Connection::TakeHead, shared_from_this()));
  }

  // What is waited for must come within that time. Not by the stream's own timeouts, which close and do not
  // shut down: the gate's duplicate of the descriptor would keep the connection open for good.
  void Within(std::chrono::milliseconds time) {
    is_late_ = false;
    timer_.expires_after(time);
    timer_.async_wait([weak = weak_from_this()](error_code error) {
      const auto self = weak.lock();
      if (error || self == nullptr || self->timer_.expiry() > std::chrono::steady_clock::now()) return;
      self->is_late_ = true;
      // Of a body that does not come the client can still be told.
      self->stream_.socket().shutdown(
          self->writing_ ? tcp::socket::shutdown_both : tcp::socket::shutdown_receive, error);
    });
  }

  // Also of a time that is over at this moment.
  void Forever() { timer_.expires_at(std::chrono::steady_clock::time_point::max()); }

  std::string_view Header(std::string_view name) const {
    return View(parser_->get()[beast::string_view(name.data(), name.size())]);
  }

  void TakeHead(error_code error, size_t) {
    if (error == http::error::header_limit)
      return Respond(
          Refusal(431, absl::StrCat("the first lines of a request may have ", kHeadBytesMax, " bytes")),
          false);
    if (error.category() == http::make_error_code(http::error::end_of_stream).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      return Respond(Refusal(400, "the request is no HTTP/1.1"), false);
    }
    if (error) return Leave();
    keeps_ = parser_->keep_alive();
    const std::string_view target = View(parser_->get().target());
    if (target.empty() || target[0] != '/')
      return Respond(Refusal(400, "the request's target must begin with /"), false);
    const size_t mark = target.find('?');
    request_.path = std::string(target.substr(0, mark));
    request_.query = mark == std::string_view::npos ? "" : std::string(target.substr(mark + 1));
    const http::verb verb = parser_->get().method();
    if (verb == http::verb::options) return AnswerPreflight();
    is_head_ = verb == http::verb::head;
    if (verb != http::verb::get && verb != http::verb::post && !is_head_) {
      HttpResponse refusal = Refusal(405, "GET, HEAD and POST");
      refusal.headers.emplace_back("Allow", "GET, HEAD, POST, OPTIONS");
      return Respond(refusal, false);
    }
    if (shared_->sign_in.holds != nullptr && shared_->sign_in.holds(request_.path))
      return AnswerSignIn(verb == http::verb::post);
    const Route* route = shared_->dispatch->Find(request_.path.substr(1));
    if (route == nullptr && verb != http::verb::post) return AnswerPage();
    Open(route, verb != http::verb::post);
  }

  // A page of another origin asks whether it may call.
  void AnswerPreflight() {
    if (!MayCall(Header("origin")))
      return Respond(Refusal(403, "pages of this origin may not call"), NoBody());
    HttpResponse response{
        .code = 204,
        .headers = {{"Access-Control-Allow-Methods", "GET, POST"},
                    {"Access-Control-Allow-Headers",
                     "Authorization, Content-Type, Content-Encoding, Connect-Protocol-Version, "
                     "Connect-Timeout-Ms, Connect-Content-Encoding, Connect-Accept-Encoding, "
                     "If-None-Match, X-Request-Id"},
                    {"Access-Control-Max-Age", kPreflightSeconds}}};
    Respond(std::move(response), NoBody());
  }

  bool MayCall(std::string_view origin) const {
    const std::vector<std::string>& origins = shared_->options.origins;
    return std::find(origins.begin(), origins.end(), origin) != origins.end();
  }

  // Whether the connection may go on after an answer that did not wait for the body: there is none.
  bool NoBody() const { return parser_->is_done(); }

  DoorRequest FirstLines(bool is_post) const {
    return {is_post, request_.path, request_.query, [this](std::string_view name) { return Header(name); }};
  }

  void AnswerPage() {
    std::optional<HttpResponse> page;
    if (shared_->pages != nullptr) page = shared_->pages(FirstLines(false));
    Respond(page.has_value() ? *std::move(page) : Refusal(404, absl::StrCat("there is no ", request_.path)),
            NoBody());
  }

  void AnswerSignIn(bool is_post) {
    writing_ = true;  // what stops the server waits for the answer
    Forever();
    shared_->sign_in.respond(FirstLines(is_post), [self = shared_from_this()](HttpResponse answer) {
      asio::post(self->stream_.get_executor(), [self, answer = std::move(answer)]() mutable {
        self->Respond(std::move(answer), self->NoBody());
      });
    });
  }

  // The secret of the session that a page of the door's own brings; empty where none does.
  std::string_view SessionSecret() const {
    const std::string_view secret = CookieIn(Header("cookie"), kSessionCookie);
    if (secret.empty()) return secret;
    return IsOwnPage([this](std::string_view name) { return Header(name); }) ? secret : std::string_view();
  }

  void Open(const Route* route, bool is_get) {
    std::optional<HttpResponse> refusal;
    call_ = ReadConnectCall(
        is_get, request_.path, request_.query, [this](std::string_view name) { return Header(name); },
        route == nullptr ? nullptr : route->method.descriptor, &refusal);
    if (refusal.has_value()) return Respond(*std::move(refusal), NoBody());
    Arrival arrival;
    arrival.authorization = Header("authorization");
    arrival.session = SessionSecret();
    arrival.principal = Header("x-principal");
    arrival.request_id = Header("x-request-id");
    arrival.deadline = absl::Now() + call_.timeout;
    tag_seen_ = std::string(Header("if-none-match"));
    route_ = route;
    exchange_ = shared_->dispatch->Open(*route, arrival);
    exchange_->SetReply([self = shared_from_this()](absl::StatusOr<std::unique_ptr<Message>> answer) {
      auto kept = std::make_shared<absl::StatusOr<std::unique_ptr<Message>>>(std::move(answer));
      asio::post(self->stream_.get_executor(), [self, kept] { self->AnswerCall(*kept); });
    });
    if (!exchange_->admitted().ok()) return exchange_->Refuse(exchange_->admitted());
    if (!call_.wrong.ok()) return exchange_->Refuse(call_.wrong);
    if (call_.message.has_value()) return Run(*call_.message);
    // Of a stream the exchange sees to it.
    if (call_.streams) {
      Forever();
    } else {
      Within(shared_->options.body);
    }
    if (absl::EqualsIgnoreCase(Absl(Header("expect")), "100-continue") && !parser_->is_done())
      return Invite();
    ReadBody();
  }

  // Whoever asks first whether to send a long body is told so.
  void Invite() {
    auto go_on = std::make_shared<http::response<http::empty_body>>(http::status::continue_, 11);
    http::async_write(stream_, *go_on, [self = shared_from_this(), go_on](error_code error, size_t) {
      if (error) return self->Gone();
      self->ReadBody();
    });
  }

  void ReadBody() {
    if (parser_->is_done()) return TakeBody({}, 0);
    buffer_.reserve(kReadBytes);
    http::async_read_some(stream_, buffer_, *parser_,
                          beast::bind_front_handler(&Connection::TakeBody, shared_from_this()));
  }

  void TakeBody(error_code error, size_t) {
    if (answered_) return;
    if (error && is_late_)
      return exchange_->Refuse(absl::DeadlineExceededError("the body did not come in time"));
    if (error == http::error::body_limit)
      return exchange_->Refuse(TooLarge("STREAM_TOO_LARGE", "the body is larger than any may be"));
    if (error) return Gone();
    std::string& body = parser_->get().body();
    if (!Hold(body.size())) {
      return exchange_->Refuse(
          TooLarge("SERVER_BUSY", "too much waits to be taken by the server; try again later"));
    }
    if (call_.streams) {
      if (absl::Status taken = TakeEnvelopes(&body); !taken.ok()) return exchange_->Refuse(std::move(taken));
    } else if (body.size() > shared_->options.message_bytes_max) {
      return exchange_->Refuse(
          TooLarge("MESSAGE_TOO_LARGE",
                   absl::StrCat("a message may have ", shared_->options.message_bytes_max, " bytes")));
    }
    if (!parser_->is_done()) return ReadBody();
    if (!call_.streams) return Run(body);
    if (!body.empty()) return exchange_->Refuse(absl::InvalidArgumentError("the last envelope is not whole"));
    WatchClient();
    exchange_->Run(std::exchange(requests_, {}));
  }

  // Takes the envelopes that are whole off the front of the body.
  absl::Status TakeEnvelopes(std::string* body) {
    size_t taken = 0;
    while (true) {
      const std::string_view rest = std::string_view(*body).substr(taken);
      absl::StatusOr<std::optional<Envelope>> envelope =
          ReadEnvelope(rest, shared_->options.message_bytes_max);
      if (!envelope.ok()) return envelope.status();
      if (!envelope->has_value()) break;
      if ((*envelope)->compressed && !call_.compressed)
        return absl::InvalidArgumentError(
            "an envelope is compressed, and connect-content-encoding names nothing");
      absl::StatusOr<std::unique_ptr<Message>> message =
          ReadConnectMessage(*route_->method.descriptor->input_type(), call_.codec, (*envelope)->compressed,
                             (*envelope)->message, shared_->options.message_bytes_max);
      if (!message.ok()) return message.status();
      // What is compressed counts as what it comes to.
      stream_bytes_ += std::max((*envelope)->size, (*message)->ByteSizeLong());
      if (stream_bytes_ > shared_->options.stream_bytes_max ||
          requests_.size() >= shared_->options.stream_messages_max) {
        return TooLarge(
            "STREAM_TOO_LARGE",
            absl::StrCat("a stream may hold ", shared_->options.stream_messages_max, " messages of ",
                         shared_->options.stream_bytes_max, " bytes in all; send it in parts"));
      }
      if (absl::Status right = exchange_->CheckMessage(**message); !right.ok()) return right;
      requests_.push_back(*std::move(message));
      taken += (*envelope)->size;
    }
    body->erase(0, taken);
    return absl::OkStatus();
  }

  void Run(const std::string& body) {
    absl::StatusOr<std::unique_ptr<Message>> message =
        ReadConnectMessage(*route_->method.descriptor->input_type(), call_.codec, call_.compressed, body,
                           shared_->options.message_bytes_max);
    if (!message.ok()) return exchange_->Refuse(message.status());
    Requests requests;
    requests.push_back(*std::move(message));
    WatchClient();
    exchange_->Run(std::move(requests));
  }

  // While a method runs nothing is read; that the client closes must be seen all the same.
  void WatchClient() {
    Forever();
    stream_.socket().async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
      if (error || self->answered_ || self->exchange_ == nullptr) return;
      char byte = 0;
      const ssize_t size =
          recv(self->stream_.socket().native_handle(), &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
      if (size == 0) self->Gone();
    });
  }

  // The client is no more: whatever its call comes to is told to nobody.
  void Gone() {
    if (exchange_ == nullptr || answered_) return Leave();
    keeps_ = false;
    exchange_->Abandon(absl::CancelledError("the client went away"));
  }

  void AnswerCall(const absl::StatusOr<std::unique_ptr<Message>>& answer) {
    answered_ = true;
    // What is being waited for, a body or that the client goes, is waited for no more.
    const bool goes_on = keeps_ && NoBody();
    if (stream_.socket().is_open()) {
      error_code ignored;
      stream_.socket().cancel(ignored);
    }
    Respond(ToHttpResponse(call_, answer, exchange_->request_id(), tag_seen_), goes_on);
  }

  // Counts the body as held, and what it held before no more. False where there is no room.
  bool Hold(size_t bytes) {
    const size_t before = std::exchange(body_bytes_, bytes);
    const size_t held = shared_->held_bytes.fetch_add(bytes - before) + bytes - before;
    return bytes <= before || held <= shared_->options.memory_bytes_max;
  }
  void Give(size_t bytes) { shared_->held_bytes.fetch_sub(bytes); }

  void Respond(HttpResponse answer, bool keeps) {
    keeps_ = keeps_ && keeps && !closing_;
    auto response = std::make_shared<Buffers>(static_cast<http::status>(answer.code), 11);
    response->reason(answer.code == 499 ? "Client Closed Request"
                                        : http::obsolete_reason(static_cast<http::status>(answer.code)));
    for (const auto& [name, value] : answer.headers) response->insert(name, value);
    if (!answer.body.empty()) response->set(http::field::content_type, answer.type);
    response->set("X-Content-Type-Options", "nosniff");
    const std::string_view origin = Header("origin");
    if (!origin.empty() && MayCall(origin)) {
      response->set("Access-Control-Allow-Origin", beast::string_view(origin.data(), origin.size()));
      response->set("Access-Control-Expose-Headers",
                    "X-Request-Id, ETag, Connect-Content-Encoding, Content-Encoding");
      response->insert("Vary", "Origin");
    }
    response->keep_alive(keeps_);
    const bool has_body = !is_head_ && answer.code != 204 && answer.code != 304;
    if (has_body || is_head_) response->content_length(answer.body.size());
    if (has_body) response->body() = std::move(answer.body);
    writing_ = true;
    Within(shared_->options.reading);
    http::async_write(stream_, *response, [self = shared_from_this(), response](error_code error, size_t) {
      self->writing_ = false;
      self->Finish(error);
    });
  }

  void Finish(error_code error) {
    exchange_.reset();
    requests_.clear();
    answered_ = false;
    is_head_ = false;
    stream_bytes_ = 0;
    Give(std::exchange(body_bytes_, 0));
    if (error || !keeps_) return Leave();
    ReadHead(shared_->options.idle);
  }

  void Leave() {
    error_code ignored;
    if (!stream_.socket().is_open()) return;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    Within(kLeavingLasts);
    Drop();
  }

  // Reads what still comes, or the client would be told of a reset before it has read its answer.
  void Drop() {
    buffer_.consume(buffer_.size());
    stream_.async_read_some(buffer_.prepare(kReadBytes),
                            [self = shared_from_this()](error_code error, size_t) {
                              if (error) return self->stream_.close();
                              self->Drop();
                            });
  }

  beast::tcp_stream stream_;
  asio::steady_timer timer_{stream_.get_executor()};
  bool is_late_ = false;
  const std::shared_ptr<Shared> shared_;
  beast::flat_buffer buffer_{kBufferBytesMax};
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpRequest request_;
  ConnectCall call_;
  const Route* route_ = nullptr;
  std::shared_ptr<Exchange> exchange_;
  Requests requests_;
  std::string tag_seen_;
  size_t stream_bytes_ = 0;
  size_t body_bytes_ = 0;
  bool keeps_ = true;
  bool is_head_ = false;
  bool answered_ = false;
  bool writing_ = false;
  bool closing_ = false;
};

class OpenConnectDoor : public ConnectDoor {
 public:
  OpenConnectDoor(const ConnectDoorOptions& options, Dispatch* dispatch, Pages pages, SignIn sign_in)
      : shared_(std::make_shared<Shared>(options, dispatch, std::move(pages), std::move(sign_in))),
        work_(asio::make_work_guard(context_)) {}
  ~OpenConnectDoor() override { Close(absl::ZeroDuration()); }

  absl::Status Start() {
    absl::StatusOr<std::vector<Descriptor>> listeners =
        Listen(shared_->options.host, shared_->options.port, HostForm::kNumeric);
    if (!listeners.ok()) return listeners.status();
    port_ = PortOf(listeners->front());
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Serve(); });
    gate_ = std::make_unique<ConnectionGate>(
        *std::move(listeners), shared_->options.connections_max,
        [this](int, Descriptor connection) { HandOver(std::move(connection)); });
    return absl::OkStatus();
  }

  int port() const override { return port_; }
  absl::Status Health() const override { return gate_->Health(); }

  void Close(absl::Duration drain) override {
    const std::lock_guard close_lock(close_mutex_);
    if (threads_.empty()) return;
    gate_->Close();
    EndConnections(false);
    {
      std::unique_lock lock(shared_->mutex);
      shared_->ended.wait_for(lock, absl::ToChronoMilliseconds(drain),
                              [&] { return shared_->connections.empty(); });
    }
    EndConnections(true);
    {
      std::unique_lock lock(shared_->mutex);
      shared_->ended.wait_for(lock, shared_->options.reading, [&] { return shared_->connections.empty(); });
    }
    work_.reset();
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  // What a library throws of somebody's bytes ends that connection, and not the server.
  void Serve() {
    while (true) {
      try {
        context_.run();
        return;
      } catch (const std::exception&) {
      }
    }
  }

  void HandOver(Descriptor connection) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    if (getsockname(connection.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
    error_code error;
    tcp::socket socket(asio::make_strand(context_));
    socket.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), connection.Release(), error);
    if (error) return;
    socket.set_option(tcp::no_delay(true), error);
    std::make_shared<Connection>(std::move(socket), shared_)->Start();
  }

  void EndConnections(bool all) {
    std::vector<std::shared_ptr<Connection>> open;
    {
      const std::lock_guard lock(shared_->mutex);
      for (Connection* connection : shared_->connections) {
        if (auto kept = connection->weak_from_this().lock()) open.push_back(std::move(kept));
      }
    }
    for (const auto& connection : open) connection->End(all);
  }

  asio::io_context context_{kThreads};
  const std::shared_ptr<Shared> shared_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  int port_ = 0;
  std::mutex close_mutex_;
  std::vector<std::thread> threads_;
  std::unique_ptr<ConnectionGate> gate_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ConnectDoor>> ConnectDoor::Open(const ConnectDoorOptions& options,
                                                               Dispatch* dispatch, Pages pages,
                                                               SignIn sign_in) {
  auto door = std::make_unique<OpenConnectDoor>(options, dispatch, std::move(pages), std::move(sign_in));
  if (absl::Status started = door->Start(); !started.ok()) return started;
  return door;
}

}  // namespace ayni::services
