#include "services/cli/interrupt.h"

#include <gtest/gtest.h>

namespace ayni::cli {
namespace {

TEST(Interrupt, NotesTheFirstSignalOfEachLife) {
  {
    const Interrupt interrupt;
    EXPECT_FALSE(interrupt.asked());
    raise(SIGINT);
    EXPECT_TRUE(interrupt.asked());
  }
  const Interrupt again;
  EXPECT_FALSE(again.asked());
  raise(SIGTERM);
  EXPECT_TRUE(again.asked());
}

TEST(InterruptDeathTest, TheSecondEndsTheProcess) {
  EXPECT_EXIT(
      {
        const Interrupt interrupt;
        raise(SIGINT);
        raise(SIGINT);
      },
      ::testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace ayni::cli
