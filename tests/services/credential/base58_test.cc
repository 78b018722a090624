#include "services/credential/base58.h"

#include <gtest/gtest.h>

#include <random>

#include "services/credential/did_key.h"

namespace ayni::services {
namespace {

// Of the draft on base 58 (draft-msporny-base58).
TEST(Base58, IsThatOfItsDraft) {
  EXPECT_EQ(Base58("Hello World!"), "2NEpo7TZRRrLZSi2U");
  EXPECT_EQ(Base58("The quick brown fox jumps over the lazy dog."),
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z");
  EXPECT_EQ(Base58(std::string_view("\x00\x00\x28\x7f\xb4\xcd", 6)), "11233QC4");
  EXPECT_EQ(Base58(""), "");
}

TEST(Base58, GivesAnyBytesBack) {
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(random() % 80, '\0');
    const size_t zeros = random() % 4;
    for (size_t at = zeros; at < bytes.size(); ++at) bytes[at] = static_cast<char>(random());
    EXPECT_EQ(FromBase58(Base58(bytes)), bytes);
  }
}

TEST(Base58, RefusesLettersThatLookAlike) {
  for (const char* text : {"0", "O", "I", "l", "2NEpo7TZRRrLZSi2U ", "é"})
    EXPECT_FALSE(FromBase58(text)) << text;
  EXPECT_FALSE(FromBase58(std::string(10'000, '2')));
}

// Of the did:key method's own example.
TEST(DidKey, IsTheKeyItself) {
  constexpr char kDid[] = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";
  const auto key = KeyOf(kDid);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(DidOf(*key), kDid);
  EXPECT_EQ(VerificationMethodOf(kDid),
            "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"
            "#z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH");
  for (const char* wrong :
       {"", "did:key:", "did:web:example.org", "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvkt",
        // Of P-256.
        "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"})
    EXPECT_TRUE(absl::IsInvalidArgument(KeyOf(wrong).status())) << wrong;
}

}  // namespace
}  // namespace ayni::services
