#include "services/cli/progress.h"

#include <gmock/gmock.h>

#include <sstream>

namespace ayni::cli {
namespace {

// What is written to errors while `pause` lies between lines.
std::string Shown(bool terminal, absl::Duration pause, const std::vector<std::string>& texts) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Environment environment{in, out, err, 0, terminal, false, nullptr};
  {
    Progress progress(&environment, pause);
    for (const std::string& text : texts) text == "again" ? progress.ShowAgain() : progress.Show(text);
  }
  EXPECT_EQ(out.str(), "");
  return err.str();
}

TEST(Progress, IsOneLineOfATerminalThatIsGoneInTheEnd) {
  EXPECT_EQ(Shown(true, absl::InfiniteDuration(), {"1 of 2", "2 of 2", "again"}),
            "\r\033[K1 of 2\r\033[K2 of 2\r\033[K2 of 2 (0 s)\r\033[K");
  EXPECT_EQ(Shown(true, absl::InfiniteDuration(), {}), "");
}

TEST(Progress, IsALineNowAndThenElsewhere) {
  EXPECT_EQ(Shown(false, absl::ZeroDuration(), {"1 of 2", "", "again", "2 of 2"}), "1 of 2\n2 of 2\n");
  EXPECT_EQ(Shown(false, absl::ZeroDuration(), {"checks", "again"}), "checks\nchecks (0 s)\n");
  EXPECT_EQ(Shown(false, absl::Hours(1), {"1 of 2", "again", "2 of 2"}), "");
}

}  // namespace
}  // namespace ayni::cli
