#include "services/cli/resource_name.h"

#include <gmock/gmock.h>

#include "ayni/v1/need.pb.h"
#include "ayni/v1/party.pb.h"
#include "services/cli/nearest.h"

namespace ayni::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const Resource& Party() { return *Api::Get().FindResource(v1::Party::descriptor()); }
const Resource& Need() { return *Api::Get().FindResource(v1::Need::descriptor()); }

TEST(ResourceName, IsCompletedFromItsIds) {
  EXPECT_EQ(*CompleteName(Party(), "coop-1"), "parties/coop-1");
  EXPECT_EQ(*CompleteName(Party(), "parties/coop-1"), "parties/coop-1");
  EXPECT_EQ(*CompleteName(Need(), "coop-1/n-2"), "cooperatives/coop-1/needs/n-2");
  EXPECT_EQ(*CompleteParent(Need(), "-"), "cooperatives/-");
  EXPECT_EQ(*CompleteParent(Need(), "cooperatives/coop-1"), "cooperatives/coop-1");
}

TEST(ResourceName, IsRefusedWhereIdsAreTooFewOrTooMany) {
  for (const char* text : {"", "n-2", "a/b/c", "coop-1/", "cooperatives/coop-1/offers/n-2"}) {
    EXPECT_FALSE(CompleteName(Need(), text).ok()) << text;
  }
  EXPECT_FALSE(CompleteName(Party(), "services/dosing").ok());
}

TEST(ResourceName, SaysWhatAnIdMayBeWithAnExample) {
  const std::pair<const char*, const char*> wrong[] = {{"Coop 1", "as in coop-1; is 'Coop 1'"},
                                                       {"coop_1", "as in coop-1; is 'coop_1'"},
                                                       {"parties/-x", "as in x; is '-x'"},
                                                       {"Ñ", "as in coop-1; is 'Ñ'"}};
  for (const auto& [text, says] : wrong) {
    const absl::StatusOr<std::string> name = CompleteName(Party(), text);
    ASSERT_FALSE(name.ok()) << text;
    EXPECT_THAT(std::string(name.status().message()),
                AllOf(HasSubstr("lower-case letters without accents, digits"), HasSubstr(says)));
  }
  EXPECT_FALSE(CompleteParent(Need(), "Coop").ok());
  EXPECT_FALSE(CompleteName(Party(), std::string(64, 'a')).ok());
  EXPECT_TRUE(CompleteName(Party(), std::string(63, 'a')).ok());
}

TEST(ResourceName, ShortensAndCompletesBack) {
  EXPECT_EQ(ShortName(Need(), "cooperatives/coop-1/needs/n-2"), "coop-1/n-2");
  EXPECT_EQ(ShortName(Need(), "parties/coop-1"), "parties/coop-1");
  for (const Resource& resource : Api::Get().resources()) {
    std::string name;
    for (const std::string& segment : resource.pattern)
      name += (name.empty() ? "" : "/") + (segment[0] == '{' ? "x" : segment);
    EXPECT_EQ(*CompleteName(resource, ShortName(resource, name)), name);
  }
}

TEST(Nearest, IsTheWordWithTheFewestSlips) {
  const std::vector<std::string> nouns = {"need", "offer", "round", "relation"};
  EXPECT_EQ(Nearest("nede", nouns), "need");
  EXPECT_EQ(Nearest("offr", nouns), "offer");
  EXPECT_EQ(Nearest("realtion", nouns), "relation");
  EXPECT_EQ(Nearest("xyz", nouns), "");
  EXPECT_EQ(Nearest("", nouns), "");
}

}  // namespace
}  // namespace ayni::cli
