#include "services/round/late_conflicts.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/match.pb.h"
#include "google/protobuf/util/time_util.h"
#include "services/errors.h"
#include "services/held_units.h"
#include "services/market/current_method.h"
#include "services/market/engine_day.h"
#include "services/market/holdings.h"
#include "services/market/relation_book.h"
#include "services/resource/filter.h"
#include "services/resource/page.h"
#include "services/resource/record_scan.h"
#include "services/resource/stored.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

// The matches that one page looks at, and where it ends.
struct Looked {
  std::vector<v1::Match> matches;
  bool has_more = false;
};

absl::StatusOr<Looked> ReadMatches(const storage::Snapshot& snapshot, const std::string& round,
                                   const Page& page) {
  const Kind& kind = KindOf<v1::Match>();
  const Filter all;
  RecordScan scan(snapshot, kind, kind.type.Name(round, ""), all, page.after());
  Looked looked;
  while (scan.Next()) {
    if (static_cast<int>(looked.matches.size()) == page.size()) {
      looked.has_more = true;
      break;
    }
    looked.matches.push_back(static_cast<const v1::Match&>(scan.record()));
  }
  if (!scan.status().ok()) return scan.status();
  return looked;
}

bool IsShown(const v1::Match& match, const v1::Conflict& conflict) {
  return std::any_of(match.conflicts().begin(), match.conflicts().end(), [&](const v1::Conflict& shown) {
    return shown.rule() == conflict.rule() && shown.severity() <= conflict.severity();
  });
}

// As relations stood on the day of the match, and waivers.
std::vector<v1::Conflict> LateOn(const RelationBook& book, const v1::Match& match) {
  const ConflictSubject subject{.tap = book.FindParty(FirstId(match.tap())),
                                .cooperative = book.FindParty(FirstId(match.cooperative())),
                                .need_window = WindowOf(match.window()),
                                .advice = book.AdviceOf(match.service())};
  ConflictReader reader(book, DayOfUnixSeconds(match.create_time().seconds()));
  std::vector<v1::Conflict> late;
  for (v1::Conflict& conflict : reader.ConflictsOn(subject)) {
    if (!IsShown(match, conflict)) late.push_back(std::move(conflict));
  }
  return late;
}

void FillKnownTime(v1::LateConflict* late) {
  using google::protobuf::util::TimeUtil;
  for (const v1::ConflictEdge& edge : late->conflict().path()) {
    if (!late->has_known_time() || late->known_time() < edge.known_time())
      *late->mutable_known_time() = edge.known_time();
  }
}

absl::StatusOr<std::unique_ptr<Message>> ListLateConflicts(const storage::Store& store,
                                                           const LiveMarket& market, const Call& call,
                                                           const v1::ListLateConflictsRequest& request) {
  const auto page = ReadPageUnder(ResourceType::Of<v1::Round>(), request.parent(), store.secret(),
                                  request.page_size(), request.page_token(), call.method);
  if (!page.ok()) return page.status();
  auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto round = ReadRecord(**snapshot, ResourceType::Of<v1::Round>(), request.parent());
  if (!round.ok()) return round.status();
  if (round->version == 0) return ResourceNotFound("ayni.v1/Round", request.parent());
  const auto looked = ReadMatches(**snapshot, request.parent(), *page);
  if (!looked.ok()) return looked.status();
  auto response = std::make_unique<v1::ListLateConflictsResponse>();
  const absl::Status found =
      market.ReadWithConflicts([&](const NamedMarket&, const LimitBook& book, const RelationBook& relations) {
        if (!book.policy().ok()) return book.policy().status();
        for (const v1::Match& match : looked->matches) {
          if (!Holds(match)) continue;
          for (v1::Conflict& conflict : LateOn(relations, match)) {
            v1::LateConflict* late = response->add_late_conflicts();
            late->set_match(match.name());
            late->set_tap(match.tap());
            *late->mutable_conflict() = std::move(conflict);
          }
        }
        return absl::OkStatus();
      });
  if (!found.ok()) return found;
  for (v1::LateConflict& late : *response->mutable_late_conflicts()) {
    google::protobuf::RepeatedPtrField<v1::Conflict> one;
    one.Add()->Swap(late.mutable_conflict());
    if (absl::Status status = FillEvidence(store, &one); !status.ok()) return status;
    late.mutable_conflict()->Swap(one.Mutable(0));
    FillKnownTime(&late);
  }
  if (looked->has_more) response->set_next_page_token(page->TokenAfter(looked->matches.back().name()));
  return response;
}

}  // namespace

void AddLateConflicts(const storage::Store* store, const LiveMarket* market, MethodTable* table) {
  table->Add("ayni.v1.AuditService/ListLateConflicts",
             OfCurrentMarket(store, market, [store, market](const Call& call, const Requests& requests) {
               return ListLateConflicts(*store, *market, call,
                                        static_cast<const v1::ListLateConflictsRequest&>(*requests.front()));
             }));
}

}  // namespace ayni::services
