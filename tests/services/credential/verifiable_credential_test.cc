#include "services/credential/verifiable_credential.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "services/credential/did_key.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class ADocument : public testing::Test {
 protected:
  ADocument() {
    credential_.set_name("credentials/c");
    credential_.add_services("services/dosing");
    credential_.add_value_chains("valueChains/alpaca");
    holder_.set_name("parties/tap");
    v1::Identifier* number = holder_.add_identifiers();
    number->set_value("40123456");
    holder_.mutable_contact()->set_phone("+51984123456");
    certifier_.set_name("parties/certifier");
    text_ =
        SignCredential({credential_, holder_, certifier_, ADay(2026, 1, 1), ADay(2026, 12, 31)}, key_, now_);
  }

  absl::StatusOr<CheckedCredential> Check(const std::string& text) const {
    return CheckCredential(text, did_, now_);
  }

  const storage::SigningKey key_ = storage::SigningKey::Generate();
  const std::string did_ = DidOf(key_.public_key());
  const absl::Time now_ = absl::FromUnixSeconds(1'795'500'000);  // 2026-11-24
  v1::Credential credential_ = ACredential();
  v1::Party holder_ = ATap();
  v1::Party certifier_ = ACertifier();
  std::string text_;
};

TEST_F(ADocument, SaysWhatTheRecordDoes) {
  const auto checked = Check(text_);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->holder, "Kamayoq Quispe");
  EXPECT_EQ(checked->scheme, "kamayoq-livestock");
  EXPECT_EQ(checked->certifier, "Certificadora del Sur");
  EXPECT_THAT(checked->services, ElementsAre(did_ + "/services/dosing"));
  EXPECT_THAT(checked->value_chains, ElementsAre(did_ + "/valueChains/alpaca"));
  EXPECT_EQ(checked->valid_from, "2026-01-01T00:00:00+14:00");
  EXPECT_EQ(checked->valid_until, "2026-12-31T23:59:59-12:00");
  EXPECT_EQ(checked->signed_at, "2026-11-24T06:00:00Z");
}

TEST_F(ADocument, TellsNoNumberOfAPerson) {
  EXPECT_THAT(text_, Not(HasSubstr("40123456")));
  EXPECT_THAT(text_, Not(HasSubstr("984123456")));
}

// What JSON allows to differ differs in no byte that is signed.
TEST_F(ADocument, MayBeLaidOutOtherwise) {
  EXPECT_TRUE(Check(Json::parse(text_).dump()).ok());
  EXPECT_TRUE(Check(Json::parse(text_).dump(8, ' ', true)).ok());
}

TEST_F(ADocument, ThatWasTamperedWithInAnyPlaceIsRefused) {
  const Json document = Json::parse(text_);
  int count = 0;
  const auto refused = [&](const Json& tampered, const std::string& what) {
    const auto checked = Check(tampered.dump());
    EXPECT_TRUE(absl::IsDataLoss(checked.status())) << what << ": " << checked.status();
    ++count;
  };
  const Json texts = document.flatten();
  for (const auto& [path, value] : texts.items()) {
    const Json::json_pointer at(path);
    Json other = document;
    other[at] = value.get<std::string>() + "x";
    refused(other, path + " longer");
    other[at] = value.get<std::string>().substr(1);
    refused(other, path + " shorter");
    other[at] = 7;
    refused(other, path + " a number");
    other[at] = nullptr;
    refused(other, path + " nothing");
  }
  for (const char* path : {"", "/credentialSubject", "/credentialSubject/achievement",
                           "/credentialSubject/achievement/certifier", "/proof"}) {
    const Json::json_pointer at(path);
    for (const auto& [name, value] : document[at].items()) {
      Json other = document;
      other[at].erase(name);
      refused(other, std::string(path) + " without " + name);
    }
    Json other = document;
    other[at]["more"] = "than was signed";
    refused(other, std::string(path) + " with more");
  }
  for (const char* path : {"/@context", "/type", "/credentialSubject/achievement/services",
                           "/credentialSubject/achievement/valueChains", "/proof/@context"}) {
    const Json::json_pointer at(path);
    Json other = document;
    other[at].push_back("one more");
    refused(other, std::string(path) + " with one more");
    other = document;
    other[at].clear();
    refused(other, std::string(path) + " empty");
  }
  EXPECT_GT(count, 100);
}

TEST_F(ADocument, OfAnotherIssuerIsRefused) {
  const storage::SigningKey rival = storage::SigningKey::Generate();
  const std::string rival_did = DidOf(rival.public_key());
  EXPECT_TRUE(absl::IsDataLoss(CheckCredential(text_, rival_did, now_).status()));
  // Signed well, by a key that is not the one that counts.
  const std::string forged =
      SignCredential({credential_, holder_, certifier_, ADay(2026, 1, 1), {}}, rival, now_);
  EXPECT_TRUE(CheckCredential(forged, rival_did, now_).ok());
  EXPECT_TRUE(absl::IsDataLoss(Check(forged).status()));
  // And with the right issuer's name over the rival's signature.
  std::string renamed = forged;
  for (size_t at = renamed.find(rival_did); at != std::string::npos; at = renamed.find(rival_did, at))
    renamed.replace(at, rival_did.size(), did_);
  EXPECT_TRUE(absl::IsDataLoss(Check(renamed).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(CheckCredential(text_, "did:web:example.org", now_).status()));
}

TEST_F(ADocument, IsValidOnItsDaysAnywhereOnEarth) {
  const auto at = [](const char* time) {
    absl::Time moment;
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, time, &moment, nullptr));
    return moment;
  };
  const auto code = [&](const char* time) { return CheckCredential(text_, did_, at(time)).status().code(); };
  EXPECT_EQ(code("2025-12-31T09:59:59Z"), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code("2025-12-31T10:00:00Z"), absl::StatusCode::kOk);
  EXPECT_EQ(code("2027-01-01T11:59:59Z"), absl::StatusCode::kOk);
  EXPECT_EQ(code("2027-01-01T12:00:00Z"), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ADocument, ThatNobodyWroteIsRefused) {
  for (const char* text : {"", "[]", "{}", "null", "\"did:key\"", R"({"type":["VerifiableCredential"]})",
                           R"({"type":"VerifiableCredential","@context":[],"proof":[]})"})
    EXPECT_TRUE(absl::IsDataLoss(Check(text).status())) << text;
  // Two of one name, of which a lax reader takes the one that was not signed.
  std::string twice = text_;
  twice.insert(twice.find("\"issuer\""), "\"validUntil\": \"2099-12-31T23:59:59Z\",\n  ");
  EXPECT_THAT(std::string(Check(twice).status().message()), HasSubstr("twice"));
}

}  // namespace
}  // namespace ayni::services
