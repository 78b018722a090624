// A running aynid: the program itself, in a process of its own, over a data folder of the test's.
#ifndef AYNI_TESTS_SERVICES_SERVER_AYNID_PROCESS_H_
#define AYNI_TESTS_SERVICES_SERVER_AYNID_PROCESS_H_

#include <grpcpp/grpcpp.h>
#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace ayni::services {

struct Ended {
  int exit_code = -1;  // -1 where a signal ended it
  int signal = 0;
};

// Not thread-safe, but for Connect.
class AynidProcess {
 public:
  // Starts it on free ports, with its data, log (log), output (out) and address file in `folder`, and further
  // arguments and environment.
  // `descriptors_max`: as ulimit -n says it; 0: as in the test.
  explicit AynidProcess(const TemporaryFolder& folder, std::vector<std::string> arguments = {},
                        const std::map<std::string, std::string>& environment = {}, int descriptors_max = 0);
  // Kills it where it still runs.
  ~AynidProcess();
  AynidProcess(const AynidProcess&) = delete;
  AynidProcess& operator=(const AynidProcess&) = delete;

  // Whether it serves within 30 seconds. False as soon as it ends.
  bool WaitUntilItServes();

  // REQUIRES: it served.
  int grpc_port() const { return grpc_port_; }
  int metrics_port() const { return metrics_port_; }
  std::shared_ptr<grpc::Channel> Connect() const;
  // Of the administrator that the first start made.
  std::string AdministratorToken() const;

  // GET on the port of metrics; the whole response.
  std::string Get(const std::string& path) const;
  std::string Log() const;

  // REQUIRES: it runs.
  pid_t pid() const { return pid_; }
  void Signal(int signal) const;
  Ended Wait();

 private:
  const TemporaryFolder& folder_;
  pid_t pid_ = 0;
  int grpc_port_ = 0;
  int metrics_port_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_SERVER_AYNID_PROCESS_H_
