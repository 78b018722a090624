#include "services/ledger/notary.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/errors.h"
#include "services/invariant.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "services/resource/stored.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"
#include "storage/ledger/checkpoint_text.h"

namespace ayni::services {
namespace {

using storage::NoteVerifier;
using storage::SignedNote;

const ResourceType& Type() { return ResourceType::Of<v1::Checkpoint>(); }

absl::StatusOr<std::optional<v1::Checkpoint>> ReadLast(const storage::Store& store) {
  auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  std::string last;
  const auto cursor = (*snapshot)->Scan(storage::KeyRange::Prefix(RecordKey(Type(), "")));
  while (cursor->Next()) last = std::string(cursor->value());
  if (!cursor->status().ok()) return cursor->status();
  if (last.empty()) return std::optional<v1::Checkpoint>();
  v1::Checkpoint checkpoint;
  if (!checkpoint.ParseFromString(last)) return absl::DataLossError("the last checkpoint can't be read");
  return std::optional<v1::Checkpoint>(std::move(checkpoint));
}

absl::Status WrongCosignature(const std::string& what) {
  Violations violations;
  violations.Add(FieldPath() / "cosignature", what);
  return violations.ToStatus();
}

}  // namespace

std::string CheckpointName(uint64_t leaf_count) { return absl::StrFormat("checkpoints/%012d", leaf_count); }

Notary::Notary(storage::Store* store, storage::SigningKey key, std::string origin,
               std::vector<NoteVerifier> witnesses, Clock clock)
    : store_(*store),
      key_(std::move(key)),
      origin_(std::move(origin)),
      witnesses_(std::move(witnesses)),
      clock_(std::move(clock)),
      tree_(store) {
  INVARIANT(storage::IsKeyName(origin_), origin_);
}

absl::Status Notary::Check() {
  const absl::MutexLock lock(&signing_mutex_);
  return Continue();
}

absl::StatusOr<v1::Checkpoint> Notary::Sign() {
  const absl::MutexLock lock(&signing_mutex_);
  if (absl::Status status = Continue(); !status.ok()) return status;
  const uint64_t leaf_count = store_.leaf_count();
  const absl::StatusOr<std::optional<v1::Checkpoint>> last = FindLast();
  if (!last.ok()) return last.status();
  if (last->has_value() && static_cast<uint64_t>((*last)->leaf_count()) == leaf_count) return **last;
  const absl::StatusOr<storage::MerkleHash> root = tree_.Root(leaf_count);
  if (!root.ok()) return root.status();
  v1::Checkpoint checkpoint;
  checkpoint.set_name(CheckpointName(leaf_count));
  checkpoint.set_leaf_count(static_cast<int64_t>(leaf_count));
  checkpoint.set_root_hash(root->data(), root->size());
  *checkpoint.mutable_time() = ToTimestamp(clock_());
  SignedNote note{storage::CheckpointText{origin_, leaf_count, *root}.ToString(), {}};
  note.signatures.push_back(SignNote(key_, origin_, note.text));
  checkpoint.set_note(note.ToString());
  if (absl::Status written = Write(checkpoint, 0); !written.ok()) return written;
  SetLast(checkpoint);
  return checkpoint;
}

absl::StatusOr<v1::Checkpoint> Notary::Last() {
  absl::StatusOr<std::optional<v1::Checkpoint>> last = FindLast();
  if (!last.ok()) return last.status();
  if (!last->has_value()) return ResourceNotFound(Type().type(), "checkpoints/latest");
  return **std::move(last);
}

absl::StatusOr<v1::Checkpoint> Notary::AddCosignature(const std::string& name, const std::string& line) {
  const absl::StatusOr<storage::NoteSignature> cosignature = storage::ParseSignatureLine(line);
  if (!cosignature.ok()) return WrongCosignature(std::string(cosignature.status().message()));
  const auto witness = std::find_if(witnesses_.begin(), witnesses_.end(), [&](const NoteVerifier& known) {
    return known.name == cosignature->name && known.KeyId() == cosignature->key_id;
  });
  if (witness == witnesses_.end()) {
    return WrongCosignature(
        absl::StrCat("is of ", cosignature->name,
                     ", which is no witness with this key that the server knows: `ayni ledger key` tells "
                     "whom it knows, and aynid is told with --ledger-witnesses"));
  }
  const absl::MutexLock lock(&signing_mutex_);
  const absl::StatusOr<StoredRecord> stored = ReadRecord(store_, Type(), name);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return ResourceNotFound(Type().type(), name);
  auto checkpoint = static_cast<const v1::Checkpoint&>(*stored->record);
  absl::StatusOr<SignedNote> note = SignedNote::Parse(checkpoint.note());
  if (!note.ok()) return absl::DataLossError(absl::StrCat(name, ": ", note.status().message()));
  const auto is_older = [&](const storage::NoteSignature& signature) {
    return signature.name == cosignature->name && signature.key_id == cosignature->key_id;
  };
  note->signatures.erase(std::remove_if(note->signatures.begin(), note->signatures.end(), is_older),
                         note->signatures.end());
  note->signatures.push_back(*cosignature);
  if (const auto signed_at = CheckNote(*note, *witness); !signed_at.ok())
    return WrongCosignature(std::string(signed_at.status().message()));
  checkpoint.set_note(note->ToString());
  if (absl::Status written = Write(checkpoint, stored->version); !written.ok()) return written;
  const absl::StatusOr<std::optional<v1::Checkpoint>> last = FindLast();
  if (last.ok() && last->has_value() && (*last)->name() == name) SetLast(checkpoint);
  return checkpoint;
}

v1::LedgerKey Notary::Key() const {
  v1::LedgerKey key;
  key.set_origin(origin_);
  key.set_verifier(NoteVerifier{origin_, storage::NoteAlgorithm::kEd25519, key_.public_key()}.ToString());
  for (const NoteVerifier& witness : witnesses_) key.add_witnesses(witness.ToString());
  return key;
}

std::string Notary::refusal() const {
  const absl::MutexLock lock(&mutex_);
  return refusal_;
}

absl::Status Notary::Continue() {
  if (continues_) return absl::OkStatus();
  const absl::StatusOr<std::optional<v1::Checkpoint>> last = FindLast();
  if (!last.ok()) return last.status();
  if (last->has_value()) {
    if (absl::Status status = Compare(**last); !status.ok()) {
      const absl::MutexLock lock(&mutex_);
      refusal_ = std::string(status.message());
      return status;
    }
  }
  continues_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<v1::Checkpoint>> Notary::FindLast() {
  {
    const absl::MutexLock lock(&mutex_);
    if (was_read_) return last_;
  }
  absl::StatusOr<std::optional<v1::Checkpoint>> last = ReadLast(store_);
  if (!last.ok()) return last;
  const absl::MutexLock lock(&mutex_);
  // Another may have been signed meanwhile.
  if (!was_read_) last_ = *std::move(last);
  was_read_ = true;
  return last_;
}

void Notary::SetLast(v1::Checkpoint last) {
  const absl::MutexLock lock(&mutex_);
  was_read_ = true;
  last_ = std::move(last);
}

absl::Status Notary::Compare(const v1::Checkpoint& last) {
  const absl::StatusOr<storage::MerkleHash> root = tree_.Root(static_cast<uint64_t>(last.leaf_count()));
  if (!root.ok() && !absl::IsOutOfRange(root.status())) return root.status();
  if (root.ok() && storage::View(*root) == std::string_view(last.root_hash())) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the ledger does not continue ", last.name(),
      root.ok() ? ", which it signed with another root" : ", which it signed with more leaves",
      ": its leaves were altered, cut off or put back to an older copy; nothing more is signed"));
}

// Checkpoints are the one kind of record without a leaf: each would make the next one due.
absl::Status Notary::Write(const v1::Checkpoint& checkpoint, storage::Version version) {
  storage::Change change;
  const std::string key = RecordKey(Type(), checkpoint.name());
  change.preconditions.push_back(version == 0 ? storage::Precondition::Absent(key)
                                              : storage::Precondition::At(key, version));
  change.puts.push_back({key, checkpoint.SerializeAsString()});
  return store_.CommitAndWait(std::move(change)).status();
}

}  // namespace ayni::services
