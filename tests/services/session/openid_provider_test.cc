#include "services/session/openid_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/transfer.h"
#include "storage/ledger/sha256.h"
#include "tests/services/session/fake_provider.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr char kMetadata[] = "/.well-known/openid-configuration";
constexpr char kSecret[] = "ayni_secret-of-this-sign-in";
const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class OpenId : public testing::Test {
 protected:
  OpenIdSettings Settings() const {
    return {fake_.issuer(), "mercado & co", "s3cret:+", "Fake",
            "https://mercado.example/session/openid/callback"};
  }

  // Asked anew each time.
  absl::StatusCode CodeOfUrl() {
    now_ += kProviderRest;
    return provider_.AuthorizationUrl(kSecret, now_).status().code();
  }

  std::string Nonce(const std::string& secret = kSecret) {
    const auto url = provider_.AuthorizationUrl(secret, now_);
    EXPECT_TRUE(url.ok()) << url.status();
    return url.ok() ? QueryOf(*url)["nonce"] : "";
  }

  absl::StatusOr<std::string> Redeem(const std::string& secret = kSecret) {
    return provider_.Redeem("c0de", secret, now_);
  }
  // As somebody who began the sign-in with kSecret, and comes back.
  absl::StatusOr<std::string> SignIn() {
    fake_.SignIn("ana", Settings().client_id, Nonce(), now_);
    return Redeem();
  }

  FakeProvider fake_;
  OpenIdProvider provider_{Settings()};
  absl::Time now_ = kNow;
};

TEST_F(OpenId, IsAskedForACodeThatOnlyThisBrowserCanUse) {
  const auto url = provider_.AuthorizationUrl(kSecret, kNow);
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_TRUE(absl::StartsWith(*url, fake_.issuer() + "/authorize?")) << *url;
  auto asked = QueryOf(*url);
  EXPECT_EQ(asked["response_type"], "code");
  EXPECT_EQ(asked["scope"], "openid");
  EXPECT_EQ(asked["client_id"], Settings().client_id);
  EXPECT_EQ(asked["redirect_uri"], Settings().redirect_url);
  EXPECT_EQ(asked["code_challenge_method"], "S256");
  EXPECT_EQ(asked["state"], OpenIdProvider::StateOf(kSecret));
  for (const char* name : {"state", "nonce", "code_challenge"}) {
    EXPECT_EQ(asked[name].size(), 43u) << name << ": 32 bytes";
    EXPECT_FALSE(absl::StrContains(asked[name], kSecret)) << name;
  }
  EXPECT_NE(asked["state"], asked["nonce"]);
  auto again = QueryOf(*provider_.AuthorizationUrl("ayni_another", kNow));
  for (const char* name : {"state", "nonce", "code_challenge"}) EXPECT_NE(again[name], asked[name]) << name;
}

TEST_F(OpenId, KeepsTheQueryOfItsAddress) {
  fake_.SayMetadata("authorization_endpoint", fake_.issuer() + "/authorize?tenant=1");
  const auto url = provider_.AuthorizationUrl(kSecret, kNow);
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_EQ(QueryOf(*url)["tenant"], "1");
  EXPECT_EQ(QueryOf(*url)["response_type"], "code");
}

TEST_F(OpenId, TellsWhoSignedIn) {
  const auto subject = SignIn();
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(*subject, "ana");
}

// RFC 7636, section 4.6.
TEST_F(OpenId, IsGivenTheVerifierOfItsChallenge) {
  const auto url = provider_.AuthorizationUrl(kSecret, kNow);
  ASSERT_TRUE(url.ok() && SignIn().ok()) << url.status();
  const auto posts = fake_.Asked("/token");
  ASSERT_THAT(posts, SizeIs(1));
  auto form = FieldsOf(posts[0].body);
  EXPECT_EQ(posts[0].headers.at("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(form["grant_type"], "authorization_code");
  EXPECT_EQ(form["code"], "c0de");
  EXPECT_EQ(form["redirect_uri"], Settings().redirect_url);
  EXPECT_GE(form["code_verifier"].size(), 43u);
  const storage::Sha256Digest digest = storage::Sha256({form["code_verifier"]});
  EXPECT_EQ(QueryOf(*url)["code_challenge"],
            absl::WebSafeBase64Escape(
                absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size())));
}

TEST_F(OpenId, IsShownTheSecretAsItWantsToSeeIt) {
  using Json = nlohmann::json;
  const std::pair<Json, bool> cases[] = {{Json(), false},
                                         {Json::array({"client_secret_basic"}), false},
                                         {Json::array({"client_secret_post", "client_secret_basic"}), false},
                                         {Json::array({"client_secret_post"}), true}};
  for (const auto& [ways, in_body] : cases) {
    FakeProvider fake;
    if (!ways.is_null()) fake.SayMetadata("token_endpoint_auth_methods_supported", ways);
    OpenIdSettings settings = Settings();
    settings.issuer = fake.issuer();
    OpenIdProvider provider(settings);
    EXPECT_FALSE(provider.Redeem("c0de", kSecret, kNow).ok());
    const auto posts = fake.Asked("/token");
    ASSERT_THAT(posts, SizeIs(1)) << ways;
    auto form = FieldsOf(posts[0].body);
    EXPECT_EQ(form["client_secret"], in_body ? settings.client_secret : "") << ways;
    EXPECT_EQ(form["client_id"], in_body ? settings.client_id : "") << ways;
    const auto header = posts[0].headers.find("authorization");
    ASSERT_EQ(header == posts[0].headers.end(), in_body) << ways;
    // RFC 6749, section 2.3.1: both form-encoded first.
    if (!in_body) {
      EXPECT_EQ(header->second, "Basic " + absl::Base64Escape("mercado%20%26%20co:s3cret%3a%2b")) << ways;
    }
  }
}

TEST_F(OpenId, OfAPublicClientSeesNoSecret) {
  OpenIdSettings settings = Settings();
  settings.client_secret = "";
  OpenIdProvider provider(settings);
  EXPECT_FALSE(provider.Redeem("c0de", kSecret, kNow).ok());
  const auto posts = fake_.Asked("/token");
  ASSERT_THAT(posts, SizeIs(1));
  EXPECT_EQ(FieldsOf(posts[0].body)["client_id"], settings.client_id);
  EXPECT_THAT(posts[0].body, Not(HasSubstr("client_secret")));
  EXPECT_EQ(posts[0].headers.count("authorization"), 0u);
}

TEST_F(OpenId, OfAnotherIssuerIsNotTaken) {
  for (const std::string& issuer :
       {fake_.issuer() + "/", std::string("https://accounts.example"), std::string()}) {
    fake_.SayMetadata("issuer", issuer);
    EXPECT_EQ(CodeOfUrl(), absl::StatusCode::kUnavailable) << issuer;
  }
}

TEST_F(OpenId, WhoseAddressesAreOfAnotherSchemeIsNotTaken) {
  for (const char* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    const nlohmann::json right = fake_.metadata().at(name);
    for (const nlohmann::json& wrong :
         {nlohmann::json("javascript:alert(1)"), nlohmann::json("ftp://127.0.0.1/"),
          nlohmann::json("file:///etc/passwd"), nlohmann::json("/authorize"), nlohmann::json(""),
          nlohmann::json("https:"), nlohmann::json("https://a.example/\r\nSet-Cookie: evil=1"),
          nlohmann::json("https://a.example/ x"), nlohmann::json("https://a.example/#x"), nlohmann::json(),
          nlohmann::json(1)}) {
      fake_.SayMetadata(name, wrong);
      EXPECT_EQ(CodeOfUrl(), absl::StatusCode::kUnavailable) << name << " " << wrong;
    }
    fake_.SayMetadata(name, right);
  }
  EXPECT_EQ(CodeOfUrl(), absl::StatusCode::kOk);
}

TEST_F(OpenId, ThatSaysWhatCannotBeReadIsUnavailable) {
  std::string long_metadata = fake_.metadata().dump();
  long_metadata.insert(1, absl::StrCat(R"("padding":")", std::string(kAnswerBytesMax, 'p'), "\","));
  for (const std::string& said : {std::string(), std::string("x"), std::string("[]"), std::string("\xff"),
                                  std::string(100'000, '{'), long_metadata}) {
    fake_.Say(kMetadata, {200, said});
    EXPECT_EQ(CodeOfUrl(), absl::StatusCode::kUnavailable) << said.substr(0, 100);
  }
  for (const int code : {301, 404, 500}) {
    fake_.Say(kMetadata, {code, fake_.metadata().dump()});
    EXPECT_EQ(CodeOfUrl(), absl::StatusCode::kUnavailable) << code;
  }
  fake_.SayMetadata("issuer", fake_.issuer());
  EXPECT_EQ(CodeOfUrl(), absl::StatusCode::kOk);
}

TEST_F(OpenId, ThatCannotBeReachedIsUnavailable) {
  OpenIdSettings settings = Settings();
  {
    const FakeProvider gone;
    settings.issuer = gone.issuer();
  }
  OpenIdProvider provider(settings);
  EXPECT_EQ(provider.AuthorizationUrl(kSecret, kNow).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(provider.Redeem("c0de", kSecret, kNow).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(OpenId, ThatFailedIsLeftAloneForAMoment) {
  fake_.Say(kMetadata, {500, ""});
  const auto code = [&] { return provider_.AuthorizationUrl(kSecret, now_).status().code(); };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(fake_.CountOf(kMetadata), 1u);
  fake_.SayMetadata("issuer", fake_.issuer());
  now_ += kProviderRest - absl::Seconds(1);
  EXPECT_EQ(code(), absl::StatusCode::kUnavailable);
  now_ += absl::Seconds(1);
  EXPECT_EQ(code(), absl::StatusCode::kOk);
}

TEST_F(OpenId, IsAskedWhatItIsOnceAnHour) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(SignIn().ok());
  EXPECT_EQ(fake_.CountOf(kMetadata), 1u);
  EXPECT_EQ(fake_.CountOf("/keys"), 1u);
  now_ += kProviderMetadataLasts - absl::Seconds(1);
  EXPECT_TRUE(SignIn().ok());
  EXPECT_EQ(fake_.CountOf(kMetadata), 1u);
  now_ += absl::Seconds(1);
  EXPECT_TRUE(SignIn().ok());
  EXPECT_EQ(fake_.CountOf(kMetadata), 2u);
}

TEST_F(OpenId, MaySignByANewKeyAtOnce) {
  ASSERT_TRUE(SignIn().ok());
  now_ += kProviderKeysRest;
  fake_.SignBy(SigningKey("k2", true));
  const auto subject = SignIn();
  EXPECT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(fake_.CountOf("/keys"), 2u);
}

TEST_F(OpenId, IsAskedForItsKeysOnceAMinuteAtMost) {
  ASSERT_TRUE(SignIn().ok());
  const SigningKey unknown("k2", true);
  const std::string keys = KeySetOf({SigningKey("k1", true).Shown()});
  for (int i = 0; i < 5; ++i) {
    fake_.SignBy(unknown);
    fake_.Say("/keys", {200, keys});
    now_ += kProviderKeysRest / 5;
    EXPECT_EQ(SignIn().status().code(), absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(fake_.CountOf("/keys"), i < 4 ? 1u : 2u) << i;
  }
}

TEST_F(OpenId, WhoseKeysCannotBeReadIsUnavailable) {
  const SigningKey key("k1", true);
  for (const Said& said : {Said{200, ""}, Said{200, "x"}, Said{200, "[]"}, Said{200, "{}"},
                           Said{200, R"({"keys":1})"}, Said{500, KeySetOf({key.Shown()})}, Said{404, ""},
                           Said{200, std::string(kAnswerBytesMax, ' ') + KeySetOf({key.Shown()})}}) {
    fake_.SignBy(key);
    fake_.Say("/keys", said);
    EXPECT_EQ(SignIn().status().code(), absl::StatusCode::kUnavailable) << said.body.substr(0, 100);
  }
  fake_.SignBy(key);
  EXPECT_TRUE(SignIn().ok()) << "what could not be read is not kept";
}

TEST_F(OpenId, RefusesACode) {
  for (const int code : {400, 401, 403, 404}) {
    fake_.Say("/token", {code, R"({"error":"invalid_grant"})"});
    const absl::Status status = Redeem().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << code;
    EXPECT_THAT(std::string(status.message()), HasSubstr("invalid_grant"));
  }
}

TEST_F(OpenId, ThatFailsIsUnavailable) {
  for (const Said& said : {Said{500, "{}"}, Said{503, ""}, Said{302, "{}"}, Said{200, ""}, Said{200, "x"},
                           Said{200, "[]"}, Said{200, std::string(100'000, ' ') + "{}"}}) {
    fake_.Say("/token", said);
    EXPECT_EQ(Redeem().status().code(), absl::StatusCode::kUnavailable)
        << said.code << " " << said.body.substr(0, 100);
  }
}

TEST_F(OpenId, ThatGivesNoIdTokenSignsNobodyIn) {
  for (const char* said : {"{}", R"({"id_token":1})", R"({"id_token":"x"})", R"({"access_token":"a"})"}) {
    fake_.Say("/token", {200, said});
    EXPECT_EQ(Redeem().status().code(), absl::StatusCode::kPermissionDenied) << said;
  }
}

TEST_F(OpenId, SignsNobodyInWhoBroughtAnothersCode) {
  fake_.SignIn("mallory", Settings().client_id, Nonce("ayni_of-mallory"), now_);
  EXPECT_EQ(Redeem(kSecret).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(Redeem("ayni_of-mallory").ok());
}

TEST_F(OpenId, SignsNobodyInForAnotherClient) {
  fake_.SignIn("ana", "other", Nonce(), now_);
  EXPECT_EQ(Redeem().status().code(), absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace ayni::services
