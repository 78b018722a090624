#include "services/cli/token_draw.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/cli/file.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

// As the server draws its own: services/access/secret.h.
constexpr size_t kRandomBytes = 32;

std::string NewSecret() {
  std::array<unsigned char, kRandomBytes> random;
  INVARIANT(RAND_bytes(random.data(), random.size()) == 1, "the system gives no random bytes");
  return absl::StrCat("ayni_", absl::WebSafeBase64Escape(absl::string_view(
                                   reinterpret_cast<const char*>(random.data()), random.size())));
}

std::string HexDigest(const std::string& secret) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), digest.data());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

absl::StatusOr<ExitCode> RunTokenDraw(const Invocation& invocation) {
  absl::StatusOr<SecretFile> file = SecretFile::Create(invocation.arguments.Value("out"));
  if (!file.ok()) return file.status();
  const std::string secret = NewSecret();
  if (absl::Status filled = file->Fill(secret); !filled.ok()) return filled;
  invocation.environment.out << HexDigest(secret) << "\n";
  invocation.environment.err
      << "the secret is in " << invocation.arguments.Value("out")
      << ": keep it, and give the digest above to who makes the token, and by yourself "
         "to who approves it\n";
  return kDone;
}

}  // namespace

Command TokenDrawCommand() {
  Command command;
  command.noun = "token";
  command.verb = "draw";
  command.summary =
      "Draws the secret of a token that another administrator is to make for you, so that nobody else ever "
      "has "
      "it. Asks no server. Prints the digest, which `token create --secret-sha256` and `token approve "
      "--secret-sha256` take.";
  command.grammar.flags = {{"out", "FILE", "a new file that only you may read", {}, true, true}};
  for (Flag& flag : GeneralFlags()) command.grammar.flags.push_back(std::move(flag));
  command.example = "ayni token draw --out my.token";
  command.run = RunTokenDraw;
  return command;
}

}  // namespace ayni::cli
