#include "services/resource/page_token.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"

namespace ayni::services {
namespace {

constexpr char kName[] = "cooperatives/coop/needs/of-somebody-else";
const std::string kSecret(32, 's');

TEST(PageTokens, AreTheSameWheneverTheyAreMade) {
  const std::string token = PageTokens(kSecret, "ListNeeds\ncoop").After(kName);
  EXPECT_EQ(token, PageTokens(kSecret, "ListNeeds\ncoop").After(kName));
  EXPECT_EQ(PageTokens(kSecret, "ListNeeds\ncoop").Read(token), absl::optional<std::string>(kName));
}

TEST(PageTokens, TellNothingOfTheName) {
  std::set<char> first_bytes;
  for (const char* name : {"a", "aa", "aaa", kName}) {
    std::string bytes;
    const std::string token = PageTokens(kSecret, "ListNeeds").After(name);
    ASSERT_TRUE(absl::WebSafeBase64Unescape(token, &bytes)) << token;
    EXPECT_FALSE(absl::EndsWith(bytes, name)) << name;
    first_bytes.insert(bytes[16]);
  }
  EXPECT_GT(first_bytes.size(), 1u) << "names that begin alike must not show it";
}

TEST(PageTokens, OfAnotherStoreOrListAreRefused) {
  const PageTokens tokens(kSecret, "ListNeeds\ncoop");
  EXPECT_FALSE(tokens.Read(PageTokens(std::string(32, 't'), "ListNeeds\ncoop").After(kName)).has_value());
  EXPECT_FALSE(tokens.Read(PageTokens(kSecret, "ListNeeds\nother").After(kName)).has_value());
}

TEST(PageTokens, ThatAreNotWholeAreRefused) {
  const PageTokens tokens(kSecret, "ListNeeds\ncoop");
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(tokens.After(kName), &bytes));
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string altered = bytes;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    EXPECT_FALSE(tokens.Read(absl::WebSafeBase64Escape(altered)).has_value()) << at;
    EXPECT_FALSE(tokens.Read(absl::WebSafeBase64Escape(bytes.substr(0, at))).has_value()) << at;
  }
  EXPECT_FALSE(tokens.Read("").has_value());
  EXPECT_FALSE(tokens.Read("not base64!").has_value());
}

}  // namespace
}  // namespace ayni::services
