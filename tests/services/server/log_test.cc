#include "services/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

namespace ayni::services {
namespace {

class LogLines : public testing::Test {
 protected:
  LogLines() { EXPECT_EQ(pipe(pipe_.data()), 0); }
  ~LogLines() override {
    close(pipe_[0]);
    CloseWriter();
  }

  Log At(LogLevel least) {
    return Log(pipe_[1], least, [] { return absl::FromUnixMicros(1'800'000'000'000'001); });
  }

  // Everything written so far; nothing more can be written.
  std::vector<nlohmann::json> Lines() {
    CloseWriter();
    std::string text;
    char buffer[4096];
    for (ssize_t size = 0; (size = read(pipe_[0], buffer, sizeof(buffer))) > 0;) text.append(buffer, size);
    std::istringstream stream(text);
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

 private:
  void CloseWriter() {
    if (pipe_[1] >= 0) close(pipe_[1]);
    pipe_[1] = -1;
  }

  std::array<int, 2> pipe_;
};

TEST_F(LogLines, AreJsonObjectsWithTheirFields) {
  At(LogLevel::kInfo)
      .Write(LogLevel::kWarning, "call", {{"method", "a/B"}, {"count", int64_t{7}}, {"ok", true}});
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].dump(), nlohmann::json({{"time", "2027-01-15T08:00:00.000001Z"},
                                             {"level", "warning"},
                                             {"event", "call"},
                                             {"method", "a/B"},
                                             {"count", 7},
                                             {"ok", true}})
                                 .dump());
}

TEST_F(LogLines, LeaveOutWhatIsBelowTheLevel) {
  const Log log = At(LogLevel::kWarning);
  log.Write(LogLevel::kInfo, "quiet");
  log.Write(LogLevel::kError, "loud");
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["event"], "loud");
}

TEST_F(LogLines, StayJsonWhateverTheBytes) {
  At(LogLevel::kInfo).Write(LogLevel::kInfo, "call", {{"message", "a\n\"b\"\xff\x01"}});
  ASSERT_EQ(Lines().size(), 1u);
}

TEST_F(LogLines, OfSeveralThreadsDoNotMix) {
  {
    const Log log = At(LogLevel::kInfo);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&log] {
        for (int j = 0; j < 50; ++j) log.Write(LogLevel::kInfo, "call", {{"message", std::string(100, 'x')}});
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(Lines().size(), 200u);
}

}  // namespace
}  // namespace ayni::services
