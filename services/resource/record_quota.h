// RecordQuota: how many needs, need templates, offers, budgets, agreements, skills and relations one member
// may have, so that none can fill the store, the index and every round.
//
// It counts by reading keys, which is dear, so it keeps an estimate that is never too low: each check that
// passes adds one, whatever comes of it, and an estimate that has reached its maximum is counted anew. A
// refusal is held for kQuotaRefusalHeld, so that asking again and again costs nothing. Several servers over
// one store may let a member pass a maximum by what they make at the same time.
#ifndef AYNI_SERVICES_RESOURCE_RECORD_QUOTA_H_
#define AYNI_SERVICES_RESOURCE_RECORD_QUOTA_H_

#include <cstdint>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/need_template.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/relation.pb.h"
#include "ayni/v1/skill.pb.h"
#include "services/resource/resource_type.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr int64_t kNeedsOfMemberMax = 100'000;
inline constexpr int64_t kNeedTemplatesOfMemberMax = 1'000;
inline constexpr int64_t kOffersOfMemberMax = 10'000;
inline constexpr int64_t kBudgetsOfMemberMax = 1'000;
inline constexpr int64_t kAgreementsOfMemberMax = 5'000;
inline constexpr int64_t kSkillsOfMemberMax = 1'000;
inline constexpr int64_t kRelationsOfMemberMax = 5'000;
inline constexpr absl::Duration kQuotaRefusalHeld = absl::Seconds(10);

// Thread-safety: Check from any thread.
class RecordQuota {
 public:
  RecordQuota();

  // Before any check.
  template <typename Record>
  void SetMax(int64_t max) {
    max_[&ResourceType::Of<Record>()] = max;
  }

  // Whether the owner may make one more record of the type: cooperatives/{cooperative} by a need's name
  // or a template's,
  // taps/{tap} by an offer's and a skill's, funders/{funder} by a budget's, and of a relation or an
  // agreement, parties/{party} at either end. ResourceExhausted where it has as many as it may; a type
  // without a maximum passes.
  absl::Status Check(const storage::Store& store, const ResourceType& type, absl::string_view owner,
                     absl::Time now);

 private:
  struct Estimate {
    int64_t count = -1;  // not counted yet
    absl::Time refused = absl::InfinitePast();
  };

  absl::flat_hash_map<const ResourceType*, int64_t> max_;
  std::mutex mutex_;
  absl::flat_hash_map<std::string, Estimate> estimates_;  // guarded by mutex_; by type and owner
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_RECORD_QUOTA_H_
