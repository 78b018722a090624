#include "services/session/id_token.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/services/session/signing_key.h"

namespace ayni::services {
namespace {

using Json = nlohmann::json;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
const IdTokenClaims kClaims{"https://accounts.example", "mercado", "n-0S6"};

// Drawing a key of RSA takes a while.
const SigningKey& Rsa() {
  static const SigningKey* const key = new SigningKey("r1");
  return *key;
}
const SigningKey& Curve() {
  static const SigningKey* const key = new SigningKey("e1", true);
  return *key;
}
std::string Keys() { return KeySetOf({Rsa().Shown(), Curve().Shown()}); }

Json Right() {
  return {{"iss", kClaims.issuer},
          {"aud", kClaims.client_id},
          {"sub", "ana.quispe"},
          {"nonce", kClaims.nonce},
          {"exp", absl::ToUnixSeconds(kNow) + 300},
          {"iat", absl::ToUnixSeconds(kNow)}};
}

Json RightBut(const char* name, const Json& value) {
  Json said = Right();
  said[name] = value;
  return said;
}

absl::StatusOr<std::string> Read(const std::string& token, const std::string& keys = Keys()) {
  return SubjectOfIdToken(token, keys, kClaims, kNow);
}

absl::StatusCode CodeOf(const std::string& token, const std::string& keys = Keys()) {
  return Read(token, keys).status().code();
}

absl::StatusCode CodeOf(const Json& said) { return CodeOf(Rsa().Sign("RS256", said.dump())); }

std::string Encoded(const std::string& text) { return absl::WebSafeBase64Escape(text); }

constexpr absl::StatusCode kOk = absl::StatusCode::kOk;
constexpr absl::StatusCode kDenied = absl::StatusCode::kPermissionDenied;
constexpr absl::StatusCode kNotFound = absl::StatusCode::kNotFound;

TEST(IdToken, NamesItsSubjectWhereAKeyOfTheSetSignedIt) {
  for (const char* algorithm : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) {
    const auto subject = Read(Rsa().Sign(algorithm, Right().dump()));
    ASSERT_TRUE(subject.ok()) << algorithm << ": " << subject.status();
    EXPECT_EQ(*subject, "ana.quispe");
  }
  const auto subject = Read(Curve().Sign("ES256", Right().dump()));
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(*subject, "ana.quispe");
}

TEST(IdToken, MayBeSignedByAnyKeyThatFitsWhereItNamesNone) {
  const SigningKey nameless("");
  const std::string token = nameless.Sign("RS256", Right().dump());
  EXPECT_EQ(CodeOf(token, KeySetOf({Curve().Shown(), Rsa().Shown(), nameless.Shown()})), kOk);
  EXPECT_EQ(CodeOf(token), kDenied);
}

TEST(IdToken, OfAnotherKeyIsRefused) {
  const SigningKey forger("r1");
  EXPECT_EQ(CodeOf(forger.Sign("RS256", Right().dump())), kDenied);
  EXPECT_EQ(CodeOf(forger.Sign("PS256", Right().dump())), kDenied);
  EXPECT_EQ(CodeOf(SigningKey("e1", true).Sign("ES256", Right().dump())), kDenied);
}

TEST(IdToken, OfAnUnknownKeySaysThatTheSetMayBeOld) {
  EXPECT_EQ(CodeOf(SigningKey("r2").Sign("RS256", Right().dump())), kNotFound);
  EXPECT_EQ(CodeOf(Curve().Sign("ES256", Right().dump()), KeySetOf({Rsa().Shown()})), kNotFound);
}

TEST(IdToken, WithoutASignatureIsRefused) {
  for (const char* none : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string head = Encoded(Json{{"alg", none}, {"kid", "r1"}}.dump());
    const std::string token = absl::StrCat(head, ".", Encoded(Right().dump()), ".");
    EXPECT_EQ(CodeOf(token), kDenied) << none;
    EXPECT_EQ(CodeOf(absl::StrCat(token, "c2ln")), kDenied) << none;
  }
  EXPECT_EQ(CodeOf(absl::StrCat(Encoded(R"({"kid":"r1"})"), ".", Encoded(Right().dump()), ".c2ln")), kDenied);
}

// What is public must not pass for a secret that both sides have.
TEST(IdToken, SignedByASecretIsRefused) {
  const Json shown = Rsa().Shown();
  std::string modulus;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(shown["n"].get<std::string>(), &modulus));
  for (const std::string& secret : {shown.dump(), Keys(), modulus, shown["n"].get<std::string>()}) {
    const SigningKey key = SigningKey::OfSecret(secret, "r1");
    for (const char* algorithm : {"HS256", "HS384", "HS512"}) {
      const std::string token = key.Sign(algorithm, Right().dump());
      EXPECT_EQ(CodeOf(token), kDenied) << algorithm;
      Json as_secret = {{"kty", "oct"}, {"kid", "r1"}, {"k", Encoded(secret)}};
      EXPECT_EQ(CodeOf(token, KeySetOf({as_secret})), kDenied) << algorithm;
    }
  }
}

TEST(IdToken, SaysNothingThatItsSignatureDoesNotCover) {
  const std::string token = Curve().Sign("ES256", Right().dump());
  const size_t end = token.rfind('.');
  for (size_t at = 0; at < end; ++at) {
    if (token[at] == '.') continue;
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    const absl::StatusCode code = CodeOf(changed);
    EXPECT_TRUE(code == kDenied || code == kNotFound) << at;
  }
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  EXPECT_EQ(CodeOf(absl::StrCat(parts[0], ".", Encoded(RightBut("sub", "mallory").dump()), ".", parts[2])),
            kDenied);
}

TEST(IdToken, IsOfAKeyForSignaturesOfItsKind) {
  const std::string token = Rsa().Sign("RS256", Right().dump());
  const auto with = [](const char* name, const char* value) {
    Json key = Rsa().Shown();
    key[name] = value;
    return KeySetOf({key});
  };
  EXPECT_EQ(CodeOf(token, with("use", "sig")), kOk);
  EXPECT_EQ(CodeOf(token, with("alg", "RS256")), kOk);
  EXPECT_EQ(CodeOf(token, with("use", "enc")), kNotFound);
  EXPECT_EQ(CodeOf(token, with("alg", "PS256")), kNotFound);
  EXPECT_EQ(CodeOf(token, with("kty", "EC")), kNotFound);
  EXPECT_EQ(CodeOf(token, with("kid", "r9")), kNotFound);
  EXPECT_EQ(CodeOf(token, with("n", "")), kDenied);
}

// RFC 7515, section 4.1.11: what must be understood, and is not, makes it invalid.
TEST(IdToken, ThatNeedsMoreToBeUnderstoodIsRefused) {
  EXPECT_EQ(CodeOf(Rsa().Sign("RS256", Right().dump(), {{"crit", {"b64"}}, {"b64", false}})), kDenied);
  EXPECT_EQ(CodeOf(Rsa().Sign("RS256", Right().dump(), {{"typ", "JWT"}})), kOk);
}

TEST(IdToken, OfAnotherIssuerIsRefused) {
  for (const Json& issuer :
       {Json("https://accounts.example/"), Json("https://other.example"), Json("http://accounts.example"),
        Json(""), Json(1), Json(nullptr), Json::array({kClaims.issuer})})
    EXPECT_EQ(CodeOf(RightBut("iss", issuer)), kDenied) << issuer;
}

TEST(IdToken, ForAnotherClientIsRefused) {
  for (const Json& audience : {Json("other"), Json(""), Json::array(), Json::array({"other"}), Json(nullptr),
                               Json(7), Json{{"mercado", "mercado"}}})
    EXPECT_EQ(CodeOf(RightBut("aud", audience)), kDenied) << audience;
  Json without = Right();
  without.erase("aud");
  EXPECT_EQ(CodeOf(without), kDenied);
  EXPECT_EQ(CodeOf(RightBut("aud", Json::array({"mercado"}))), kOk);
}

TEST(IdToken, ForSeveralClientsNamesThisOneAsItsParty) {
  Json said = RightBut("aud", Json::array({"other", "mercado"}));
  EXPECT_EQ(CodeOf(said), kDenied);
  said["azp"] = "other";
  EXPECT_EQ(CodeOf(said), kDenied);
  said["azp"] = "mercado";
  EXPECT_EQ(CodeOf(said), kOk);
  EXPECT_EQ(CodeOf(RightBut("azp", "other")), kDenied);
  EXPECT_EQ(CodeOf(RightBut("azp", 1)), kDenied);
  EXPECT_EQ(CodeOf(RightBut("azp", "mercado")), kOk);
}

TEST(IdToken, IsTakenForAWhileAndNoLonger) {
  const int64_t now = absl::ToUnixSeconds(kNow);
  const int64_t leeway = absl::ToInt64Seconds(kIdTokenLeeway);
  const int64_t age = absl::ToInt64Seconds(kIdTokenAgeMax);
  EXPECT_EQ(CodeOf(RightBut("exp", now - leeway + 1)), kOk);
  EXPECT_EQ(CodeOf(RightBut("exp", now - leeway)), kDenied);
  EXPECT_EQ(CodeOf(RightBut("iat", now - age)), kOk);
  EXPECT_EQ(CodeOf(RightBut("iat", now - age - 1)), kDenied);
  EXPECT_EQ(CodeOf(RightBut("iat", now + leeway)), kOk);
  EXPECT_EQ(CodeOf(RightBut("iat", now + leeway + 1)), kDenied);
  EXPECT_EQ(CodeOf(RightBut("iat", static_cast<double>(now) + 0.5)), kOk) << "as RFC 7519 allows";
}

TEST(IdToken, SaysItsTimesAsNumbers) {
  for (const char* name : {"exp", "iat"}) {
    Json without = Right();
    without.erase(name);
    EXPECT_EQ(CodeOf(without), kDenied) << name;
    for (const Json& time : {Json("1800000300"), Json(nullptr), Json(true), Json(-1e300)})
      EXPECT_EQ(CodeOf(RightBut(name, time)), kDenied) << name << " " << time;
  }
  EXPECT_EQ(CodeOf(RightBut("exp", 1e300)), kOk);
  EXPECT_EQ(CodeOf(RightBut("iat", 1e300)), kDenied);
}

TEST(IdToken, OfAnotherSignInIsRefused) {
  for (const Json& nonce : {Json("n-0S7"), Json(""), Json(nullptr), Json(0)})
    EXPECT_EQ(CodeOf(RightBut("nonce", nonce)), kDenied) << nonce;
  Json without = Right();
  without.erase("nonce");
  EXPECT_EQ(CodeOf(without), kDenied);
}

TEST(IdToken, NamesSomebody) {
  for (const Json& subject : {Json(""), Json(std::string(256, 's')), Json(7), Json(nullptr)})
    EXPECT_EQ(CodeOf(RightBut("sub", subject)), kDenied) << subject;
  EXPECT_EQ(CodeOf(RightBut("sub", std::string(255, 's'))), kOk);
  Json without = Right();
  without.erase("sub");
  EXPECT_EQ(CodeOf(without), kDenied);
}

TEST(IdToken, ThatIsNoObjectIsRefused) {
  for (const char* payload : {"", "x", "[]", "1", "null", "\"sub\"", "{\"iss\":", "\xff"})
    EXPECT_EQ(CodeOf(Rsa().Sign("RS256", payload)), kDenied) << payload;
}

TEST(IdToken, FitsNoKeysThatAreNoKeySet) {
  const std::string token = Rsa().Sign("RS256", Right().dump());
  for (const char* keys :
       {"", "x", "[]", "{}", "null", R"({"keys":{}})", R"({"keys":null})", R"({"keys":[]})",
        R"({"keys":[1,"a",null,[],{}]})", R"({"keys":[{"kty":"RSA"}]})", "\xff\xfe"})
    EXPECT_EQ(CodeOf(token, keys), kNotFound) << keys;
  const std::string deep = absl::StrCat(R"({"keys":[{"kty":"RSA","kid":"r1","n":)", std::string(32'000, '['),
                                        std::string(32'000, ']'), "}]}");
  EXPECT_EQ(CodeOf(token, deep), kDenied);
}

TEST(IdToken, IsReadWhateverItsHeaderAndTheKeysHold) {
  for (const char* head :
       {"", "x", "[]", "{}", "null", R"({"alg":1})", R"({"alg":null})", R"({"alg":["RS256"]})",
        R"({"alg":"RS256","kid":1})", R"({"alg":"ES256","kid":"r1"})", R"({"alg":"RS256","crit":null})"})
    EXPECT_FALSE(Read(absl::StrCat(Encoded(head), ".", Encoded(Right().dump()), ".c2ln")).ok()) << head;
  for (const SigningKey* key : {&Rsa(), &Curve()}) {
    const std::string token = key->Sign(key == &Rsa() ? "RS256" : "ES256", Right().dump());
    for (const char* name : {"n", "e", "x", "y", "crv"}) {
      if (!key->Shown().contains(name)) continue;
      for (const Json& value : {Json(""), Json("A"), Json("AAAAA"), Json("AA=="), Json("A=AA"), Json("\n"),
                                Json("P-384"), Json("AQ"), Json(1), Json(), Json::object()}) {
        Json shown = key->Shown();
        shown[name] = value;
        EXPECT_EQ(CodeOf(token, KeySetOf({shown})), kDenied) << name << " " << value;
      }
    }
  }
}

TEST(IdToken, IsReadWhateverComes) {
  const std::string token = Rsa().Sign("RS256", Right().dump());
  for (size_t size = 0; size < token.size(); ++size) EXPECT_FALSE(Read(token.substr(0, size)).ok()) << size;
  EXPECT_FALSE(Read(token + ".").ok());
  EXPECT_FALSE(Read("." + token).ok());
  EXPECT_FALSE(Read(token + std::string(1, '\0')).ok());
  std::mt19937 chance(7);
  for (int i = 0; i < 2000; ++i) {
    std::string garbage = token;
    for (int changes = 1 + static_cast<int>(chance() % 4); changes > 0; --changes)
      garbage[chance() % token.rfind('.')] = static_cast<char>(chance());
    const absl::StatusOr<std::string> read = Read(garbage);
    EXPECT_TRUE(!read.ok() || garbage == token) << absl::CHexEscape(garbage);
  }
}

}  // namespace
}  // namespace ayni::services
