// The program as its operators and callers meet it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "services/api.h"
#include "tests/services/server/aynid_process.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class AynidTest : public testing::Test {
 protected:
  std::vector<nlohmann::json> LogLines(const AynidProcess& aynid) {
    std::istringstream stream(aynid.Log());
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(stream, line);) {
      lines.push_back(nlohmann::json::parse(line, nullptr, false));
      EXPECT_TRUE(lines.back().is_object()) << line;
    }
    return lines;
  }

  TemporaryFolder folder_;
};

v1::ListPrincipalsRequest Anything() { return {}; }

constexpr char kListPrincipals[] = "ayni.v1.AccessService/ListPrincipals";

TEST_F(AynidTest, ServesAndStopsWhenAsked) {
  AynidProcess aynid(folder_);
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  const Answered answered =
      Ask(aynid.Connect(), kListPrincipals, Anything(), {.token = aynid.AdministratorToken(), .headers = {}});
  EXPECT_TRUE(answered.status.ok()) << answered.status.error_message();
  aynid.Signal(SIGTERM);
  EXPECT_EQ(aynid.Wait().exit_code, 0);
}

TEST_F(AynidTest, ServesEveryMethodOfTheApi) {
  AynidProcess aynid(folder_);
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  const auto channel = aynid.Connect();
  const std::string token = aynid.AdministratorToken();
  std::vector<std::string> not_served;
  for (const google::protobuf::ServiceDescriptor* service : ApiServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string method = MethodName(*service->method(i));
      const Answered answered = Ask(channel, method, Anything(), {.token = token, .headers = {}});
      if (answered.status.error_code() == grpc::StatusCode::UNIMPLEMENTED) not_served.push_back(method);
    }
  }
  EXPECT_THAT(not_served, IsEmpty());
}

TEST_F(AynidTest, KeepsItsAdministratorOverARestart) {
  std::string token;
  {
    AynidProcess aynid(folder_);
    ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
    token = aynid.AdministratorToken();
    aynid.Signal(SIGTERM);
    EXPECT_EQ(aynid.Wait().exit_code, 0);
  }
  AynidProcess again(folder_);
  ASSERT_TRUE(again.WaitUntilItServes()) << again.Log();
  EXPECT_EQ(again.AdministratorToken(), token);
  EXPECT_TRUE(Ask(again.Connect(), kListPrincipals, Anything(), {.token = token, .headers = {}}).status.ok());
}

TEST_F(AynidTest, MakesATokenWhereNobodyCanAdministerAnyMore) {
  std::string token;
  {
    AynidProcess aynid(folder_);
    ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
    token = aynid.AdministratorToken();
    v1::ListTokensRequest list;
    list.set_parent("principals/administrator");
    const Answered answered =
        Ask(aynid.Connect(), "ayni.v1.AccessService/ListTokens", list, {.token = token, .headers = {}});
    grpc::Slice slice;
    ASSERT_TRUE(answered.response.DumpToSingleSlice(&slice).ok()) << answered.status.error_message();
    v1::ListTokensResponse tokens;
    ASSERT_TRUE(tokens.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
    ASSERT_EQ(tokens.tokens_size(), 1);
    v1::RevokeTokenRequest revoke;
    revoke.set_name(tokens.tokens(0).name());
    EXPECT_TRUE(
        Ask(aynid.Connect(), "ayni.v1.AccessService/RevokeToken", revoke, {.token = token, .headers = {}})
            .status.ok());
    aynid.Signal(SIGTERM);
    EXPECT_EQ(aynid.Wait().exit_code, 0);
  }
  AynidProcess again(folder_);
  ASSERT_TRUE(again.WaitUntilItServes()) << again.Log();
  EXPECT_NE(again.AdministratorToken(), token);
  EXPECT_TRUE(
      Ask(again.Connect(), kListPrincipals, Anything(), {.token = again.AdministratorToken(), .headers = {}})
          .status.ok());
}

TEST_F(AynidTest, MakesTheFoldersThatLeadToItsData) {
  AynidProcess aynid(folder_, {"--data", folder_ / "share/deep/ayni"});
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  struct stat status {};
  ASSERT_EQ(stat((folder_ / "share/deep/ayni").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
}

TEST_F(AynidTest, LeavesTheTokenToItsOwnerAlone) {
  AynidProcess aynid(folder_);
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  struct stat status {};
  ASSERT_EQ(stat((folder_ / "data/administrator.token").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(AynidTest, ShowsItsFigures) {
  AynidProcess aynid(folder_);
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  Ask(aynid.Connect(), kListPrincipals, Anything(), {.token = aynid.AdministratorToken(), .headers = {}});
  Ask(aynid.Connect(), kListPrincipals, Anything());
  const std::string page = aynid.Get("/metrics");
  for (const char* line :
       {"ayni_requests_total{method=\"ayni.v1.AccessService/ListPrincipals\",code=\"OK\"} 1\n",
        "ayni_requests_total{method=\"ayni.v1.AccessService/ListPrincipals\",code=\"UNAUTHENTICATED\"} 1\n",
        "ayni_request_duration_seconds_count{method=\"ayni.v1.AccessService/ListPrincipals\"} 2\n",
        "ayni_requests_in_flight 0\n", "ayni_commits_total 2\n", "ayni_commit_seconds_bucket{le=",
        "ayni_market_needs 0\n", "ayni_market_offers 0\n", "ayni_round_under_way{phase=\"clear\"} 0\n"}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
  // It serves, and is ready as soon as it has read its market.
  std::string ready;
  for (int i = 0; i < 500 && ready.find(" 200 ") == std::string::npos; ++i) {
    ready = aynid.Get("/readyz");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_THAT(ready, StartsWith("HTTP/1.1 200 "));
}

TEST_F(AynidTest, LogsJsonWithTheRequestId) {
  AynidProcess aynid(folder_, {"--log-requests"});
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  Ask(aynid.Connect(), kListPrincipals, Anything(),
      {.token = aynid.AdministratorToken(), .headers = {{"x-request-id", "r-17"}}});
  aynid.Signal(SIGTERM);
  aynid.Wait();
  const std::vector<nlohmann::json> lines = LogLines(aynid);
  const auto call =
      std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line["event"] == "call"; });
  ASSERT_NE(call, lines.end());
  EXPECT_EQ((*call)["request_id"], "r-17");
  EXPECT_EQ((*call)["method"], kListPrincipals);
  EXPECT_EQ((*call)["principal"], "principals/administrator");
  EXPECT_EQ((*call)["code"], "OK");
  EXPECT_GE((*call)["duration_s"], 0.0);
}

TEST_F(AynidTest, LogsNoCallThatWentWellUnlessAsked) {
  AynidProcess aynid(folder_);
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  Ask(aynid.Connect(), kListPrincipals, Anything(), {.token = aynid.AdministratorToken(), .headers = {}});
  Ask(aynid.Connect(), kListPrincipals, Anything());
  aynid.Signal(SIGTERM);
  aynid.Wait();
  int calls = 0;
  for (const nlohmann::json& line : LogLines(aynid)) {
    if (line["event"] != "call") continue;
    ++calls;
    EXPECT_EQ(line["code"], "UNAUTHENTICATED");
  }
  EXPECT_EQ(calls, 1);
}

TEST_F(AynidTest, TakesSettingsFromTheEnvironment) {
  AynidProcess aynid(folder_, {},
                     {{"AYNI_LOG_REQUESTS", "true"}, {"AYNI_ADMIN_TOKEN_FILE", folder_ / "my.token"}});
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  EXPECT_TRUE(std::ifstream(folder_ / "my.token").good());
}

TEST_F(AynidTest, SaysWhatIsWrongWithItsSettings) {
  AynidProcess aynid(folder_, {"--host", "0.0.0.0", "--drain", "soon"});
  EXPECT_FALSE(aynid.WaitUntilItServes());
  EXPECT_EQ(aynid.Wait().exit_code, 2);
  EXPECT_THAT(aynid.Log(), HasSubstr("--drain must be a duration"));
  EXPECT_THAT(aynid.Log(), HasSubstr("--host 0.0.0.0 can be reached by others"));
}

// An import's memory is given back when nothing else is asked for either.
TEST_F(AynidTest, HasAThreadThatGivesMemoryBack) {
  AynidProcess aynid(folder_);
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  const std::string process = absl::StrCat("/proc/", aynid.pid());
  std::stringstream maps;
  maps << std::ifstream(process + "/maps").rdbuf();
  if (maps.str().find("libjemalloc") == std::string::npos)
    GTEST_SKIP() << "sanitizers bring their own malloc";
  std::vector<std::string> names;
  for (const auto& task : std::filesystem::directory_iterator(process + "/task")) {
    std::getline(std::ifstream(task.path() / "comm"), names.emplace_back());
  }
  EXPECT_THAT(names, testing::Contains("jemalloc_bg_thd"));
}

TEST_F(AynidTest, TakesNoFolderForItsFileOfSettings) {
  AynidProcess aynid(folder_, {"--config", "/"});
  EXPECT_FALSE(aynid.WaitUntilItServes());
  EXPECT_EQ(aynid.Wait().exit_code, 2);
  EXPECT_THAT(aynid.Log(), HasSubstr("--config: / can't be read"));
}

TEST_F(AynidTest, KeepsATokenFileThatIsNotItsOwn) {
  std::ofstream(folder_ / "my.token") << "of another store\n";
  AynidProcess aynid(folder_, {"--admin-token-file", folder_ / "my.token"});
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  std::string kept;
  std::getline(std::ifstream(folder_ / "my.token.1"), kept);
  EXPECT_EQ(kept, "of another store");
  EXPECT_THAT(aynid.Log(), HasSubstr("my.token.1"));
}

// The process is killed, and its log is lost: what it acknowledged is gone, and the store alone can't tell.
TEST_F(AynidTest, RefusesAStoreThatLostItsLog) {
  {
    AynidProcess aynid(folder_);
    ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
    aynid.Signal(SIGKILL);
    aynid.Wait();
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "data/store")) {
    if (entry.path().extension() == ".log") std::filesystem::remove(entry.path());
  }
  AynidProcess again(folder_);
  EXPECT_FALSE(again.WaitUntilItServes());
  EXPECT_EQ(again.Wait().exit_code, 3);
  EXPECT_THAT(again.Log(), HasSubstr("it ends at change 0, and change 2 was acknowledged"));
}

TEST_F(AynidTest, RefusesAStoreThatAnotherHasOpen) {
  AynidProcess first(folder_);
  ASSERT_TRUE(first.WaitUntilItServes()) << first.Log();
  AynidProcess second(folder_);
  EXPECT_FALSE(second.WaitUntilItServes());
  EXPECT_EQ(second.Wait().exit_code, 3);
  EXPECT_THAT(second.Log(), HasSubstr("another process has it open; does another aynid run on it?"));
}

TEST_F(AynidTest, RefusesAPortThatIsTaken) {
  AynidProcess first(folder_);
  ASSERT_TRUE(first.WaitUntilItServes()) << first.Log();
  TemporaryFolder other;
  AynidProcess second(other, {"--port", std::to_string(first.grpc_port())});
  EXPECT_FALSE(second.WaitUntilItServes());
  EXPECT_EQ(second.Wait().exit_code, 4);
  AynidProcess third(other, {"--metrics-port", std::to_string(first.metrics_port())});
  EXPECT_FALSE(third.WaitUntilItServes());
  EXPECT_EQ(third.Wait().exit_code, 4);
}

}  // namespace
}  // namespace ayni::services
