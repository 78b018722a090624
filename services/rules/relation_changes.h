// Relations that a rule blocks by: no administrator alone changes one such that a block may be lifted.
#ifndef AYNI_SERVICES_RULES_RELATION_CHANGES_H_
#define AYNI_SERVICES_RULES_RELATION_CHANGES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "services/method.h"
#include "services/resource/standard_methods.h"

namespace ayni::services {

// For so long an administrator may take back alone what it stated itself: nobody could rely on it yet.
inline constexpr absl::Duration kOwnSlip = absl::Minutes(15);

// The id of the first rule of the policy that blocks, and by whose steps the change may lift a block,
// whatever the market holds now: it deletes a relation of a type that the rule reads, lowers its share,
// narrows its dates, claims what was confirmed, or says of kin what was not said before; or it confirms a
// relation of a type that lifts the rule's findings. Empty where there is none. `before` is null for a new
// relation, `after` for one that is deleted.
std::string RuleLiftedBy(const v1::Policy& policy, const v1::Relation* before, const v1::Relation* after);

// As Rules::hold (services/resource/rules.h). With the setting for a single administrator the change stands
// at once, and `after` says so.
std::unique_ptr<v1::Relation> HoldRelation(const Admission& admission, const std::string& reason,
                                           const v1::Relation& before, v1::Relation* after);

// Of no proposed change: FailedPrecondition. Of the one who proposed it, or who acts for one of its ends:
// PermissionDenied.
absl::StatusOr<Draft> ConfirmRelationChange(bool single_administrator, const Call& call,
                                            const Message& request, const StoredRecord& stored,
                                            StoreView* view);
absl::StatusOr<Draft> RejectRelationChange(const Call& call, const Message& request,
                                           const StoredRecord& stored, StoreView* view);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_RELATION_CHANGES_H_
