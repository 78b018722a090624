// LogPipe: where a test's log writes, and what stands there.
#ifndef AYNI_TESTS_SERVICES_SERVER_LOG_PIPE_H_
#define AYNI_TESTS_SERVICES_SERVER_LOG_PIPE_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace ayni::services {

// As much as a pipe holds, 64 KiB.
class LogPipe {
 public:
  LogPipe() { EXPECT_EQ(pipe(ends_.data()), 0); }
  LogPipe(const LogPipe&) = delete;
  LogPipe& operator=(const LogPipe&) = delete;
  ~LogPipe() {
    close(ends_[0]);
    CloseWriter();
  }

  int writer() const { return ends_[1]; }

  // Everything written so far; nothing more can be written.
  std::vector<nlohmann::json> Lines() {
    CloseWriter();
    std::string text;
    char buffer[4096];
    for (ssize_t size = 0; (size = read(ends_[0], buffer, sizeof(buffer))) > 0;) text.append(buffer, size);
    std::istringstream stream(text);
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

 private:
  void CloseWriter() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

  std::array<int, 2> ends_{-1, -1};
};

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_SERVER_LOG_PIPE_H_
