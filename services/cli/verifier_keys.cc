#include "services/cli/verifier_keys.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/text_view.h"

namespace ayni::cli {
namespace {

using storage::NoteVerifier;

absl::StatusOr<NoteVerifier> ParseVerifier(const std::string& flag, absl::string_view text) {
  absl::StatusOr<NoteVerifier> verifier =
      NoteVerifier::Parse(services::View(absl::StripAsciiWhitespace(text)));
  if (!verifier.ok())
    return absl::InvalidArgumentError(absl::StrCat("--", flag, ": ", verifier.status().message()));
  return verifier;
}

}  // namespace

std::vector<Flag> VerifierFlags(const std::string& what) {
  return {
      {"key", "KEY", absl::StrCat("the log's verifier key, got by another way than ", what), {}, false, true},
      {"witnesses",
       "KEYS",
       "verifier keys, with commas between them, all of which must have cosigned",
       {},
       false,
       false}};
}

absl::StatusOr<NoteVerifier> ReadVerifier(const std::string& flag, const Arguments& arguments) {
  return ParseVerifier(flag, arguments.Value(flag));
}

absl::StatusOr<std::vector<NoteVerifier>> ReadWitnesses(const Arguments& arguments) {
  std::vector<NoteVerifier> witnesses;
  const std::string keys = arguments.Value("witnesses");
  for (const absl::string_view text : absl::StrSplit(keys, ',', absl::SkipWhitespace())) {
    absl::StatusOr<NoteVerifier> witness = ParseVerifier("witnesses", text);
    if (!witness.ok()) return witness.status();
    witnesses.push_back(*std::move(witness));
  }
  return witnesses;
}

}  // namespace ayni::cli
