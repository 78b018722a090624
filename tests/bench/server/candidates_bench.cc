// Candidates of a national market in memory, beside a bare gRPC echo in the same run:
//   memory      of a need, an offer and a match, and of the process
//   visibility  from a commit's acknowledgement to the market in memory that holds it, while two threads list
//               candidates
//   calls       ListCandidates of needs drawn at random, with scores and what three limits leave, and a bare
//   echo
// Each server is a process of its own on loopback; they take turns.
//
// Usage: candidates_bench [NEEDS] [OFFERS] [TAPS] [MATCHES]     (1000000 250000 50000 200000 without
// arguments)
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/market/candidate_methods.h"
#include "services/market/engine_day.h"
#include "services/market/live_market.h"
#include "services/resource/stored.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "storage/rocksdb_store.h"
#include "tests/bench/market/filled_market.h"
#include "tests/bench/server/bare_server.h"
#include "tests/bench/server/child.h"
#include "tests/bench/server/load.h"
#include "tests/services/server/served_methods.h"
#include "tests/temporary_folder.h"

namespace ayni::bench {
namespace {

using Clock = std::chrono::steady_clock;
using services::Filler;

struct Size {
  int needs = 1'000'000;
  int offers = 250'000;
  int taps = 50'000;
  int matches = 200'000;
};

constexpr int kTurns = 5;
constexpr int kVisibilityCommits = 2'000;
// Within the days of every need of the filled market.
const absl::Time kNow = absl::FromUnixSeconds(1'795'500'000);

std::string NeedName(int need) { return absl::StrCat("cooperatives/coop-", need % 3'000, "/needs/n-", need); }

v1::Policy ThreeLimits() {
  v1::Policy policy;
  policy.set_name("policies/p");
  policy.set_state(v1::Policy::STATE_ACTIVE);
  v1::ScoreWeights* weights = policy.mutable_score_weights();
  weights->set_fit(200);
  weights->set_distance(200);
  weights->set_price(300);
  weights->set_expected_success(100);
  weights->set_waiting_time(100);
  weights->set_urgency(100);
  policy.set_full_waiting_days(90);
  const auto add = [&](const char* id, v1::TerritoryLevel territory, v1::ControllerLevel controller) {
    v1::Limit* limit = policy.add_limits();
    limit->set_id(id);
    limit->set_territory_level(territory);
    limit->set_controller_level(controller);
    limit->set_share_basis_points(3'000);
    limit->set_window_days(365);
    limit->set_min_controllers(3);
    limit->set_thin_market_rule(v1::THIN_MARKET_RULE_WAIVE);
  };
  add("tap-district", v1::TERRITORY_LEVEL_DISTRICT, v1::CONTROLLER_LEVEL_TAP);
  add("group-province", v1::TERRITORY_LEVEL_PROVINCE, v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
  add("group-department", v1::TERRITORY_LEVEL_DEPARTMENT, v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
  return policy;
}

// A published round with reports of all its segments, and matches.
void FillRound(storage::Store* store, const Size& size) {
  Filler filler(store);
  int report_count = 0;
  const auto put_reports = [&](const char* limit, const char* prefix, int territories, int volume) {
    for (int at = 0; at < territories * services::kServices; ++at) {
      v1::SegmentReport report;
      report.set_name(absl::StrCat("rounds/r/segmentReports/s", ++report_count));
      report.mutable_segment()->set_limit(limit);
      report.mutable_segment()->set_service(absl::StrCat("services/service-", at % services::kServices));
      report.mutable_segment()->set_territory(absl::StrCat("territories/", prefix, at / services::kServices));
      report.set_volume(volume);
      report.set_eligible_controller_count(10);
      filler.Put(report);
    }
  };
  put_reports("tap-district", "c", services::kDistricts, 600);
  put_reports("group-province", "b", services::kProvinces, 6'000);
  put_reports("group-department", "a", services::kDepartments, 50'000);
  for (int at = 0; at < size.matches; ++at) {
    v1::Match match;
    match.set_name(absl::StrCat("rounds/r/matches/m", at));
    match.set_tap(absl::StrCat("parties/tap-", filler.Draw(0, size.taps - 1)));
    match.set_service(absl::StrCat("services/service-", filler.Draw(0, services::kServices - 1)));
    match.set_value_chain(absl::StrCat("valueChains/chain-", filler.Draw(0, services::kChains - 1)));
    match.set_district(absl::StrCat("territories/c", filler.Draw(0, services::kDistricts - 1)));
    match.set_quantity(filler.Draw(1, 50));
    match.set_state(v1::Match::STATE_PROPOSED);
    filler.Put(match);
  }
  v1::Round round;
  round.set_name("rounds/r");
  round.set_state(v1::Round::STATE_PUBLISHED);
  round.mutable_publish_time()->set_seconds(absl::ToUnixSeconds(kNow));
  round.mutable_snapshot_time()->set_seconds(absl::ToUnixSeconds(kNow));
  filler.Put(round);
  filler.Flush();
  storage::Change change;
  AddPut({}, "", services::KindOf<v1::Policy>(), {}, ThreeLimits(), &change);
  if (!store->CommitAndWait(std::move(change)).ok()) std::exit(1);
}

int64_t ResidentMegabytes() {
  std::ifstream file("/proc/self/statm");
  int64_t whole = 0;
  int64_t resident = 0;
  file >> whole >> resident;
  return resident * sysconf(_SC_PAGESIZE) / 1'000'000;
}

double Quantile(std::vector<double>* values, double share) {
  std::sort(values->begin(), values->end());
  return (*values)[static_cast<size_t>(share * (values->size() - 1))];
}

// The market and its methods, filled and served.
class Candidates {
 public:
  Candidates(const Size& size, const std::string& folder) : size_(size) {
    auto store = storage::RocksDbStore::Open(folder, {});
    if (!store.ok()) std::exit(1);
    store_ = *std::move(store);
    services::FillMarket(store_.get(), size.needs, size.offers, size.taps);
    FillRound(store_.get(), size);
    const Clock::time_point start = Clock::now();
    live_ = std::make_unique<services::LiveMarket>(store_.get(), [] { return kNow; });
    while (!live_->Ready().ok()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::printf("loaded in %.1f s\n", std::chrono::duration<double>(Clock::now() - start).count());
    PrintMemory();
    MeasureVisibility();
    services::AddCandidateMethods(store_.get(), live_.get(), &methods_);
    server_ = std::make_unique<services::ServedMethods>(methods_);
    token_ = server_->Admit("principals/ana", v1::ROLE_ADMINISTRATOR);
  }

  int port() const { return server_->port(); }
  const std::string& token() const { return token_; }

 private:
  void PrintMemory() const {
    live_->ReadWithLimits([&](const services::NamedMarket& named, const services::LimitBook& book) {
      const double names = static_cast<double>(named.ByteSize()) - named.market().NeedBytes() -
                           named.market().OfferBytes() - named.index().ByteSize();
      std::printf(
          "memory: %.0f bytes a need, %.0f an offer and %.0f in the index, %.0f a name of either; "
          "%.0f a match in the book of limits; process %ld MB\n",
          static_cast<double>(named.market().NeedBytes()) / size_.needs,
          static_cast<double>(named.market().OfferBytes()) / size_.offers,
          static_cast<double>(named.index().ByteSize()) / size_.offers, names / (size_.needs + size_.offers),
          static_cast<double>(book.ByteSize()) / std::max(1, size_.matches),
          static_cast<long>(ResidentMegabytes()));
      return 0;
    });
  }

  // Lists candidates in place, as the methods do, until told to stop; with pauses, so that what is measured
  // is the market and not the queue for a processor.
  void List(const std::atomic<bool>& stop, int first) const {
    for (int need = first; !stop; need = (need + 7919) % size_.needs) {
      const auto stored =
          services::ReadRecord(*store_, services::ResourceType::Of<v1::Need>(), NeedName(need));
      live_->ReadWithLimits([&](const services::NamedMarket& named, const services::LimitBook& book) {
        services::NeedColumns columns;
        const auto& row = named.ToColumns(static_cast<const v1::Need&>(*stored->record), &columns);
        return services::RankedCandidates(named, row, book.policy()->score_rule, services::DayOf(kNow))
            .size();
      });
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  void MeasureVisibility() {
    std::atomic<bool> stop = false;
    std::vector<std::thread> readers;
    for (int at = 0; at < 2; ++at) readers.emplace_back([&, at] { List(stop, at * 1'000); });
    std::vector<double> milliseconds;
    const services::ResourceType& type = services::ResourceType::Of<v1::Offer>();
    for (int at = 0; at < kVisibilityCommits; ++at) {
      const int offer = static_cast<int>(int64_t{at} * 104'729 % size_.offers);
      const std::string name = absl::StrCat("taps/tap-", offer % size_.taps, "/offers/o-", offer);
      const auto stored = services::ReadRecord(*store_, type, name);
      v1::Offer record = static_cast<const v1::Offer&>(*stored->record);
      record.set_capacity(record.capacity() + 1);
      storage::Change change;
      change.puts.push_back({services::RecordKey(type, name), record.SerializeAsString()});
      const auto receipt = store_->CommitAndWait(std::move(change));
      const Clock::time_point acknowledged = Clock::now();
      if (!receipt.ok() || !live_->Await(receipt->sequence, std::chrono::seconds(10)).ok()) std::exit(1);
      milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - acknowledged).count());
    }
    stop = true;
    for (std::thread& reader : readers) reader.join();
    std::printf("visible after the acknowledgement: p50 %.2f ms, p99 %.2f ms, longest %.2f ms\n",
                Quantile(&milliseconds, 0.5), Quantile(&milliseconds, 0.99), Quantile(&milliseconds, 1));
    std::fflush(stdout);
  }

  const Size size_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<services::LiveMarket> live_;
  services::MethodTable methods_;
  std::unique_ptr<services::ServedMethods> server_;
  std::string token_;
};

double Median(std::vector<double> values) { return Quantile(&values, 0.5); }

int Main(int argc, char** argv) {
  const auto argument = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  const Size defaults;
  const Size size{argument(1, defaults.needs), argument(2, defaults.offers), argument(3, defaults.taps),
                  argument(4, defaults.matches)};
  const TemporaryFolder folder;
  // As aynid does, for both servers and the client.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // Before anything here uses gRPC, which does not survive a fork.
  const Child bare([&](const Child::Told& told) {
    std::shared_ptr<BareServer> server = BareServer::Start(folder / "bare");
    told(server->port(), "");
    return server;
  });
  const Child market([&](const Child::Told& told) {
    auto candidates = std::make_shared<Candidates>(size, folder / "market");
    told(candidates->port(), candidates->token());
    return candidates;
  });
  const auto need_of = [&](int64_t n) { return NeedName(static_cast<int>(n * 7'919 % size.needs)); };
  const GetNeeds echoes{[&](int64_t n, v1::GetNeedRequest* request) { request->set_name(need_of(n)); }};
  const ListsOfCandidates lists{
      [&](int64_t n, v1::ListCandidatesRequest* request) { request->set_parent(need_of(n)); }};
  std::printf("%-22s %9s %10s %10s %10s %10s\n", "", "in flight", "calls/s", "p50 us", "p99 us", "cpu us");
  for (const int in_flight : {1, 16}) {
    std::vector<double> ratios;
    for (int turn = 0; turn < kTurns; ++turn) {
      const auto duration = std::chrono::seconds(2);
      const LoadResult echo = Run(bare.Connect(), echoes, in_flight, duration);
      const LoadResult list = Run(market.Connect(), lists, in_flight, duration);
      for (const auto& [name, result] : {std::pair("bare echo", &echo), std::pair("ListCandidates", &list)}) {
        std::printf("%-22s %9d %10.0f %10.0f %10.0f %10.0f %s\n", name, in_flight, result->calls_per_second,
                    result->p50_us, result->p99_us, result->server_cpu_us, result->first_error.c_str());
      }
      ratios.push_back(list.p99_us / echo.p99_us);
    }
    std::printf("p99 of ListCandidates over p99 of the echo at %d in flight: median %.2f\n", in_flight,
                Median(ratios));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace ayni::bench

int main(int argc, char** argv) { return ayni::bench::Main(argc, argv); }
