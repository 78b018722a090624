#include "services/round/match_gate.h"

#include <utility>

namespace ayni::services {
namespace {

constexpr char kKey[] = "match_gate:";

}  // namespace

absl::StatusOr<MatchGate> ReadMatchGate(const storage::Reader& reader) {
  auto stored = reader.Get(kKey);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return MatchGate();
  return MatchGate{(*stored)->version, std::move((*stored)->value)};
}

void RestOnGate(const MatchGate& gate, storage::Change* change) {
  change->preconditions.push_back(gate.version == 0 ? storage::Precondition::Absent(kKey)
                                                    : storage::Precondition::At(kKey, gate.version));
}

void PassGate(const MatchGate& gate, storage::Change* change) {
  RestOnGate(gate, change);
  OpenGate(change);
}

void CloseGate(const std::string& round, storage::Change* change) { change->puts.push_back({kKey, round}); }

void OpenGate(storage::Change* change) { change->puts.push_back({kKey, ""}); }

}  // namespace ayni::services
