#include "services/fairness/fairness_methods.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/errors.h"
#include "services/fairness/fairness_report.h"
#include "services/market/engine_day.h"
#include "services/market/holdings.h"
#include "services/resource/field_path.h"
#include "services/resource/form.h"
#include "services/resource/page.h"
#include "services/resource/record_walk.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"
#include "services/rules/day.h"

namespace ayni::services {
namespace {

// Each costs its whole market.
constexpr size_t kRoundsMax = 200;
constexpr char kAllRounds[] = "rounds/-";

bool SeesAll(const Caller& caller) {
  return caller.role == v1::ROLE_ADMINISTRATOR || caller.role == v1::ROLE_AUDITOR;
}

// What both requests say of the rounds.
template <typename Request>
void CheckScope(const Request& request, Violations* violations) {
  const ResourceType& type = ResourceType::Of<v1::Round>();
  if (request.parent() != kAllRounds && !type.MatchesName(request.parent())) {
    violations->Add(FieldPath() / "parent", absl::StrCat("must be ", type.pattern(), " or ", kAllRounds,
                                                         ", is ", Quoted(request.parent())));
  }
  for (const auto& [name, is_set, date] :
       {std::tuple("start_date", request.has_start_date(), request.start_date()),
        std::tuple("end_date", request.has_end_date(), request.end_date())}) {
    if (!is_set) continue;
    CheckDate(date, FieldPath() / name, violations);
    if (request.parent() != kAllRounds)
      violations->Add(FieldPath() / name, absl::StrCat("must be unset: it goes with ", kAllRounds, " only"));
  }
  if (request.has_start_date() && request.has_end_date())
    CheckOrder(request.start_date(), "start_date", request.end_date(), FieldPath() / "end_date", violations);
}

// Reports over windows that differ by a day would give what is in one of them alone.
absl::Status CheckOneRound(const v1::GetFairnessReportRequest& request, v1::FairnessView view) {
  if (view != v1::FAIRNESS_VIEW_PUBLIC || request.parent() != kAllRounds) return absl::OkStatus();
  Violations violations;
  violations.Add(FieldPath() / "parent",
                 absl::StrCat("must be one round, as in rounds/2026-12, of FAIRNESS_VIEW_PUBLIC: public "
                              "reports over windows that differ by a day can be subtracted from each other, "
                              "and tell what is kept back. Ask for each round by itself; a window is for "
                              "administrators and auditors, in FAIRNESS_VIEW_FULL"));
  return violations.ToStatus();
}

// The published rounds of the request, by publication.
template <typename Request>
absl::StatusOr<std::vector<v1::Round>> ReadRounds(const storage::Snapshot& snapshot, const Request& request,
                                                  const std::function<bool()>& stop) {
  if (request.parent() != kAllRounds) {
    const auto stored = ReadRecord(snapshot, ResourceType::Of<v1::Round>(), request.parent());
    if (!stored.ok()) return stored.status();
    if (stored->version == 0) return ResourceNotFound("ayni.v1/Round", request.parent());
    const auto& round = static_cast<const v1::Round&>(*stored->record);
    if (round.state() == v1::Round::STATE_PUBLISHED) return std::vector<v1::Round>{round};
    return StateForbids("ROUND_NOT_PUBLISHED", round.name(),
                        absl::StrCat("is ", v1::Round::State_Name(round.state()),
                                     ": there is a fairness report of what was published and stands"));
  }
  auto rounds = ReadPublishedRounds(snapshot, stop);
  if (!rounds.ok()) return rounds.status();
  const auto is_outside = [&](const v1::Round& round) {
    return (request.has_start_date() && PublishDay(round) < DayOf(request.start_date())) ||
           (request.has_end_date() && PublishDay(round) > DayOf(request.end_date()));
  };
  rounds->erase(std::remove_if(rounds->begin(), rounds->end(), is_outside), rounds->end());
  if (rounds->size() <= kRoundsMax) return rounds;
  Violations violations;
  violations.Add(FieldPath() / "start_date", absl::StrCat("leaves ", rounds->size(), " rounds, of at most ",
                                                          kRoundsMax, ": choose a shorter window"));
  return violations.ToStatus();
}

int64_t CountWaivers(const storage::Snapshot& snapshot, const std::vector<v1::Round>& rounds,
                     const std::function<bool()>& stop, absl::Status* status) {
  if (rounds.empty()) return 0;
  int64_t count = 0;
  *status = ForEachRecord<v1::Waiver>(snapshot, "", stop, [&](const v1::Waiver& waiver) {
    if (waiver.state() == v1::Waiver::STATE_GRANTED &&
        DayOf(waiver.start_date()) <= PublishDay(rounds.back()) &&
        DayOf(waiver.end_date()) >= PublishDay(rounds.front()))
      ++count;
  });
  return count;
}

// A call's rounds, told.
struct Told {
  std::vector<v1::Round> rounds;
  std::unique_ptr<storage::Snapshot> snapshot;
  std::optional<FairnessTally> tally;
};

template <typename Request>
absl::StatusOr<Told> TellRounds(const storage::Store& store, const Request& request,
                                FairnessTally::Options options) {
  Told told;
  auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  told.snapshot = *std::move(snapshot);
  auto rounds = ReadRounds(*told.snapshot, request, options.stop);
  if (!rounds.ok()) return rounds.status();
  told.rounds = *std::move(rounds);
  auto tally = FairnessTally::Create(&store, told.snapshot.get(), std::move(options));
  if (!tally.ok()) return tally.status();
  for (const v1::Round& round : told.rounds) {
    if (absl::Status status = tally->Add(round); !status.ok()) return status;
  }
  told.tally = *std::move(tally);
  return told;
}

absl::StatusOr<std::unique_ptr<Message>> GetReport(const storage::Store& store,
                                                   const v1::GetFairnessReportRequest& request,
                                                   v1::FairnessView view, const std::function<bool()>& stop) {
  const auto told =
      TellRounds(store, request, {.as_published = view == v1::FAIRNESS_VIEW_PUBLIC, .stop = stop});
  if (!told.ok()) return told.status();
  auto report =
      std::make_unique<v1::FairnessReport>(MakeFairnessReport(*told->tally, GroupTally(*told->tally), view));
  if (request.parent() != kAllRounds) report->set_round(request.parent());
  if (request.has_start_date()) *report->mutable_start_date() = request.start_date();
  if (request.has_end_date()) *report->mutable_end_date() = request.end_date();
  if (!told->rounds.empty()) *report->mutable_last_publish_time() = told->rounds.back().publish_time();
  absl::Status status;
  report->mutable_conflicts()->set_waiver_count(CountWaivers(*told->snapshot, told->rounds, stop, &status));
  if (!status.ok()) return status;
  return report;
}

absl::StatusOr<std::unique_ptr<Message>> ListMatches(const storage::Store& store,
                                                     const v1::ListFairnessMatchesRequest& request,
                                                     const Page& page, const std::function<bool()>& stop) {
  const auto told = TellRounds(store, request, {.with_candidates = false, .stop = stop});
  if (!told.ok()) return told.status();
  const GroupTally groups(*told->tally);
  const GroupsOfDimension& of_dimension = groups.Of(request.dimension());
  const auto found = of_dimension.find({SortKey(request.dimension(), request.group()), request.group()});
  auto response = std::make_unique<v1::ListFairnessMatchesResponse>();
  if (found == of_dimension.end()) {
    return absl::NotFoundError(absl::StrCat("there is no group ", Quoted(request.group()), " in the table ",
                                            v1::FairnessDimension_Name(request.dimension()),
                                            " of these rounds: a report's cells name theirs"));
  }
  std::vector<const MatchFigures*> matches = found->second.matches;
  std::sort(matches.begin(), matches.end(),
            [](const MatchFigures* a, const MatchFigures* b) { return a->name < b->name; });
  for (const MatchFigures* match : matches) {
    if (match->name <= page.after()) continue;
    if (response->fairness_matches_size() == page.size()) {
      response->set_next_page_token(page.TokenAfter(response->fairness_matches(page.size() - 1).match()));
      break;
    }
    v1::FairnessMatch* listed = response->add_fairness_matches();
    listed->set_match(match->name);
    listed->set_need(match->need);
    listed->set_tap(match->tap);
    listed->set_quantity(match->units);
  }
  return response;
}

absl::StatusOr<v1::FairnessView> ViewFor(const Caller& caller, v1::FairnessView asked) {
  if (SeesAll(caller)) return asked == v1::FAIRNESS_VIEW_PUBLIC ? asked : v1::FAIRNESS_VIEW_FULL;
  if (asked != v1::FAIRNESS_VIEW_FULL) return v1::FAIRNESS_VIEW_PUBLIC;
  return Forbidden("FULL_VIEW_FORBIDDEN",
                   "view FAIRNESS_VIEW_FULL is for administrators and auditors: leave it unset");
}

absl::StatusOr<Page> ReadListing(const storage::Store& store, const Call& call,
                                 const v1::ListFairnessMatchesRequest& request) {
  Violations violations;
  CheckScope(request, &violations);
  if (request.dimension() == v1::FAIRNESS_DIMENSION_UNSPECIFIED ||
      !v1::FairnessDimension_IsValid(request.dimension()))
    violations.Add(FieldPath() / "dimension", "is required: the table's");
  if (request.group().empty()) violations.Add(FieldPath() / "group", "is required: the cell's");
  v1::ListFairnessMatchesRequest list = request;
  list.clear_page_size();
  list.clear_page_token();
  Page page(store.secret(), request.page_size(), request.page_token(),
            absl::StrCat(call.method, "\n", list.SerializeAsString()), {}, &violations);
  if (!violations.empty()) return violations.ToStatus();
  return page;
}

}  // namespace

void FairnessReports::AddMethods(MethodTable* table) {
  table->Add("ayni.v1.AuditService/GetFairnessReport", [this](const std::shared_ptr<const Call>& call,
                                                              const std::shared_ptr<const Requests>& requests,
                                                              const Reply& reply) {
    const auto& request = static_cast<const v1::GetFairnessReportRequest&>(*requests->front());
    Violations violations;
    CheckScope(request, &violations);
    if (!v1::FairnessView_IsValid(request.view()))
      violations.Add(FieldPath() / "view", "must be one of FairnessView");
    if (!violations.empty()) return reply(violations.ToStatus());
    const auto view = ViewFor(call->caller, request.view());
    if (!view.ok()) return reply(view.status());
    if (absl::Status one = CheckOneRound(request, *view); !one.ok()) return reply(one);
    queue_.Post(call, reply, [this, requests, &request, view = *view](const CallQueue::Stop& stop) {
      return GetReport(*store_, request, view, stop);
    });
  });
  table->Add("ayni.v1.AuditService/ListFairnessMatches",
             [this](const std::shared_ptr<const Call>& call, const std::shared_ptr<const Requests>& requests,
                    const Reply& reply) {
               const auto& request = static_cast<const v1::ListFairnessMatchesRequest&>(*requests->front());
               const auto page = ReadListing(*store_, *call, request);
               if (!page.ok()) return reply(page.status());
               queue_.Post(call, reply,
                           [this, requests, &request, page = *page](const CallQueue::Stop& stop) {
                             return ListMatches(*store_, request, page, stop);
                           });
             });
}

}  // namespace ayni::services
