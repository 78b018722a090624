// aynid: the market's server, all services in one process.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "ayni/v1/ledger.pb.h"
#include "services/access/directory.h"
#include "services/api.h"
#include "services/appeal/appeals.h"
#include "services/credential/export_credential.h"
#include "services/explanation/explanations.h"
#include "services/fairness/fairness_methods.h"
#include "services/figures.h"
#include "services/import/import_market.h"
#include "services/import/merge_methods.h"
#include "services/import/party_index.h"
#include "services/ledger/notary_methods.h"
#include "services/ledger/self_check.h"
#include "services/ledger/signing_key_file.h"
#include "services/log.h"
#include "services/market/candidate_methods.h"
#include "services/market/conflict_methods.h"
#include "services/market/live_market.h"
#include "services/market/market_figures.h"
#include "services/match/lapses.h"
#include "services/match/match_life.h"
#include "services/notice/notice_methods.h"
#include "services/notice/outbox.h"
#include "services/planning/planning_methods.h"
#include "services/round/bundle_methods.h"
#include "services/round/rounds.h"
#include "services/rules/need_posting.h"
#include "services/rules/resource_methods.h"
#include "services/server/connect_door.h"
#include "services/server/descriptor_limit.h"
#include "services/server/dispatch.h"
#include "services/server/grpc_door.h"
#include "services/server/http_port.h"
#include "services/server/library_logs.h"
#include "services/server/new_id.h"
#include "services/server/outsider_reports.h"
#include "services/server/public_pages.h"
#include "services/server/session_pages.h"
#include "services/server/settings.h"
#include "services/server/status_port.h"
#include "services/server/store_figures.h"
#include "services/server/web_folder.h"
#include "services/text_view.h"
#include "services/tokens/directory_records.h"
#include "services/tokens/first_administrator.h"
#include "services/tokens/token_methods.h"
#include "storage/rocksdb_store.h"

// jemalloc reads it. Left to itself it gives memory back only while it is asked for more, and an import's
// stays until the next one.
extern "C" const char* malloc_conf;
const char* malloc_conf = "background_thread:true";

namespace ayni::services {
namespace {

// As --help says.
enum ExitCode {
  kStopped = 0,
  kFailed = 1,
  kWrongSettings = 2,
  kNoStore = 3,
  kNoAddress = 4,
  kStoreFailed = 5
};

// Of connections where descriptors are few.
constexpr int64_t kHttpShareDivisor = 4;
constexpr int kWatchMs = 250;
constexpr int kCatchUpMs = 10;
// A report takes seconds, and readers may be far away.
constexpr HttpLimits kPublicPagesLimits = {.request = std::chrono::seconds(5),
                                           .answer = std::chrono::seconds(35),
                                           .reading = std::chrono::seconds(20)};
// Clocks that are kept right may step back by so much.
constexpr absl::Duration kClockStep = absl::Seconds(1);

std::string NewIdNow() { return NewId(absl::Now()); }

std::string Address(const std::string& host, int port) {
  return absl::StrContains(host, ":") ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

// Makes the folder and those that lead to it, such that they outlast a loss of power. False: errno says why.
bool MakeFolder(const std::filesystem::path& path, mode_t mode) {
  if (access(path.c_str(), F_OK) == 0) return true;
  const std::filesystem::path parent = path.parent_path();
  if (parent != path && !MakeFolder(parent, 0777)) return false;
  if (mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return false;
  const int folder = open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  const bool synced = fsync(folder) == 0;
  const int error = errno;
  close(folder);
  errno = error;
  return synced;
}

// The server from its first line to its last. Members are made and destroyed in this order, so that each
// outlives what uses it.
class Aynid {
 public:
  explicit Aynid(const Settings& settings)
      : settings_(settings), log_(STDERR_FILENO, settings.log_level, absl::Now) {
    SendLibraryLogsTo(&log_);
  }
  ~Aynid() { SendLibraryLogsTo(nullptr); }

  // Returns when one of `signals` asks to stop, or the server can't go on. REQUIRES: they are blocked in all
  // threads.
  ExitCode Run(const sigset_t& signals) {
    ExitCode exit_code = Start();
    if (exit_code == kStopped) exit_code = Watch(signals);
    Stop();
    return exit_code;
  }

 private:
  ExitCode Start() {
    absl::Status status = OpenStatusPort();
    if (!status.ok()) return Fail(kNoAddress, "no address", status);
    status = CountDescriptors();
    if (!status.ok()) return Fail(kFailed, "too few descriptors", status);
    status = OpenStore();
    if (!status.ok()) return Fail(kNoStore, "no store", status);
    status = AddMethods();
    if (!status.ok()) return Fail(kNoStore, "no rounds", status);
    status = Authorise();
    if (!status.ok()) return Fail(kFailed, "no access", status);
    status = OpenDoor();
    if (!status.ok()) return Fail(kNoAddress, "no address", status);
    status = OpenHttpDoor();
    if (!status.ok()) return Fail(kNoAddress, "no address", status);
    status = OpenPublicPages();
    if (!status.ok()) return Fail(kNoAddress, "no address", status);
    status = Announce();
    if (!status.ok()) return Fail(kFailed, "not announced", status);
    return kStopped;
  }

  absl::Status OpenStatusPort() {
    auto port = StatusPort::Open(settings_.metrics_host, static_cast<int>(settings_.metrics_port), figures_,
                                 [this] { return Readiness(); });
    if (port.ok()) status_port_ = *std::move(port);
    return port.status();
  }

  absl::Status OpenPublicPages() {
    if (settings_.pages_host.empty()) return absl::OkStatus();
    public_pages_ = std::make_unique<PublicPages>(&methods_, store_.get(), absl::Now);
    auto port =
        HttpPort::Open(settings_.pages_host, static_cast<int>(settings_.pages_port), kPublicPagesLimits,
                       [this](const HttpRequest& request, const HttpPort::Answer& answer) {
                         public_pages_->Answer(request, answer);
                       });
    if (port.ok()) pages_port_ = *std::move(port);
    return port.status();
  }

  // Where everybody may read what the market publishes, the console shows it to them too.
  bool takes_outsiders() const { return !settings_.pages_host.empty(); }

  absl::Status CountDescriptors() {
    const int64_t limit = RaiseDescriptorLimit();
    // Where there are few, the doors share them.
    const int64_t all = ConnectionsWithin(limit, settings_.connections_max + settings_.http_connections_max);
    const bool are_few = all < settings_.connections_max + settings_.http_connections_max;
    http_connections_max_ =
        are_few ? std::min(settings_.http_connections_max, std::max<int64_t>(1, all / kHttpShareDivisor))
                : settings_.http_connections_max;
    connections_max_ = std::min(settings_.connections_max, all - http_connections_max_);
    if (connections_max_ < std::min(settings_.connections_max, kConnectionsLeast)) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "the process may have only ", limit, " descriptors open (ulimit -n), which leaves room for ",
          connections_max_, " connections; let it have ", DescriptorsFor(settings_.connections_max)));
    }
    if (connections_max_ < settings_.connections_max) {
      log_.Write(LogLevel::kWarning, "fewer connections than set",
                 {{"connections_max", settings_.connections_max},
                  {"connections", connections_max_},
                  {"descriptors", limit}});
    }
    return absl::OkStatus();
  }

  absl::Status OpenStore() {
    if (!MakeFolder(std::filesystem::absolute(settings_.data).lexically_normal(), 0700)) {
      return absl::UnavailableError(
          absl::StrCat("can't make the data folder ", settings_.data, ": ", std::strerror(errno)));
    }
    auto store =
        storage::RocksDbStore::Open(absl::StrCat(settings_.data, "/store"), storage::RocksDbOptions());
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    figures_.Add([this] { return StoreFigures(*store_); });
    return IndexParties(store_.get());
  }

  absl::Status AddMethods() {
    auto rounds = Rounds::Open(store_.get(), absl::Now);
    if (!rounds.ok()) return rounds.status();
    rounds_ = *std::move(rounds);
    live_market_ = std::make_unique<LiveMarket>(store_.get(), absl::Now);
    const ResourceOptions options{.single_administrator = settings_.single_administrator};
    AddResourceMethods(store_.get(), NewIdNow, options, &methods_);
    AddImportMethod(store_.get(), NewIdNow, &methods_, options);
    AddMergeMethods(store_.get(), NewIdNow, &methods_);
    AddTokenMethods(store_.get(), NewIdNow, &methods_, options);
    if (absl::Status status = OpenLedger(); !status.ok()) return status;
    if (absl::Status status = AddExport(); !status.ok()) return status;
    AddMatchMethods(store_.get(), &methods_);
    appeals_ = std::make_unique<Appeals>(store_.get(), settings_.single_administrator);
    appeals_->AddMethods(NewIdNow, &methods_);
    figures_.Add([this] { return appeals_->Figures(absl::Now()); });
    lapses_ = std::make_unique<Lapses>(store_.get(), &log_, absl::Now);
    if (absl::Status status = OpenOutbox(); !status.ok()) return status;
    need_posting_ = std::make_unique<NeedPosting>(store_.get(), &log_, absl::Now);
    AddCandidateMethods(store_.get(), live_market_.get(), &methods_);
    AddConflictMethods(store_.get(), live_market_.get(), &methods_);
    rounds_->AddMethods(live_market_.get(), NewIdNow, &methods_);
    fairness_reports_ = std::make_unique<FairnessReports>(store_.get());
    fairness_reports_->AddMethods(&methods_);
    planning_reports_ = std::make_unique<PlanningReports>(store_.get());
    planning_reports_->AddMethods(&methods_);
    explanations_ = std::make_unique<Explanations>(store_.get());
    explanations_->AddMethods(&methods_);
    AddBundleMethods(store_.get(), notary_.get(), &methods_);
    if (takes_outsiders()) {
      methods_.Wrap("ayni.v1.AuditService/GetFairnessReport", [this](MethodFunction compute) {
        outsider_reports_ = std::make_unique<OutsiderReports>(std::move(compute), store_.get(), absl::Now);
        return [this](const auto& call, const auto& requests, const auto& reply) {
          outsider_reports_->Answer(call, requests, reply);
        };
      });
    }
    KeepDirectory(store_.get(), &directory_, &methods_);
    figures_.Add([this] { return MarketFigures(*live_market_, *store_); });
    figures_.Add([this] { return rounds_->Figures(); });
    return absl::OkStatus();
  }

  absl::Status OpenOutbox() {
    AddNoticeMethods(store_.get(), settings_.notices, &methods_);
    auto outbox = Outbox::Open(store_.get(), settings_.notices, &log_, absl::Now);
    if (!outbox.ok()) return outbox.status();
    outbox_ = *std::move(outbox);
    figures_.Add([this] { return outbox_->Figures(); });
    return absl::OkStatus();
  }

  absl::Status OpenLedger() {
    absl::StatusOr<storage::SigningKey> key = OpenSigningKey(settings_.ledger_key_file, "the ledger's key");
    if (!key.ok()) return key.status();
    const std::string origin =
        settings_.ledger_origin.empty() ? OriginOf(key->public_key()) : settings_.ledger_origin;
    notary_ = std::make_unique<Notary>(store_.get(), *std::move(key), origin, settings_.ledger_witnesses,
                                       absl::Now);
    self_check_ = std::make_unique<SelfCheck>(
        store_.get(), notary_.get(), &log_, absl::Now,
        SelfCheckOptions{.interval = settings_.ledger_check_interval,
                         .checkpoint_interval = settings_.ledger_checkpoint_interval});
    AddNotaryMethods(
        store_.get(), notary_.get(), [this] { return self_check_->Health(); }, &methods_);
    figures_.Add([this] { return self_check_->Figures(); });
    return absl::OkStatus();
  }

  absl::Status AddExport() {
    absl::StatusOr<storage::SigningKey> key =
        OpenSigningKey(settings_.credential_key_file, "the key of credentials");
    if (!key.ok()) return key.status();
    AddCredentialExport(store_.get(), *std::move(key), &methods_);
    return absl::OkStatus();
  }

  absl::Status Authorise() {
    sessions_ = std::make_unique<Sessions>(store_.get(), &directory_, settings_.session_lasts);
    absl::Status status = sessions_->Load(absl::Now());
    if (status.ok()) status = LoadDirectory(*store_, &directory_);
    const bool takes_certificates = !settings_.tls_client_authority.empty();
    if (!status.ok() || directory_.HasAdministrator(absl::Now(), takes_certificates)) return status;
    const auto made = MakeAdministrator(store_.get(), NewIdNow, absl::Now(), settings_.admin_token_file);
    if (!made.ok()) return made.status();
    if (!made->aside.empty()) {
      log_.Write(LogLevel::kWarning, "a token file was in the way and is kept aside",
                 {{"file", made->aside}});
    }
    log_.Write(LogLevel::kInfo, "administrator made",
               {{"principal", made->principal}, {"token_file", settings_.admin_token_file}});
    return LoadDirectory(*store_, &directory_);
  }

  absl::Status OpenDoor() {
    DispatchOptions options;
    options.deadline_max = settings_.deadline_max;
    options.stream_deadline_max = settings_.stream_deadline_max;
    options.in_flight_max = settings_.in_flight_max;
    options.takes_outsiders = takes_outsiders();
    options.log_requests = settings_.log_requests;
    // Half for what comes in, which gRPC counts, and half for what goes out.
    options.answer_bytes_max = settings_.memory_bytes_max / 2;
    auto dispatch = Dispatch::Create(methods_, directory_, log_, options, absl::Now, NewIdNow);
    if (!dispatch.ok()) return dispatch.status();
    dispatch_ = *std::move(dispatch);
    figures_.Add([this] { return dispatch_->figures().Collect(); });
    figures_.Add([this] {
      return std::vector<FigureFamily>{Gauge("ayni_answer_bytes",
                                             "Of calls and their answers, until these are read.",
                                             static_cast<double>(dispatch_->answers().held()))};
    });

    GrpcDoorOptions door_options;
    door_options.connections_max = static_cast<int>(connections_max_);
    door_options.host = settings_.host;
    door_options.port = static_cast<int>(settings_.port);
    door_options.tls_certificate = settings_.tls_certificate;
    door_options.tls_key = settings_.tls_key;
    door_options.tls_client_authority = settings_.tls_client_authority;
    door_options.tls_require_client_certificate = settings_.tls_require_client_certificate;
    door_options.message_bytes_max = settings_.message_bytes_max;
    door_options.stream_bytes_max = settings_.stream_bytes_max;
    door_options.concurrent_streams_max = static_cast<int>(settings_.concurrent_streams_max);
    door_options.memory_bytes_max = settings_.memory_bytes_max / 2;
    auto door = GrpcDoor::Open(door_options, dispatch_.get());
    if (!door.ok()) return door.status();
    door_ = *std::move(door);
    figures_.Add([this] { return door_->Figures(); });
    return absl::OkStatus();
  }

  absl::Status OpenHttpDoor() {
    ConnectDoorOptions options;
    options.host = settings_.http_host;
    options.port = static_cast<int>(settings_.http_port);
    options.origins = settings_.http_origins;
    options.message_bytes_max = settings_.message_bytes_max;
    options.stream_bytes_max = settings_.stream_bytes_max;
    options.connections_max = static_cast<int>(http_connections_max_);
    options.memory_bytes_max = settings_.memory_bytes_max / 2;
    std::string folder = settings_.web;
    std::error_code error;
    if (folder.empty()) {
      folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path().parent_path() / "web";
      if (!std::filesystem::is_directory(folder, error)) folder.clear();
    }
    if (!folder.empty()) {
      absl::StatusOr<WebFolder> web = WebFolder::Read(folder);
      if (!web.ok()) return web.status();
      web_ = *std::move(web);
    }
    session_pages_ = std::make_unique<SessionPages>(sessions_.get(), settings_.openid, settings_.console_url,
                                                    &log_, absl::Now);
    auto door = ConnectDoor::Open(
        options, dispatch_.get(), [this](const DoorRequest& request) { return web_.Find(request); },
        {SessionPages::Holds, [this](const DoorRequest& request, std::function<void(HttpResponse)> answer) {
           session_pages_->Respond(request, std::move(answer));
         }});
    if (door.ok()) http_door_ = *std::move(door);
    return door.status();
  }

  absl::Status Announce() {
    const std::string grpc = Address(settings_.host, door_->port());
    const std::string http = Address(settings_.http_host, http_door_->port());
    const std::string metrics = Address(settings_.metrics_host, status_port_->port());
    const std::string pages =
        pages_port_ == nullptr ? "" : Address(settings_.pages_host, pages_port_->port());
    phase_ = Phase::kServing;
    FollowReadiness();
    if (!settings_.address_file.empty()) {
      // Whoever waits for the file must not read half of it.
      const std::string new_file = settings_.address_file + ".new";
      nlohmann::json addresses = {{"grpc", grpc}, {"http", http}, {"metrics", metrics}};
      if (!pages.empty()) addresses["pages"] = pages;
      std::ofstream(new_file) << addresses << std::endl;
      if (rename(new_file.c_str(), settings_.address_file.c_str()) != 0) {
        return absl::UnavailableError(
            absl::StrCat("can't write ", settings_.address_file, ": ", std::strerror(errno)));
      }
    }
    log_.Write(LogLevel::kInfo, "serving",
               {{"grpc", grpc},
                {"http", http},
                {"metrics", metrics},
                {"pages", pages},
                {"data", settings_.data},
                {"sequence", static_cast<int64_t>(store_->sequence())}});
    std::cout << "aynid serves gRPC on " << grpc << ", JSON on http://" << http << ", metrics on http://"
              << metrics << "/metrics"
              << (pages.empty() ? "" : absl::StrCat(", public pages on http://", pages, "/")) << std::endl;
    return absl::OkStatus();
  }

  // Ready once the market in memory has held all of the store. It trails by milliseconds ever after, which is
  // no reason to turn callers away: only to be far behind is.
  void FollowReadiness() {
    if (!caught_up_ && live_market_->Ready().ok()) caught_up_ = true;
    if (!caught_up_) return;
    const absl::Status usable = live_market_->Usable();
    if (usable.ok() == is_serving_) return;
    is_serving_ = usable.ok();
    door_->SetServing(is_serving_);
    if (!is_serving_) {
      Fail(kFailed, "not ready", usable);
    } else {
      log_.Write(LogLevel::kInfo, "ready", {{"sequence", static_cast<int64_t>(live_market_->sequence())}});
    }
  }

  // The time of the last change that the ledger tells of.
  absl::Time LastChange() const {
    const uint64_t leaf_count = store_->leaf_count();
    if (leaf_count == 0) return absl::InfinitePast();
    const auto leaves = store_->ReadLeaves(leaf_count - 1, 1);
    v1::LedgerEvent event;
    if (!leaves.ok() || leaves->empty() || !event.ParseFromString(leaves->front().bytes)) {
      return absl::InfinitePast();
    }
    return absl::FromUnixSeconds(event.time().seconds()) + absl::Nanoseconds(event.time().nanos());
  }

  // A clock that was set back shows in times that stand still (services/resource/time.h) and in deadlines;
  // who wonders finds it here, once.
  void WatchClock() {
    const absl::Time now = absl::Now();
    if (now + kClockStep < latest_time_ && !clock_was_set_back_) {
      clock_was_set_back_ = true;
      log_.Write(LogLevel::kWarning, "the clock was set back",
                 {{"behind_s", absl::ToDoubleSeconds(latest_time_ - now)}});
    }
    latest_time_ = std::max(latest_time_, now);
  }

  ExitCode Watch(const sigset_t& signals) {
    latest_time_ = LastChange();
    while (true) {
      const timespec wait{0, (caught_up_ ? kWatchMs : kCatchUpMs) * 1'000'000};
      const int signal = sigtimedwait(&signals, nullptr, &wait);
      if (signal > 0) {
        log_.Write(LogLevel::kInfo, "stopping", {{"signal", strsignal(signal)}});
        return kStopped;
      }
      FollowReadiness();
      WatchClock();
      const absl::Status health = store_->Health();
      if (!health.ok()) return Fail(kStoreFailed, "store failed", health);
    }
  }

  void Stop() {
    phase_ = Phase::kStopping;
    if (door_ != nullptr) {
      door_->SetServing(false);
      door_->Close(settings_.drain);
    }
    if (http_door_ != nullptr) http_door_->Close(settings_.drain);
    if (session_pages_ != nullptr) session_pages_->Stop();
    pages_port_.reset();
    // Calls are answered, and some of their writes may still wait or be tried again: they end while all that
    // they use stands.
    if (rounds_ != nullptr) rounds_->Stop();
    if (fairness_reports_ != nullptr) fairness_reports_->Stop();
    if (planning_reports_ != nullptr) planning_reports_->Stop();
    // The last checkpoint is of all that was written.
    lapses_.reset();
    if (outbox_ != nullptr) outbox_->Stop();
    need_posting_.reset();
    if (self_check_ != nullptr) self_check_->Stop();
    if (store_ != nullptr) store_->Close();
    log_.Write(LogLevel::kInfo, "stopped");
  }

  // From any thread.
  absl::Status Readiness() const {
    switch (phase_) {
      case Phase::kOpening:
        return absl::UnavailableError("opening the store");
      case Phase::kServing:
        if (!caught_up_) return absl::UnavailableError("reading the market into memory");
        if (absl::Status health = store_->Health(); !health.ok()) return health;
        if (absl::Status usable = live_market_->Usable(); !usable.ok()) return usable;
        if (absl::Status health = door_->Health(); !health.ok()) return health;
        return http_door_->Health();
      case Phase::kStopping:
        return absl::UnavailableError("stopping");
    }
    return absl::OkStatus();
  }

  ExitCode Fail(ExitCode exit_code, std::string_view event, const absl::Status& status) {
    log_.Write(LogLevel::kError, event,
               {{"code", absl::StatusCodeToString(status.code())}, {"message", View(status.message())}});
    return exit_code;
  }

  enum class Phase { kOpening, kServing, kStopping };

  const Settings& settings_;
  const Log log_;
  std::atomic<Phase> phase_{Phase::kOpening};
  std::atomic<bool> caught_up_{false};
  bool is_serving_ = false;  // what the door's health says
  int64_t connections_max_ = 0;
  int64_t http_connections_max_ = 0;
  absl::Time latest_time_;
  bool clock_was_set_back_ = false;
  FigureBoard figures_;
  Directory directory_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Sessions> sessions_;
  std::unique_ptr<Notary> notary_;
  std::unique_ptr<SelfCheck> self_check_;
  std::unique_ptr<Lapses> lapses_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<NeedPosting> need_posting_;
  std::unique_ptr<Appeals> appeals_;
  std::unique_ptr<LiveMarket> live_market_;
  std::unique_ptr<Rounds> rounds_;
  std::unique_ptr<FairnessReports> fairness_reports_;
  std::unique_ptr<PlanningReports> planning_reports_;
  std::unique_ptr<Explanations> explanations_;
  std::unique_ptr<OutsiderReports> outsider_reports_;
  MethodTable methods_;
  std::unique_ptr<PublicPages> public_pages_;
  std::unique_ptr<Dispatch> dispatch_;
  std::unique_ptr<GrpcDoor> door_;
  WebFolder web_;
  std::unique_ptr<SessionPages> session_pages_;
  std::unique_ptr<ConnectDoor> http_door_;
  std::unique_ptr<StatusPort> status_port_;
  std::unique_ptr<HttpPort> pages_port_;
};

int Main(int argc, char** argv) {
  const SettingsReading reading =
      ReadSettings(argc, argv, [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
      });
  if (!reading.help.empty()) {
    std::cout << reading.help;
    return kStopped;
  }
  for (const std::string& error : reading.errors) std::cerr << "aynid: " << error << std::endl;
  if (!reading.settings.has_value()) return kWrongSettings;

  // Debian builds abseil with its debug checks, and gRPC's every lock then goes through one graph behind one
  // lock.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // Before the first thread, so that none takes the signals from Watch.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return Aynid(*reading.settings).Run(signals);
}

}  // namespace
}  // namespace ayni::services

int main(int argc, char** argv) { return ayni::services::Main(argc, argv); }
