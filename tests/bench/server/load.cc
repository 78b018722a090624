#include "tests/bench/server/load.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <vector>

namespace ayni::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Processor time of all threads of a process so far, in microseconds.
double CpuMicros(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  // After the name, which may hold blanks: state is the first field, utime and stime the 12th and 13th.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string field;
  int64_t ticks = 0;
  for (int i = 1; i <= 13 && fields >> field; ++i) {
    if (i >= 12) ticks += std::stoll(field);
  }
  return ticks * 1e6 / sysconf(_SC_CLK_TCK);
}

// The callers of one run: each makes its next call when its last one is answered, until time is up.
template <typename Request, typename Response, typename Start>
class Callers {
 public:
  Callers(const Target& target, std::function<void(int64_t, Request*)> fill, Start start, int in_flight,
          std::chrono::milliseconds duration)
      : stub_(v1::NeedService::NewStub(target.channel)),
        token_(target.token.empty() ? "" : "Bearer " + target.token),
        fill_(std::move(fill)),
        start_(start),
        running_(in_flight),
        started_(Clock::now()),
        until_(started_ + duration),
        callers_(in_flight),
        server_(target.server),
        cpu_before_us_(CpuMicros(target.server)) {}

  LoadResult Run() {
    for (Caller& caller : callers_) Call(&caller);
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [this] { return running_ == 0; });
    const double seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    std::vector<int64_t> nanos;
    LoadResult result;
    for (Caller& caller : callers_) {
      nanos.insert(nanos.end(), caller.nanos.begin(), caller.nanos.end());
      result.failed += caller.failed;
      if (result.first_error.empty()) result.first_error = caller.first_error;
    }
    if (nanos.empty()) return result;
    std::sort(nanos.begin(), nanos.end());
    result.server_cpu_us = (CpuMicros(server_) - cpu_before_us_) / nanos.size();
    result.calls_per_second = nanos.size() / seconds;
    result.p50_us = nanos[nanos.size() / 2] / 1e3;
    result.p99_us = nanos[nanos.size() * 99 / 100] / 1e3;
    return result;
  }

 private:
  struct Caller {
    std::unique_ptr<grpc::ClientContext> context;
    Request request;
    Response response;
    Clock::time_point start;
    std::vector<int64_t> nanos;
    int64_t failed = 0;
    std::string first_error;
  };

  void Call(Caller* caller) {
    caller->context = std::make_unique<grpc::ClientContext>();
    caller->context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (!token_.empty()) caller->context->AddMetadata("authorization", token_);
    fill_(next_++, &caller->request);
    caller->start = Clock::now();
    start_(stub_.get(), caller->context.get(), &caller->request, &caller->response,
           [this, caller](const grpc::Status& status) { Answered(caller, status); });
  }

  void Answered(Caller* caller, const grpc::Status& status) {
    const Clock::time_point now = Clock::now();
    if (status.ok()) {
      caller->nanos.push_back((now - caller->start).count());
    } else if (caller->failed++ == 0) {
      caller->first_error = status.error_message();
    }
    if (now < until_) return Call(caller);
    const std::lock_guard lock(mutex_);
    if (--running_ == 0) finished_.notify_one();
  }

  const std::unique_ptr<v1::NeedService::Stub> stub_;
  const std::string token_;
  const std::function<void(int64_t, Request*)> fill_;
  const Start start_;
  std::atomic<int64_t> next_{0};
  std::mutex mutex_;
  std::condition_variable finished_;
  int running_;
  const Clock::time_point started_;
  const Clock::time_point until_;
  std::vector<Caller> callers_;
  const pid_t server_;
  const double cpu_before_us_;
};

}  // namespace

LoadResult Run(const Target& target, const GetNeeds& calls, int in_flight,
               std::chrono::milliseconds duration) {
  const auto start = [](v1::NeedService::Stub* stub, grpc::ClientContext* context,
                        const v1::GetNeedRequest* request, v1::Need* need,
                        std::function<void(grpc::Status)> done) {
    stub->async()->GetNeed(context, request, need, std::move(done));
  };
  return Callers<v1::GetNeedRequest, v1::Need, decltype(start)>(target, calls.fill, start, in_flight,
                                                                duration)
      .Run();
}

LoadResult Run(const Target& target, const ListsOfCandidates& calls, int in_flight,
               std::chrono::milliseconds duration) {
  const auto start = [](v1::NeedService::Stub* stub, grpc::ClientContext* context,
                        const v1::ListCandidatesRequest* request, v1::ListCandidatesResponse* response,
                        std::function<void(grpc::Status)> done) {
    stub->async()->ListCandidates(context, request, response, std::move(done));
  };
  return Callers<v1::ListCandidatesRequest, v1::ListCandidatesResponse, decltype(start)>(
             target, calls.fill, start, in_flight, duration)
      .Run();
}

LoadResult Run(const Target& target, const CreateNeeds& calls, int in_flight,
               std::chrono::milliseconds duration) {
  const auto start = [](v1::NeedService::Stub* stub, grpc::ClientContext* context,
                        const v1::CreateNeedRequest* request, v1::Need* need,
                        std::function<void(grpc::Status)> done) {
    stub->async()->CreateNeed(context, request, need, std::move(done));
  };
  return Callers<v1::CreateNeedRequest, v1::Need, decltype(start)>(target, calls.fill, start, in_flight,
                                                                   duration)
      .Run();
}

std::string CreateOne(const Target& target, const CreateNeeds& calls) {
  grpc::ClientContext context;
  if (!target.token.empty()) context.AddMetadata("authorization", "Bearer " + target.token);
  v1::CreateNeedRequest request;
  calls.fill(0, &request);
  v1::Need need;
  const grpc::Status status = v1::NeedService::NewStub(target.channel)->CreateNeed(&context, request, &need);
  if (!status.ok()) {
    std::cerr << status.error_message() << std::endl;
    std::exit(1);
  }
  return need.name();
}

}  // namespace ayni::bench
