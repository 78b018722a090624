// How fast a ledger is checked: an export of a million leaves as large as the market's, on one thread, beside
// what SHA-256 alone takes of the same bytes, in one call a leaf and a node, which is the least that any
// verifier of RFC 6962 hashes.
//
//   ledger_bench [LEAVES [RUNS]]
#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/ledger.pb.h"
#include "services/cli/ledger_folder.h"
#include "tests/ledger_files.h"
#include "tests/temporary_folder.h"

namespace ayni::cli {
namespace {

using storage::SigningKey;

double SecondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double MedianOf(int runs, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int i = 0; i < runs; ++i) seconds.push_back(SecondsOf(work));
  std::nth_element(seconds.begin(), seconds.begin() + runs / 2, seconds.end());
  return seconds[static_cast<size_t>(runs / 2)];
}

std::string LeafOf(uint64_t index) {
  v1::LedgerEvent event;
  event.set_actor("principals/cooperative-17");
  event.set_method("ayni.v1.NeedService/CreateNeed");
  event.mutable_time()->set_seconds(static_cast<int64_t>(1764300000 + index));
  event.set_request_id(absl::StrCat("0123456789abcdef0123456789a", index));
  event.set_resource(absl::StrCat("cooperatives/coop-17/needs/need-", index));
  event.set_after_digest(std::string(32, static_cast<char>(index)));
  event.set_blind(std::string(16, static_cast<char>(index >> 8)));
  return event.SerializeAsString();
}

// SHA-256 of each leaf and of as many nodes, nothing else.
void HashAlone(const std::vector<std::string>& leaves) {
  EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  unsigned char digest[32] = {}, node[65] = {1};
  for (const std::string& leaf : leaves) {
    for (const auto& [bytes, size] :
         {std::pair<const void*, size_t>(leaf.data(), leaf.size()), {node, sizeof(node)}}) {
      if (EVP_DigestInit_ex(context, sha256, nullptr) != 1 || EVP_DigestUpdate(context, bytes, size) != 1 ||
          EVP_DigestFinal_ex(context, digest, nullptr) != 1)
        std::abort();
    }
    node[1] = digest[0];
  }
  EVP_MD_CTX_free(context);
  EVP_MD_free(sha256);
}

int Main(int argc, char** argv) {
  const uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const int runs = argc > 2 ? std::atoi(argv[2]) : 5;
  TemporaryFolder folder;
  const SigningKey key = SigningKey::Generate();
  std::vector<std::string> leaves;
  for (uint64_t i = 0; i < count; ++i) leaves.push_back(LeafOf(i));
  storage::WriteLedger(folder.path(), leaves, key);
  LedgerFolderOptions options;
  options.log = {storage::kLedgerOrigin, storage::NoteAlgorithm::kEd25519, key.public_key()};

  uint64_t bytes = 0;
  for (const std::string& leaf : leaves) bytes += leaf.size();
  std::printf("%llu leaves of %.0f bytes, one thread, median of %d\n", static_cast<unsigned long long>(count),
              static_cast<double>(bytes) / static_cast<double>(count), runs);
  const double alone = MedianOf(runs, [&] { HashAlone(leaves); });
  const double tree = MedianOf(runs, [&] {
    storage::MerkleFrontier frontier;
    for (const std::string& leaf : leaves) frontier.Add(storage::LeafHashOf(leaf));
    if (frontier.size() != count) std::abort();
  });
  const double verified = MedianOf(runs, [&] {
    if (!VerifyLedgerFolder(folder.path(), options).ok()) std::abort();
  });
  std::printf("%-44s %8s %14s %10s\n", "", "seconds", "M leaves/s", "of limit");
  for (const auto& [name, seconds] :
       {std::pair<const char*, double>("SHA-256 of leaves and nodes alone (limit)", alone),
        {"the tree in memory", tree},
        {"an export from its files (ledger verify)", verified}})
    std::printf("%-44s %8.3f %14.2f %9.2fx\n", name, seconds, static_cast<double>(count) / seconds / 1e6,
                seconds / alone);
  return 0;
}

}  // namespace
}  // namespace ayni::cli

int main(int argc, char** argv) { return ayni::cli::Main(argc, argv); }
