// A client that keeps a number of calls in flight on one connection, on gRPC's callback API.
#ifndef AYNI_TESTS_BENCH_SERVER_LOAD_H_
#define AYNI_TESTS_BENCH_SERVER_LOAD_H_

#include <grpcpp/grpcpp.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "ayni/v1/need_service.grpc.pb.h"

namespace ayni::bench {

struct LoadResult {
  double calls_per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  double server_cpu_us = 0;  // processor time that the server took for one call
  int64_t failed = 0;
  std::string first_error;
};

// Whom to call, and as whom.
struct Target {
  std::shared_ptr<grpc::Channel> channel;
  std::string token;  // empty: none
  pid_t server = 0;   // its process
};

// Calls of one method; `fill` fills the request of the n-th of them, from any thread.
struct GetNeeds {
  std::function<void(int64_t n, v1::GetNeedRequest* request)> fill;
};
struct CreateNeeds {
  std::function<void(int64_t n, v1::CreateNeedRequest* request)> fill;
};

struct ListsOfCandidates {
  std::function<void(int64_t n, v1::ListCandidatesRequest* request)> fill;
};

LoadResult Run(const Target& target, const ListsOfCandidates& calls, int in_flight,
               std::chrono::milliseconds duration);
LoadResult Run(const Target& target, const GetNeeds& calls, int in_flight,
               std::chrono::milliseconds duration);
LoadResult Run(const Target& target, const CreateNeeds& calls, int in_flight,
               std::chrono::milliseconds duration);

// The name of a need that one call makes; ends the process where the call fails.
std::string CreateOne(const Target& target, const CreateNeeds& calls);

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_SERVER_LOAD_H_
