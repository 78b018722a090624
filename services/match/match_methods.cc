#include <memory>

#include "ayni/v1/match.pb.h"
#include "services/match/match_life.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

struct Step {
  const char* method;
  absl::StatusOr<Draft> (*change)(const Call&, const Message&, const StoredRecord&, StoreView*);
};

constexpr Step kSteps[] = {
    {"AcknowledgeMatch", AcknowledgeMatch}, {"AcceptMatch", AcceptMatch},
    {"DeclineMatch", DeclineMatch},         {"StartMatch", StartMatch},
    {"DeliverMatch", DeliverMatch},         {"ConfirmMatch", ConfirmMatch},
    {"SettleMatch", SettleMatch},           {"CancelMatch", CancelMatch},
    {"DisputeMatch", DisputeMatch},         {"DecideMatchDispute", DecideMatchDispute}};

}  // namespace

void AddMatchMethods(storage::Store* store, MethodTable* table) {
  const auto foundation = std::make_shared<const Foundation>(Foundation{.store = store, .new_id = nullptr});
  for (const Step& step : kSteps)
    AddRecordChange(foundation, KindOf<v1::Match>(), "ayni.v1.MatchService", step.method, step.change, table);
}

}  // namespace ayni::services
