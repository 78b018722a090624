#include "services/cli/file.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.h"

namespace ayni::cli {
namespace {

using ::testing::HasSubstr;

class Files : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_ / name; }
  // What is in the folder.
  size_t Count() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder_.path()), {}));
  }

  TemporaryFolder folder_;
};

TEST_F(Files, AreReplacedAsAWhole) {
  ASSERT_TRUE(WriteFile(Path("a.csv"), "first, and longer").ok());
  ASSERT_TRUE(WriteFile(Path("a.csv"), "second").ok());
  EXPECT_EQ(*ReadFile(Path("a.csv")), "second");
  EXPECT_EQ(Count(), 1u);
}

TEST_F(Files, ThatCannotBeWrittenSayWhyAndLeaveNothing) {
  const absl::Status no_folder = WriteFile(Path("nothing/a.csv"), "text");
  EXPECT_THAT(std::string(no_folder.message()), HasSubstr("nothing/a.csv: No such file or directory"));

  std::filesystem::create_symlink("/dev/full", Path("full.csv.partial"));
  const absl::Status full = WriteFile(Path("full.csv"), "text");
  EXPECT_THAT(std::string(full.message()), HasSubstr("full.csv: No space left on device"));
  EXPECT_EQ(Count(), 0u);

  std::filesystem::create_directory(Path("folder.csv"));
  const absl::Status folder = WriteFile(Path("folder.csv"), "text");
  EXPECT_THAT(std::string(folder.message()), HasSubstr("folder.csv: Is a directory"));
  EXPECT_EQ(Count(), 1u);
}

}  // namespace
}  // namespace ayni::cli
