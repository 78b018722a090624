#include "services/cli/file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

#include "services/cli/failure.h"
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

  std::filesystem::create_directory(Path("folder.csv"));
  const absl::Status folder = WriteFile(Path("folder.csv"), "text");
  EXPECT_THAT(std::string(folder.message()), HasSubstr("folder.csv: is a folder"));
  EXPECT_EQ(Count(), 1u);
}

TEST_F(Files, StandAsTheyWereWhereTheNewOneFindsNoRoom) {
  ASSERT_TRUE(WriteFile(Path("a.csv"), "old").ok());
  rlimit usual = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
  const auto told = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {1024, usual.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status written = WriteFile(Path("a.csv"), std::string(4096, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &usual), 0);
  std::signal(SIGXFSZ, told);
  EXPECT_THAT(std::string(written.message()), HasSubstr("a.csv: File too large"));
  EXPECT_EQ(ExitCodeOf(written), kLocalFile);
  EXPECT_EQ(*ReadFile(Path("a.csv")), "old");
  EXPECT_EQ(Count(), 1u);
}

TEST_F(Files, KeepTheirPermissionsWhereTheyAreReplaced) {
  ASSERT_TRUE(WriteFile(Path("a.csv"), "old").ok());
  std::filesystem::permissions(Path("a.csv"), std::filesystem::perms::owner_read);
  ASSERT_TRUE(WriteFile(Path("a.csv"), "new").ok());
  EXPECT_EQ(std::filesystem::status(Path("a.csv")).permissions(), std::filesystem::perms::owner_read);
}

TEST_F(Files, ThatLinksLeadToAreReplacedAndNotTheLinks) {
  std::filesystem::create_directory(Path("far"));
  std::filesystem::create_symlink("far/b.csv", Path("link.csv"));
  for (const char* text : {"made through a link that led nowhere", "replaced"}) {
    ASSERT_TRUE(WriteFile(Path("link.csv"), text).ok());
    EXPECT_TRUE(std::filesystem::is_symlink(Path("link.csv")));
    EXPECT_EQ(*ReadFile(Path("far/b.csv")), text);
  }
}

TEST_F(Files, ThatAreNoRegularOnesAreWrittenToAndStayWhatTheyAre) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), S_IRUSR | S_IWUSR), 0);
  const int reader = ::open(Path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_TRUE(WriteFile(Path("pipe"), "text").ok());
  std::string read(8, ' ');
  read.resize(static_cast<size_t>(std::max<ssize_t>(0, ::read(reader, read.data(), read.size()))));
  ::close(reader);
  EXPECT_EQ(read, "text");
  EXPECT_TRUE(std::filesystem::is_fifo(Path("pipe")));

  // Through a link, so that no device can be harmed.
  std::filesystem::create_symlink("/dev/full", Path("full.csv"));
  const absl::Status full = WriteFile(Path("full.csv"), "text");
  EXPECT_THAT(std::string(full.message()), HasSubstr("full.csv: No space left on device"));
  EXPECT_TRUE(std::filesystem::is_symlink(Path("full.csv")));
  EXPECT_EQ(Count(), 2u);
}

TEST_F(Files, CalledAHyphenAreStandardOutputOrRefused) {
  std::ostringstream out;
  EXPECT_TRUE(WriteFile("-", "text", &out).ok());
  EXPECT_EQ(out.str(), "text");
  EXPECT_EQ(ExitCodeOf(WriteFile("-", "text")), kLocalFile);
  EXPECT_FALSE(std::filesystem::exists("-"));
}

TEST_F(Files, OfSecretsReplaceNothing) {
  ASSERT_TRUE(WriteFile(Path("old"), "old").ok());
  std::filesystem::create_symlink("nowhere", Path("link"));
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), S_IRUSR | S_IWUSR), 0);
  for (const std::string& taken : {Path("old"), Path("link"), Path("pipe"), std::string("-")})
    EXPECT_EQ(ExitCodeOf(SecretFile::Create(taken).status()), kLocalFile) << taken;
  EXPECT_EQ(*ReadFile(Path("old")), "old");
  EXPECT_EQ(Count(), 3u);
}

}  // namespace
}  // namespace ayni::cli
