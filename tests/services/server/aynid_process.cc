#include "tests/services/server/aynid_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "services/invariant.h"

extern char** environ;

namespace ayni::services {
namespace {

constexpr std::chrono::seconds kServesWithin(30);
constexpr std::chrono::milliseconds kLookEvery(5);

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int PortOf(const std::string& address) { return std::stoi(address.substr(address.rfind(':') + 1)); }

std::vector<char*> Pointers(std::vector<std::string>* texts) {
  std::vector<char*> pointers;
  for (std::string& text : *texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Only calls that are safe between fork and exec.
[[noreturn]] void Become(const char* program, char* const* arguments, char* const* environment,
                         const char* log, const char* out, int descriptors_max) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves no server behind
  const rlimit limit{static_cast<rlim_t>(descriptors_max), static_cast<rlim_t>(descriptors_max)};
  if (descriptors_max > 0) setrlimit(RLIMIT_NOFILE, &limit);
  const int log_file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int out_file = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(log_file, STDERR_FILENO);
  dup2(out_file, STDOUT_FILENO);
  execve(program, arguments, environment);
  _exit(127);
}

}  // namespace

AynidProcess::AynidProcess(const TemporaryFolder& folder, std::vector<std::string> arguments,
                           const std::map<std::string, std::string>& environment, int descriptors_max)
    : folder_(folder) {
  std::filesystem::remove(folder / "address");
  std::vector<std::string> all = {
      AYNID, "--data",         folder / "data",   "--port", "0", "--http-port", "0", "--metrics-port",
      "0",   "--address-file", folder / "address"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  for (const auto& [name, value] : environment) variables.push_back(absl::StrCat(name, "=", value));
  const std::vector<char*> argument_pointers = Pointers(&all);
  const std::vector<char*> variable_pointers = Pointers(&variables);
  const std::string log = folder / "log";
  const std::string out = folder / "out";
  pid_ = fork();
  if (pid_ == 0) {
    Become(AYNID, argument_pointers.data(), variable_pointers.data(), log.c_str(), out.c_str(),
           descriptors_max);
  }
}

AynidProcess::~AynidProcess() {
  if (pid_ == 0) return;
  Signal(SIGKILL);
  Wait();
}

bool AynidProcess::WaitUntilItServes() {
  const auto until = std::chrono::steady_clock::now() + kServesWithin;
  while (std::chrono::steady_clock::now() < until) {
    const std::string text = ReadFile(folder_ / "address");
    if (!text.empty()) {
      const nlohmann::json addresses = nlohmann::json::parse(text);
      grpc_port_ = PortOf(addresses["grpc"]);
      metrics_port_ = PortOf(addresses["metrics"]);
      return true;
    }
    siginfo_t ended{};
    if (waitid(P_PID, pid_, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid != 0) return false;
    std::this_thread::sleep_for(kLookEvery);
  }
  return false;
}

std::shared_ptr<grpc::Channel> AynidProcess::Connect() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", grpc_port_), grpc::InsecureChannelCredentials(),
                                   arguments);
}

std::string AynidProcess::AdministratorToken() const {
  const std::string text = ReadFile(folder_ / "data/administrator.token");
  return text.substr(0, text.find('\n'));
}

std::string AynidProcess::Get(const std::string& path) const {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(metrics_port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string response;
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: x\r\n\r\n");
    send(connection, request.data(), request.size(), MSG_NOSIGNAL);
    char buffer[4096];
    for (ssize_t size = 0; (size = recv(connection, buffer, sizeof(buffer), 0)) > 0;)
      response.append(buffer, size);
  }
  close(connection);
  return response;
}

std::string AynidProcess::Log() const { return ReadFile(folder_ / "log"); }

void AynidProcess::Signal(int signal) const { kill(pid_, signal); }

Ended AynidProcess::Wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = 0;
  if (WIFEXITED(status)) return {WEXITSTATUS(status), 0};
  return {-1, WTERMSIG(status)};
}

}  // namespace ayni::services
