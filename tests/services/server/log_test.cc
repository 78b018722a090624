#include "services/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/services/server/log_pipe.h"

namespace ayni::services {
namespace {

class LogLines : public testing::Test {
 protected:
  Log At(LogLevel least) {
    return Log(pipe_.writer(), least, [] { return absl::FromUnixMicros(1'800'000'000'000'001); });
  }

  std::vector<nlohmann::json> Lines() { return pipe_.Lines(); }

 private:
  LogPipe pipe_;
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
