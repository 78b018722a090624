// What the server costs beside a bare gRPC server, in one run on one machine:
//   GetNeed     aynid, the door alone (dispatch and access, with the need in memory), and a bare echo
//   CreateNeed  aynid, and a bare call that syncs three keys through one committer thread
// Each server is a process of its own on loopback; they take turns, and the medians of the turns are printed.
//
// Usage: server_bench [--turns N] [--seconds S] [--method GetNeed|CreateNeed] [--in-flight N]
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <vector>

#include "tests/bench/server/bare_server.h"
#include "tests/bench/server/child.h"
#include "tests/bench/server/load.h"
#include "tests/services/server/aynid_process.h"
#include "tests/services/server/laid_market.h"
#include "tests/services/server/served_methods.h"

namespace ayni::bench {
namespace {

std::shared_ptr<void> ServeBare(const std::string& folder, const Child::Told& told) {
  std::shared_ptr<BareServer> server = BareServer::Start(folder);
  told(server->port(), "");
  return server;
}

std::shared_ptr<void> ServeDoor(const Child::Told& told) {
  using services::Call;
  using services::Message;
  using services::Reply;
  using services::Requests;
  services::MethodTable methods;
  methods.Add("ayni.v1.NeedService/GetNeed",
              [](std::shared_ptr<const Call>, std::shared_ptr<const Requests> requests, Reply reply) {
                auto need = std::make_unique<v1::Need>();
                need->set_name(static_cast<const v1::GetNeedRequest&>(*requests->at(0)).name());
                reply(std::move(need));
              });
  auto server = std::make_shared<services::ServedMethods>(methods);
  const std::string token = server->Admit("principals/ana", v1::ROLE_COOPERATIVE, "parties/coop");
  told(server->door().port(), token);
  return server;
}

// aynid over a laid market, with one need to read.
class Market {
 public:
  Market() : aynid_(folder_) {
    if (!aynid_.WaitUntilItServes()) {
      std::cerr << aynid_.Log() << std::endl;
      std::exit(1);
    }
    // The bench posts more needs than a cooperative may.
    token_ = aynid_.AdministratorToken();
    services::LayMarket(aynid_.Connect(), token_);
  }

  Target Connect() const { return {aynid_.Connect(), token_, aynid_.pid()}; }

 private:
  TemporaryFolder folder_;
  services::AynidProcess aynid_;
  std::string token_;
};

using Measure = std::function<LoadResult()>;

double Median(const std::vector<LoadResult>& results, double LoadResult::*figure) {
  std::vector<double> values;
  for (const LoadResult& result : results) values.push_back(result.*figure);
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Lets each of them take its turn, and prints a row for each; the first is what the others are measured
// against. The ratio is the median over turns, of runs that stood side by side.
void Compare(int turn_count, int in_flight, const std::vector<std::pair<const char*, Measure>>& rows) {
  std::vector<std::vector<LoadResult>> results(rows.size());
  for (int turn = 0; turn < turn_count; ++turn) {
    for (size_t i = 0; i < rows.size(); ++i) results[i].push_back(rows[i].second());
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    std::vector<LoadResult> ratios(turn_count);
    for (int turn = 0; turn < turn_count; ++turn) {
      ratios[turn].calls_per_second = results[i][turn].calls_per_second / results[0][turn].calls_per_second;
    }
    std::printf("%-34s %9d %10.0f %10.0f %10.0f %10.0f %8.2f\n", rows[i].first, in_flight,
                Median(results[i], &LoadResult::calls_per_second), Median(results[i], &LoadResult::p50_us),
                Median(results[i], &LoadResult::p99_us), Median(results[i], &LoadResult::server_cpu_us),
                Median(ratios, &LoadResult::calls_per_second));
    for (const LoadResult& result : results[i]) {
      if (result.failed == 0) continue;
      std::printf("    %ld calls failed: %s\n", static_cast<long>(result.failed), result.first_error.c_str());
    }
  }
  std::fflush(stdout);
}

int Main(int argc, char** argv) {
  int turn_count = 5;
  double seconds = 2;
  std::string method;      // empty: both
  int only_in_flight = 0;  // 0: all
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--turns") == 0) turn_count = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--seconds") == 0) seconds = std::atof(argv[i + 1]);
    if (std::strcmp(argv[i], "--method") == 0) method = argv[i + 1];
    if (std::strcmp(argv[i], "--in-flight") == 0) only_in_flight = std::atoi(argv[i + 1]);
  }
  const TemporaryFolder folder;
  // Before anything here uses gRPC, which does not survive a fork.
  const Child bare([&](const Child::Told& told) { return ServeBare(folder / "bare", told); });
  const Child door(ServeDoor);
  const Market market;

  const auto duration = std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
  std::atomic<int64_t> next{0};
  const CreateNeeds creates{[&](int64_t, v1::CreateNeedRequest* request) {
    request->set_parent(services::kLaidCooperative);
    *request->mutable_need() = services::LaidNeed();
    request->mutable_need()->set_note("the bench's " + std::to_string(++next));
  }};
  const std::string name = CreateOne(market.Connect(), creates);
  const GetNeeds gets{[&](int64_t, v1::GetNeedRequest* request) { request->set_name(name); }};
  std::printf("%-34s %9s %10s %10s %10s %10s %8s\n", "", "in flight", "calls/s", "p50 us", "p99 us", "cpu us",
              "of bare");
  const auto is_wanted = [&](const char* row_method, int in_flight) {
    return (method.empty() || method == row_method) && (only_in_flight == 0 || only_in_flight == in_flight);
  };
  for (const int in_flight : {1, 64}) {
    if (!is_wanted("GetNeed", in_flight)) continue;
    Compare(turn_count, in_flight,
            {{"GetNeed, bare echo", [&] { return Run(bare.Connect(), gets, in_flight, duration); }},
             {"GetNeed, the door alone", [&] { return Run(door.Connect(), gets, in_flight, duration); }},
             {"GetNeed, aynid", [&] { return Run(market.Connect(), gets, in_flight, duration); }}});
  }
  for (const int in_flight : {1, 16, 64, 256}) {
    if (!is_wanted("CreateNeed", in_flight)) continue;
    Compare(
        turn_count, in_flight,
        {{"CreateNeed, bare synced write", [&] { return Run(bare.Connect(), creates, in_flight, duration); }},
         {"CreateNeed, aynid", [&] { return Run(market.Connect(), creates, in_flight, duration); }}});
  }
  return 0;
}

}  // namespace
}  // namespace ayni::bench

int main(int argc, char** argv) { return ayni::bench::Main(argc, argv); }
