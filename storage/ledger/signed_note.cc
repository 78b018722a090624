#include "storage/ledger/signed_note.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "storage/invariant.h"
#include "storage/ledger/sha256.h"

namespace ayni::storage {
namespace {

constexpr size_t kKeyIdBytes = 4;
constexpr size_t kSecondsBytes = 8;
constexpr absl::string_view kDash = "\u2014 ";

template <typename Number>
std::string BigEndian(Number value) {
  std::string bytes(sizeof(Number), '\0');
  for (size_t i = sizeof(Number); i-- > 0; value = static_cast<Number>(value >> 8))
    bytes[i] = static_cast<char>(value);
  return bytes;
}

template <typename Number>
Number FromBigEndian(std::string_view bytes) {
  Number value = 0;
  for (const char byte : bytes) value = static_cast<Number>(value << 8 | static_cast<unsigned char>(byte));
  return value;
}

std::string WithAlgorithm(const NoteVerifier& verifier) {
  std::string bytes(1, static_cast<char>(verifier.algorithm));
  bytes.append(reinterpret_cast<const char*>(verifier.key.data()), verifier.key.size());
  return bytes;
}

std::string CosignedMessage(uint64_t seconds, std::string_view text) {
  return absl::StrCat("cosignature/v1\ntime ", seconds, "\n", absl::string_view(text.data(), text.size()));
}

NoteSignature SignatureOf(const NoteVerifier& verifier, std::string bytes) {
  return {verifier.name, verifier.KeyId(), std::move(bytes)};
}

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

std::string_view Std(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace

bool IsKeyName(std::string_view name) {
  return !name.empty() && name.size() <= kKeyNameBytesMax &&
         std::none_of(name.begin(), name.end(), [](char letter) {
           return letter == '+' || absl::ascii_isspace(static_cast<unsigned char>(letter)) ||
                  absl::ascii_iscntrl(static_cast<unsigned char>(letter));
         });
}

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(std::string_view text) {
  // The name has no plus sign, base64 may.
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(text.data(), text.size()), absl::MaxSplits('+', 2));
  if (parts.size() != 3) return Wrong("a verifier key is written NAME+8 hexadecimal digits+base64");
  NoteVerifier verifier;
  verifier.name = parts[0];
  if (!IsKeyName(verifier.name)) return Wrong("the verifier key's name is empty or has spaces in it");
  std::string bytes;
  if (!absl::Base64Unescape(parts[2], &bytes) || bytes.size() != 1 + kPublicKeyBytes)
    return Wrong("what follows the verifier key's second + is not the base64 of 33 bytes");
  verifier.algorithm = static_cast<NoteAlgorithm>(bytes[0]);
  if (verifier.algorithm != NoteAlgorithm::kEd25519 && verifier.algorithm != NoteAlgorithm::kCosignature)
    return Wrong(absl::StrCat("the verifier key is of algorithm ", static_cast<int>(bytes[0]),
                              "; 1 (Ed25519) and 4 (cosignatures) are known"));
  std::copy(bytes.begin() + 1, bytes.end(), verifier.key.begin());
  if (parts[1] != absl::StrFormat("%08x", verifier.KeyId()))
    return Wrong(
        "the verifier key's hexadecimal digits are not those of its name and key: was it copied whole?");
  return verifier;
}

std::string NoteVerifier::ToString() const {
  return absl::StrCat(name, absl::StrFormat("+%08x+", KeyId()), absl::Base64Escape(WithAlgorithm(*this)));
}

uint32_t NoteVerifier::KeyId() const {
  const std::string bytes = WithAlgorithm(*this);
  return FromBigEndian<uint32_t>(View(Sha256({name, "\n", bytes})).substr(0, kKeyIdBytes));
}

std::string NoteSignature::ToLine() const {
  return absl::StrCat(kDash, name, " ", absl::Base64Escape(BigEndian(key_id) + bytes));
}

absl::StatusOr<NoteSignature> ParseSignatureLine(std::string_view line) {
  absl::string_view rest(line.data(), line.size());
  if (!absl::ConsumePrefix(&rest, kDash)) return Wrong("a signature line begins with an em dash and a space");
  const std::vector<std::string> words = absl::StrSplit(rest, ' ');
  NoteSignature signature;
  if (words.size() != 2 || !IsKeyName(words[0]))
    return Wrong("a signature line is a dash, a key's name and base64");
  std::string bytes;
  if (!absl::Base64Unescape(words[1], &bytes) || bytes.size() <= kKeyIdBytes ||
      absl::Base64Escape(bytes) != words[1])
    return Wrong("a signature is the base64 of a key id and more");
  signature.name = words[0];
  signature.key_id = FromBigEndian<uint32_t>(Std(bytes).substr(0, kKeyIdBytes));
  signature.bytes = bytes.substr(kKeyIdBytes);
  return signature;
}

absl::StatusOr<SignedNote> SignedNote::Parse(std::string_view note) {
  if (note.size() > kNoteBytesMax) return Wrong(absl::StrCat("a note has at most ", kNoteBytesMax, " bytes"));
  // The text may have empty lines, signatures have none.
  const size_t end = note.rfind("\n\n");
  if (end == std::string_view::npos) return Wrong("no empty line stands between a text and signatures");
  SignedNote parsed;
  parsed.text = std::string(note.substr(0, end + 1));
  absl::string_view lines(note.data() + end + 2, note.size() - end - 2);
  if (!absl::ConsumeSuffix(&lines, "\n"))
    return Wrong("the last signature line does not end: is the note cut off?");
  for (const absl::string_view line : absl::StrSplit(lines, '\n')) {
    if (parsed.signatures.size() == kNoteSignaturesMax)
      return Wrong(absl::StrCat("a note has at most ", kNoteSignaturesMax, " signatures"));
    absl::StatusOr<NoteSignature> signature = ParseSignatureLine(Std(line));
    if (!signature.ok()) return signature.status();
    parsed.signatures.push_back(*std::move(signature));
  }
  return parsed;
}

std::string SignedNote::ToString() const {
  std::string note = text + "\n";
  for (const NoteSignature& signature : signatures) absl::StrAppend(&note, signature.ToLine(), "\n");
  return note;
}

NoteSignature SignNote(const SigningKey& key, std::string_view name, std::string_view text) {
  INVARIANT(IsKeyName(name) && !text.empty() && text.back() == '\n');
  const NoteVerifier verifier{std::string(name), NoteAlgorithm::kEd25519, key.public_key()};
  const Signature signature = key.Sign(text);
  return SignatureOf(verifier, std::string(signature.begin(), signature.end()));
}

NoteSignature CosignNote(const SigningKey& key, std::string_view name, std::string_view text,
                         uint64_t seconds) {
  INVARIANT(IsKeyName(name) && !text.empty() && text.back() == '\n');
  const NoteVerifier verifier{std::string(name), NoteAlgorithm::kCosignature, key.public_key()};
  const Signature signature = key.Sign(CosignedMessage(seconds, text));
  return SignatureOf(verifier, BigEndian(seconds) + std::string(signature.begin(), signature.end()));
}

absl::StatusOr<uint64_t> CheckNote(const SignedNote& note, const NoteVerifier& verifier) {
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != verifier.name || signature.key_id != verifier.KeyId()) continue;
    const bool is_timed = verifier.algorithm == NoteAlgorithm::kCosignature;
    const std::string_view bytes = signature.bytes;
    if (bytes.size() != (is_timed ? kSecondsBytes : 0) + kSignatureBytes)
      return Wrong(absl::StrCat("the signature of ", verifier.name, " has a wrong length"));
    const uint64_t seconds = is_timed ? FromBigEndian<uint64_t>(bytes.substr(0, kSecondsBytes)) : 0;
    const bool is_right =
        is_timed ? IsSigned(verifier.key, CosignedMessage(seconds, note.text), bytes.substr(kSecondsBytes))
                 : IsSigned(verifier.key, note.text, bytes);
    if (!is_right)
      return Wrong(absl::StrCat("the signature of ", verifier.name,
                                " is not of this text: it was altered, or the "
                                "signature was"));
    return seconds;
  }
  return Wrong(absl::StrCat("no signature of ", verifier.name, " with the key that was given"));
}

}  // namespace ayni::storage
