// A round's bundle, from lines that changes reach better than what is compressed and in base64:
//
//   column NAME NUMBER...     a column, or a part of one
//   statement JSON
//   policy BASE64             the record of its policy
//
// Read or refused without harm; what is read is checked without harm, believed by nobody without a key, and a
// small market cleared again. The bytes are read as a file of their own, too.
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/bundle/bundle_check.h"
#include "services/bundle/bundle_file.h"
#include "services/bundle/bundle_replay.h"
#include "services/invariant.h"
#include "storage/ledger/sha256.h"
#include "tests/fuzz/fuzz_target.h"

namespace ayni::services {
namespace {

constexpr int64_t kReplayedEdgesMax = 64;

v1::RoundBundle BundleOf(absl::string_view text) {
  v1::RoundBundle bundle;
  bundle.set_format(kBundleFormat);
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::ConsumePrefix(&line, "statement ")) {
      bundle.add_statement(std::string(line));
    } else if (absl::ConsumePrefix(&line, "policy ")) {
      absl::Base64Unescape(line, bundle.mutable_policy()->mutable_record());
    } else if (absl::ConsumePrefix(&line, "column ")) {
      const std::vector<std::string> words = absl::StrSplit(line, ' ');
      BundleMarket::Column numbers;
      for (size_t at = 1; at < words.size(); ++at) {
        int64_t number = 0;
        if (absl::SimpleAtoi(words[at], &number)) numbers.push_back(number);
      }
      AddColumn(words[0].c_str(), numbers, &bundle);
    }
  }
  return bundle;
}

void TryOn(absl::string_view bytes) {
  // Texts of a message are UTF-8, which JSON sees to.
  std::string text(bytes);
  for (char& each : text) each = static_cast<unsigned char>(each) < 0x80 ? each : '?';
  if (const auto raw = ReadBundleFile({bytes.data(), bytes.size()}); raw.ok()) CheckBundle(*raw, {});
  // What is no text has no JSON.
  const auto file = BundleFile(BundleOf(text));
  if (!file.ok()) return;
  const auto contents = ReadBundleFile(*file);
  if (!contents.ok()) return;
  const auto findings = CheckBundle(*contents, {});
  INVARIANT(!findings.empty() && !findings.front().is_right, "believed without a key");
  if (contents->problem.edge_count() > kReplayedEdgesMax) return;
  const auto replay = Replay(*contents);
  INVARIANT(!replay.ok() || replay->solution_digest.size() == storage::kSha256Bytes, "no digest");
}

}  // namespace
}  // namespace ayni::services

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  ayni::services::TryOn({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
