#include "services/ledger/notary_methods.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/ledger_service.pb.h"
#include "services/errors.h"
#include "services/resource/form.h"
#include "services/resource/violations.h"
#include "services/rules/ledger_methods.h"

namespace ayni::services {
namespace {

using storage::Tile;

constexpr char kLatest[] = "checkpoints/latest";

template <typename Answer>
absl::StatusOr<std::unique_ptr<Message>> Answered(absl::StatusOr<Answer> answer) {
  if (!answer.ok()) return answer.status();
  return std::make_unique<Answer>(*std::move(answer));
}

absl::Status WrongField(const char* field, const std::string& what) {
  Violations violations;
  violations.Add(FieldPath() / field, what);
  return violations.ToStatus();
}

// Adds what is wrong with a number of leaves.
void CheckLeafCount(const char* field, int64_t given, uint64_t count, Violations* violations) {
  if (given >= 1 && static_cast<uint64_t>(given) <= count) return;
  violations->Add(FieldPath() / field,
                  absl::StrCat("must be 1 to ", count, ", the leaves that the ledger has now, is ", given));
}

v1::LedgerProof ProofOf(int64_t first, int64_t second, const storage::MerkleProof& hashes) {
  v1::LedgerProof proof;
  proof.set_first(first);
  proof.set_second(second);
  for (const storage::MerkleHash& hash : hashes) proof.add_hashes(hash.data(), hash.size());
  return proof;
}

absl::StatusOr<v1::LedgerProof> Inclusion(const v1::GetInclusionProofRequest& request,
                                          const storage::Store& store, Notary* notary) {
  Violations violations;
  uint64_t index = 0;
  if (!LedgerEntryIndex(request.name(), &index)) {
    violations.Add(FieldPath() / "name",
                   absl::StrCat("must be as in ", LedgerEntryName(42), ", is ", Quoted(request.name())));
  }
  CheckLeafCount("leaf_count", request.leaf_count(), store.leaf_count(), &violations);
  if (violations.empty() && index >= static_cast<uint64_t>(request.leaf_count())) {
    violations.Add(FieldPath() / "leaf_count",
                   absl::StrCat("must be above ", index, ", the entry's index, is ", request.leaf_count()));
  }
  if (!violations.empty()) return violations.ToStatus();
  const auto proof = notary->tree().Inclusion(index, static_cast<uint64_t>(request.leaf_count()));
  if (!proof.ok()) return proof.status();
  return ProofOf(static_cast<int64_t>(index), request.leaf_count(), *proof);
}

absl::StatusOr<v1::LedgerProof> Consistency(const v1::GetConsistencyProofRequest& request,
                                            const storage::Store& store, Notary* notary) {
  Violations violations;
  CheckLeafCount("second_leaf_count", request.second_leaf_count(), store.leaf_count(), &violations);
  CheckLeafCount("first_leaf_count", request.first_leaf_count(), store.leaf_count(), &violations);
  if (violations.empty() && request.first_leaf_count() > request.second_leaf_count()) {
    violations.Add(FieldPath() / "first_leaf_count",
                   absl::StrCat("must be at most second_leaf_count, ", request.second_leaf_count(), ", is ",
                                request.first_leaf_count()));
  }
  if (!violations.empty()) return violations.ToStatus();
  const auto proof = notary->tree().Consistency(static_cast<uint64_t>(request.first_leaf_count()),
                                                static_cast<uint64_t>(request.second_leaf_count()));
  if (!proof.ok()) return proof.status();
  return ProofOf(request.first_leaf_count(), request.second_leaf_count(), *proof);
}

absl::StatusOr<Tile> TileOf(int32_t level, int64_t index, int32_t width) {
  Violations violations;
  if (level < 0 || level >= storage::kTileLevelsMax) {
    violations.Add(FieldPath() / "level",
                   absl::StrCat("must be 0 to ", storage::kTileLevelsMax - 1, ", is ", level));
  }
  if (index < 0) violations.Add(FieldPath() / "index", absl::StrCat("must be 0 or more, is ", index));
  if (width < 0 || width > static_cast<int32_t>(storage::kTileWidth)) {
    violations.Add(FieldPath() / "width", absl::StrCat("must be 0 to ", storage::kTileWidth,
                                                       " (0: ", storage::kTileWidth, "), is ", width));
  }
  if (!violations.empty()) return violations.ToStatus();
  return Tile{level, static_cast<uint64_t>(index),
              width == 0 ? storage::kTileWidth : static_cast<uint64_t>(width)};
}

absl::Status NoSuchTile(const storage::Store& store) {
  return WrongField("index", absl::StrCat("with this width must be of hashes that the ledger has: it has ",
                                          store.leaf_count(), " leaves"));
}

absl::StatusOr<v1::ReadTileResponse> ReadTile(const v1::ReadTileRequest& request, const storage::Store& store,
                                              Notary* notary) {
  const absl::StatusOr<Tile> tile = TileOf(request.level(), request.index(), request.width());
  if (!tile.ok()) return tile.status();
  absl::StatusOr<std::string> bytes = notary->tree().ReadTile(*tile);
  if (absl::IsOutOfRange(bytes.status())) return NoSuchTile(store);
  if (!bytes.ok()) return bytes.status();
  v1::ReadTileResponse response;
  response.set_tile(*std::move(bytes));
  return response;
}

absl::StatusOr<v1::ReadEntryBundleResponse> ReadBundle(const v1::ReadEntryBundleRequest& request,
                                                       const storage::Store& store) {
  const absl::StatusOr<Tile> tile = TileOf(0, request.index(), request.width());
  if (!tile.ok()) return tile.status();
  const uint64_t leaf_count = store.leaf_count();
  if (tile->index > leaf_count / storage::kTileWidth ||
      tile->index * storage::kTileWidth + tile->width > leaf_count)
    return NoSuchTile(store);
  v1::ReadEntryBundleResponse response;
  uint64_t read = 0;
  while (read < tile->width) {
    const auto leaves = store.ReadLeaves(tile->index * storage::kTileWidth + read, tile->width - read);
    if (!leaves.ok()) return leaves.status();
    if (leaves->empty()) return absl::DataLossError("the ledger has fewer leaves than its head says");
    for (const storage::Leaf& leaf : *leaves) {
      if (leaf.bytes.size() > storage::kTileLeafBytesMax)
        return absl::DataLossError(
            absl::StrCat("leaf ", tile->index * storage::kTileWidth + read, " is too long"));
      storage::AppendEntry(leaf.bytes, response.mutable_bundle());
      ++read;
    }
  }
  return response;
}

// `run` gets the request, on the notary's thread: what it does may read the whole ledger, or wait for a
// commit.
template <typename Request, typename Run>
void AddOnThread(const std::string& method, Notary* notary, Run run, MethodTable* table) {
  table->Add(absl::StrCat("ayni.v1.LedgerService/", method),
             [notary, run](const std::shared_ptr<const Call>&,
                           const std::shared_ptr<const Requests>& requests, const Reply& reply) {
               notary->thread().Post([run, requests, reply] {
                 reply(Answered(run(static_cast<const Request&>(*requests->front()))));
               });
             });
}

}  // namespace

void AddNotaryMethods(storage::Store* store, Notary* notary, std::function<v1::LedgerHealth()> health,
                      MethodTable* table) {
  table->Wrap("ayni.v1.LedgerService/GetCheckpoint", [notary](MethodFunction get) -> MethodFunction {
    return [notary, get = std::move(get)](std::shared_ptr<const Call> call,
                                          std::shared_ptr<const Requests> requests, Reply reply) {
      if (static_cast<const v1::GetCheckpointRequest&>(*requests->front()).name() != kLatest)
        return get(std::move(call), std::move(requests), std::move(reply));
      notary->thread().Post([notary, reply] { reply(Answered(notary->Last())); });
    };
  });
  AddOnThread<v1::CreateCheckpointRequest>(
      "CreateCheckpoint", notary, [notary](const v1::CreateCheckpointRequest&) { return notary->Sign(); },
      table);
  AddOnThread<v1::AddCosignatureRequest>(
      "AddCosignature", notary,
      [notary](const v1::AddCosignatureRequest& request) {
        return notary->AddCosignature(request.name(), request.cosignature());
      },
      table);
  AddOnThread<v1::GetLedgerKeyRequest>(
      "GetLedgerKey", notary,
      [notary](const v1::GetLedgerKeyRequest&) -> absl::StatusOr<v1::LedgerKey> { return notary->Key(); },
      table);
  AddOnThread<v1::GetInclusionProofRequest>(
      "GetInclusionProof", notary,
      [store, notary](const v1::GetInclusionProofRequest& request) {
        return Inclusion(request, *store, notary);
      },
      table);
  AddOnThread<v1::GetConsistencyProofRequest>(
      "GetConsistencyProof", notary,
      [store, notary](const v1::GetConsistencyProofRequest& request) {
        return Consistency(request, *store, notary);
      },
      table);
  AddOnThread<v1::ReadTileRequest>(
      "ReadTile", notary,
      [store, notary](const v1::ReadTileRequest& request) { return ReadTile(request, *store, notary); },
      table);
  AddOnThread<v1::ReadEntryBundleRequest>(
      "ReadEntryBundle", notary,
      [store](const v1::ReadEntryBundleRequest& request) { return ReadBundle(request, *store); }, table);
  AddOnThread<v1::GetLedgerHealthRequest>(
      "GetLedgerHealth", notary,
      [health = std::move(health)](const v1::GetLedgerHealthRequest&) -> absl::StatusOr<v1::LedgerHealth> {
        return health();
      },
      table);
}

}  // namespace ayni::services
