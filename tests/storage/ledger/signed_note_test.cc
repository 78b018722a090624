#include "storage/ledger/signed_note.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ayni::storage {
namespace {

using ::testing::HasSubstr;

// The example of C2SP signed-note, and of golang.org/x/mod/sumdb/note: key, note and signature made by
// others.
constexpr char kPeterVerifier[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char kPeterNote[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

NoteVerifier VerifierOf(const SigningKey& key, NoteAlgorithm algorithm) {
  return {"ayni.example/market", algorithm, key.public_key()};
}

TEST(SignedNote, ReadsWhatOthersSigned) {
  const absl::StatusOr<NoteVerifier> verifier = NoteVerifier::Parse(kPeterVerifier);
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  EXPECT_EQ(verifier->ToString(), kPeterVerifier);
  const absl::StatusOr<SignedNote> note = SignedNote::Parse(kPeterNote);
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->ToString(), kPeterNote);
  EXPECT_TRUE(CheckNote(*note, *verifier).ok()) << CheckNote(*note, *verifier).status();
}

TEST(SignedNote, RefusesAnyFlippedBitOfWhatIsSigned) {
  const NoteVerifier verifier = *NoteVerifier::Parse(kPeterVerifier);
  const std::string note = kPeterNote;
  for (size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string altered = note;
      altered[i] = static_cast<char>(altered[i] ^ 1 << bit);
      const absl::StatusOr<SignedNote> read = SignedNote::Parse(altered);
      EXPECT_FALSE(read.ok() && CheckNote(*read, verifier).ok()) << i << " bit " << bit;
    }
  }
}

TEST(SignedNote, HoldsCosignaturesWithTheirTime) {
  const SigningKey log = SigningKey::Generate();
  const SigningKey witness = SigningKey::Generate();
  SignedNote note{"ayni.example/market\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", {}};
  note.signatures.push_back(SignNote(log, "ayni.example/market", note.text));
  note.signatures.push_back(CosignNote(witness, "ayni.example/market", note.text, 1764300000));
  const SignedNote read = *SignedNote::Parse(note.ToString());
  EXPECT_EQ(*CheckNote(read, VerifierOf(log, NoteAlgorithm::kEd25519)), 0u);
  EXPECT_EQ(*CheckNote(read, VerifierOf(witness, NoteAlgorithm::kCosignature)), 1764300000u);
  // Neither stands for the other, nor for a key of the same name.
  EXPECT_FALSE(CheckNote(read, VerifierOf(log, NoteAlgorithm::kCosignature)).ok());
  EXPECT_FALSE(CheckNote(read, VerifierOf(witness, NoteAlgorithm::kEd25519)).ok());
  EXPECT_FALSE(CheckNote(read, VerifierOf(SigningKey::Generate(), NoteAlgorithm::kEd25519)).ok());
  // Nor may the time be moved.
  SignedNote later = read;
  later.signatures[1].bytes[7] ^= 1;
  EXPECT_FALSE(CheckNote(later, VerifierOf(witness, NoteAlgorithm::kCosignature)).ok());
}

TEST(SignedNote, SaysWhatIsNoNote) {
  const auto why = [](const std::string& text) {
    return std::string(SignedNote::Parse(text).status().message());
  };
  EXPECT_THAT(why(""), HasSubstr("no empty line"));
  EXPECT_THAT(why("text\n\n"), HasSubstr("does not end"));
  EXPECT_THAT(why("text\n\nPeter AAAA\n"), HasSubstr("em dash"));
  EXPECT_THAT(why("text\n\n\u2014 Peter %%%%\n"), HasSubstr("base64"));
  EXPECT_THAT(why("text\n\n\u2014 Peter AAAAAAA=\n" + std::string(kNoteBytesMax, 'a')), HasSubstr("at most"));
  std::string many = "text\n\n";
  for (size_t i = 0; i <= kNoteSignaturesMax; ++i) absl::StrAppend(&many, "\u2014 Peter AAAAAAA=\n");
  EXPECT_THAT(why(many), HasSubstr("at most"));
}

TEST(NoteVerifier, SaysWhatIsNoKey) {
  const auto why = [](const std::string& text) {
    return std::string(NoteVerifier::Parse(text).status().message());
  };
  EXPECT_THAT(why("PeterNeumann"), HasSubstr("NAME+8"));
  EXPECT_THAT(why(absl::StrReplaceAll(kPeterVerifier, {{"c74f20a3", "c74f20a4"}})),
              HasSubstr("copied whole"));
  EXPECT_THAT(why(absl::StrReplaceAll(kPeterVerifier, {{"PeterNeumann", "Peter Neumann"}})),
              HasSubstr("spaces"));
  EXPECT_THAT(why("PeterNeumann+c74f20a3+ARpc"), HasSubstr("33 bytes"));
  EXPECT_THAT(why("PeterNeumann+c74f20a3+AhpcBxQ8OExB6DDFvOEqqIF+xWSaqr8sMTiLNbLXRNbW"),
              HasSubstr("algorithm 2"));
}

TEST(SigningKey, IsWrittenAndReadAsOpenSslDoes) {
  const SigningKey key = SigningKey::Generate();
  const absl::StatusOr<SigningKey> read = SigningKey::FromPem(key.ToPem());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->public_key(), key.public_key());
  EXPECT_EQ(read->Sign("text"), key.Sign("text"));  // RFC 8032: the same signature each time
  EXPECT_THAT(std::string(SigningKey::FromPem("no key").status().message()), HasSubstr("Ed25519"));
}

}  // namespace
}  // namespace ayni::storage
