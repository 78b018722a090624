// Notes that several sign: C2SP signed-note, with Ed25519 signatures and the timestamped cosignatures of C2SP
// tlog-cosignature. Others of a note are kept and passed over.
//
//   note       text, a line feed, and a line a signature: "— " name " " base64(key id || signature)
//   key id     the first 4 bytes of SHA-256(name || 0x0A || algorithm || public key)
//   verifier   name "+" key id in hexadecimal "+" base64(algorithm || public key)
//
// Values; thread-safe as these are.
#ifndef AYNI_STORAGE_LEDGER_SIGNED_NOTE_H_
#define AYNI_STORAGE_LEDGER_SIGNED_NOTE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/ledger/ed25519.h"

namespace ayni::storage {

inline constexpr size_t kNoteBytesMax = 64 << 10;
inline constexpr size_t kNoteSignaturesMax = 64;
inline constexpr size_t kKeyNameBytesMax = 255;

enum class NoteAlgorithm : unsigned char {
  kEd25519 = 1,      // signs the text
  kCosignature = 4,  // signs "cosignature/v1\n" "time " seconds "\n" text, and carries the seconds
};

// Whom a reader of notes believes.
struct NoteVerifier {
  // InvalidArgument, which says what of it is wrong.
  static absl::StatusOr<NoteVerifier> Parse(std::string_view text);
  std::string ToString() const;
  uint32_t KeyId() const;

  std::string name;
  NoteAlgorithm algorithm = NoteAlgorithm::kEd25519;
  PublicKey key{};
};

// Whether a key may be called so: not empty, UTF-8 without spaces, control characters and plus signs.
bool IsKeyName(std::string_view name);

struct NoteSignature {
  std::string ToLine() const;

  std::string name;
  uint32_t key_id = 0;
  std::string bytes;  // after the key id
};

struct SignedNote {
  // InvalidArgument: it is no note, with what is wrong. Says nothing of whether its signatures are right.
  static absl::StatusOr<SignedNote> Parse(std::string_view note);
  std::string ToString() const;

  std::string text;  // ends in a line feed
  std::vector<NoteSignature> signatures;
};

// One line of a note, as in a cosignature that is sent alone.
absl::StatusOr<NoteSignature> ParseSignatureLine(std::string_view line);

// REQUIRES: IsKeyName(name), and the text ends in a line feed.
NoteSignature SignNote(const SigningKey& key, std::string_view name, std::string_view text);
NoteSignature CosignNote(const SigningKey& key, std::string_view name, std::string_view text,
                         uint64_t seconds);

// InvalidArgument: no signature of the verifier's key, or a wrong one: the note is not to be believed.
// Otherwise the seconds since 1970 at which it was cosigned, 0 of NoteAlgorithm::kEd25519.
absl::StatusOr<uint64_t> CheckNote(const SignedNote& note, const NoteVerifier& verifier);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_LEDGER_SIGNED_NOTE_H_
