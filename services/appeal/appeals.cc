#include "services/appeal/appeals.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/appeal_service.pb.h"
#include "services/appeal/deciding.h"
#include "services/appeal/filing.h"
#include "services/resource/record_walk.h"
#include "services/resource/request_fields.h"
#include "services/resource/standard_methods.h"
#include "services/resource/time.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

constexpr char kService[] = "ayni.v1.AppealService";

}  // namespace

void Appeals::AddMethods(IdSource new_id, MethodTable* table) {
  const auto foundation = std::make_shared<const Foundation>(
      Foundation{.store = store_, .new_id = new_id, .single_administrator = single_administrator_});
  const Kind& kind = KindOf<v1::Appeal>();
  AddGet(foundation, kind, kService, table);
  AddList(foundation, kind, kService, table);
  AddRecordChange(foundation, kind, kService, "WithdrawAppeal", WithdrawAppeal, table);

  // The plans keep the foundation, whose cache they use.
  const std::string create = absl::StrCat(kService, "/CreateAppeal");
  const auto file = [foundation, new_id](const Call& call, const Requests& requests, StoreView* view) {
    return CreateAppeal(call, static_cast<const v1::CreateAppealRequest&>(*requests.front()), new_id, view);
  };
  table->Add(create, RunWrites(store_, foundation->cache.get(), {MethodOf(create), &kind, file}));

  const std::string decide = absl::StrCat(kService, "/DecideAppeal");
  const auto decision = [foundation, store = store_, single = single_administrator_](
                            const Call& call, const Requests& requests, StoreView* view) {
    return DecideAppeal(*store, single, call, static_cast<const v1::DecideAppealRequest&>(*requests.front()),
                        view);
  };
  table->Add(decide, RunWrites(store_, foundation->cache.get(),
                               {MethodOf(decide), &kind, decision,
                                [this](std::function<void()> work) { deciding_.Post(std::move(work)); }}));
}

std::vector<FigureFamily> Appeals::Figures(absl::Time now) const {
  int64_t open = 0;
  int64_t overdue = 0;
  const auto snapshot = store_->TakeSnapshot();
  if (!snapshot.ok()) return {};
  const absl::Status status = ForEachRecord<v1::Appeal>(
      **snapshot, "", [] { return false; },
      [&](const v1::Appeal& appeal) {
        if (appeal.state() != v1::Appeal::STATE_OPEN) return;
        ++open;
        if (TimeOf(appeal.decide_by_time()) < now) ++overdue;
      });
  if (!status.ok()) return {};
  return {Gauge("ayni_appeals_open", "Appeals that are not decided.", static_cast<double>(open)),
          Gauge("ayni_appeals_overdue", "Open appeals whose time to be decided is over.",
                static_cast<double>(overdue))};
}

}  // namespace ayni::services
