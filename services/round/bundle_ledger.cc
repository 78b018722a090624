#include "services/round/bundle_ledger.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/ledger.pb.h"
#include "services/bundle/bundle_file.h"
#include "services/resource/digest.h"
#include "services/resource/leaf_walk.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

// A leaf that a bundle needs: the last of the resource with that digest.
struct Sought {
  const char* what;
  std::string resource;
  std::string after_digest;  // empty: the publication, which states something to everybody
  v1::BundleLeaf* leaf;
  bool is_found = false;

  bool Is(const v1::LedgerEvent& event) const {
    if (event.resource() != resource) return false;
    return after_digest.empty() ? !event.public_digest().empty()
                                : event.public_digest().empty() && event.after_digest() == after_digest;
  }
};

void SetRecord(std::string_view secret, const std::string& name, const std::string& record,
               v1::BundleLeaf* leaf) {
  leaf->set_record(record);
  leaf->set_salt(SaltOf(secret, name, Sha256(record)));
}

absl::Status FindLeaves(const storage::Store& store, std::vector<Sought>& sought) {
  v1::LedgerEvent event;
  const absl::Status status = ForEachLeaf(store, [&](uint64_t index, const std::string& bytes) {
    // Most are of other resources, and need not be read.
    const bool may_be = std::any_of(sought.begin(), sought.end(), [&](const Sought& each) {
      return bytes.find(each.resource) != std::string::npos;
    });
    if (!may_be || !event.ParseFromString(bytes)) return true;
    for (Sought& each : sought) {
      if (!each.Is(event)) continue;
      each.leaf->set_index(static_cast<int64_t>(index));
      each.leaf->set_leaf(bytes);
      each.is_found = true;
    }
    return true;
  });
  if (!status.ok()) return status;
  for (const Sought& each : sought) {
    if (!each.is_found)
      return absl::DataLossError(
          absl::StrCat("the ledger has no leaf of the ", each.what, " of ", each.resource));
  }
  return absl::OkStatus();
}

bool AllCosigned(const std::string& text, const v1::LedgerKey& key) {
  const auto note = storage::SignedNote::Parse(text);
  if (!note.ok()) return false;
  return std::all_of(key.witnesses().begin(), key.witnesses().end(), [&](const std::string& witness) {
    const auto verifier = storage::NoteVerifier::Parse(witness);
    return verifier.ok() && CheckNote(*note, *verifier).ok();
  });
}

absl::StatusOr<v1::Checkpoint> CheckpointOver(const storage::Store& store, Notary* notary, int64_t index) {
  const v1::LedgerKey key = notary->Key();
  const auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  std::optional<v1::Checkpoint> first;
  storage::KeyRange range = storage::KeyRange::Prefix(RecordKey(ResourceType::Of<v1::Checkpoint>(), ""));
  range.begin =
      RecordKey(ResourceType::Of<v1::Checkpoint>(), CheckpointName(static_cast<uint64_t>(index) + 1));
  const auto cursor = (*snapshot)->Scan(range);
  while (cursor->Next()) {
    v1::Checkpoint checkpoint;
    if (!checkpoint.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size())))
      return absl::DataLossError(absl::StrCat(std::string(cursor->key()), " can't be read"));
    if (AllCosigned(checkpoint.note(), key)) return checkpoint;
    if (!first) first = std::move(checkpoint);
  }
  if (!cursor->status().ok()) return cursor->status();
  if (first) return *first;
  return notary->Sign();
}

}  // namespace

absl::StatusOr<v1::RoundBundle> LedgerPartOf(const storage::Store& store, Notary* notary,
                                             const v1::Round& round, const BundleRecords& records) {
  const std::string& secret = store.secret();
  v1::RoundBundle bundle;
  bundle.set_format(kBundleFormat);
  SetRecord(secret, round.name(), records.created, bundle.mutable_creation());
  SetRecord(secret, round.name(), records.clearing, bundle.mutable_clearing());
  SetRecord(secret, round.policy(), records.policy, bundle.mutable_policy());
  const auto digest = [&](const std::string& name, const std::string& record) {
    return SealedDigest(secret, name, Sha256(record));
  };
  std::vector<Sought> sought = {
      {"creation", round.name(), digest(round.name(), records.created), bundle.mutable_creation()},
      {"clearing", round.name(), digest(round.name(), records.clearing), bundle.mutable_clearing()},
      {"publication", round.name(), "", bundle.mutable_publication()},
      {"version", round.policy(), digest(round.policy(), records.policy), bundle.mutable_policy()}};
  if (absl::Status status = FindLeaves(store, sought); !status.ok()) return status;
  const auto checkpoint = CheckpointOver(store, notary, bundle.publication().index());
  if (!checkpoint.ok()) return checkpoint.status();
  bundle.set_checkpoint(checkpoint->note());
  for (const Sought& each : sought) {
    const auto proof = notary->tree().Inclusion(static_cast<uint64_t>(each.leaf->index()),
                                                static_cast<uint64_t>(checkpoint->leaf_count()));
    if (!proof.ok()) return proof.status();
    for (const storage::MerkleHash& hash : *proof) each.leaf->add_proof(hash.data(), hash.size());
  }
  return bundle;
}

}  // namespace ayni::services
