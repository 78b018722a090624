#include "storage/ledger/checkpoint_text.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ayni::storage {
namespace {

using ::testing::HasSubstr;

constexpr char kNone[] = "ayni.example/market\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

TEST(CheckpointText, IsReadAsItWasWritten) {
  const absl::StatusOr<CheckpointText> read = CheckpointText::Parse(kNone);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->origin, "ayni.example/market");
  EXPECT_EQ(read->leaf_count, 0u);
  EXPECT_EQ(read->root, EmptyRoot());
  EXPECT_EQ(read->ToString(), kNone);
}

TEST(CheckpointText, PassesOverExtensions) {
  const absl::StatusOr<CheckpointText> read = CheckpointText::Parse(std::string(kNone) + "an extension\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->root, EmptyRoot());
}

TEST(CheckpointText, NamesTheLineThatIsWrong) {
  const auto why = [](const std::string& text) {
    return std::string(CheckpointText::Parse(text).status().message());
  };
  EXPECT_THAT(why("ayni\n0\n"), HasSubstr("three lines"));
  EXPECT_THAT(why("\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"), HasSubstr("three lines"));
  for (const char* count : {"-1", "01", "+1", " 1", "1e3", "", "18446744073709551615"})
    EXPECT_THAT(why(std::string("ayni\n") + count + "\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"),
                HasSubstr("line 2"))
        << count;
  EXPECT_THAT(why("ayni\n0\n47DEQpj8\n"), HasSubstr("line 3"));
}

}  // namespace
}  // namespace ayni::storage
