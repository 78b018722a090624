#include "services/round/round_request.h"

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/resource/check_name.h"
#include "services/resource/field_path.h"
#include "services/resource/violations.h"

namespace ayni::services {

bool WasPublished(const v1::Round& round) {
  return round.state() == v1::Round::STATE_PUBLISHED || round.state() == v1::Round::STATE_UNDONE;
}

absl::StatusOr<const StoredRecord*> ReadAsSeen(const ResourceType& type, const std::string& name,
                                               const std::string& etag, StoreView* view) {
  Violations violations;
  CheckName(type, name, FieldPath() / "name", &violations);
  if (!violations.empty()) return violations.ToStatus();
  const StoredRecord& stored = view->Read(type, name);
  if (!view->status().ok()) return view->status();
  if (stored.version == 0) return ResourceNotFound(type.type(), name);
  const std::string current = EtagOf(stored.version);
  if (!etag.empty() && etag != current) return EtagDiffers(name, etag, current);
  return &stored;
}

absl::StatusOr<const StoredRecord*> ReadRoundFor(const std::string& name, const std::string& etag,
                                                 v1::Round::State state, StoreView* view) {
  const absl::StatusOr<const StoredRecord*> round =
      ReadAsSeen(ResourceType::Of<v1::Round>(), name, etag, view);
  if (!round.ok()) return round;
  const StoredRecord& stored = **round;
  const v1::Round::State actual = static_cast<const v1::Round&>(*stored.record).state();
  if (actual == state) return &stored;
  return StateForbids(absl::StrCat("ROUND_NOT_", v1::Round::State_Name(state).substr(6)), name,
                      absl::StrCat("is ", v1::Round::State_Name(actual).substr(6), ", and must be ",
                                   v1::Round::State_Name(state).substr(6)));
}

}  // namespace ayni::services
