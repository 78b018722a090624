#include "services/ledger/signing_key_file.h"

#include <sys/stat.h>

#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/temporary_folder.h"

namespace ayni::services {
namespace {

TEST(SigningKeyFile, IsMadeOnceForItsOwnerAlone) {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.key";
  const auto made = OpenSigningKey(path, "the ledger's key");
  ASSERT_TRUE(made.ok()) << made.status();
  struct stat about = {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  const auto read = OpenSigningKey(path, "the ledger's key");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->public_key(), made->public_key());
  EXPECT_EQ(OriginOf(read->public_key()).size(), std::string("ayni/").size() + 16);
}

TEST(SigningKeyFile, ThatIsNoKeyIsRefusedAndLeftAlone) {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.key";
  std::ofstream(path) << "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
  EXPECT_THAT(std::string(OpenSigningKey(path, "the ledger's key").status().message()),
              testing::HasSubstr("no private key of Ed25519"));
}

}  // namespace
}  // namespace ayni::services
