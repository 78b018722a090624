#include "tests/services/stored_market.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <future>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "ayni/v1/round_service.pb.h"
#include "services/market/candidate_methods.h"
#include "services/market/conflict_methods.h"
#include "services/match/match_life.h"
#include "services/notice/notice_methods.h"
#include "services/resource/record_keys.h"
#include "services/resource/time.h"

namespace ayni::services {
namespace {

constexpr char kServer[] = "principals/administrator";

google::type::Date DateOf(absl::Time time) {
  const absl::CivilDay day = absl::ToCivilDay(time, absl::UTCTimeZone());
  google::type::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

v1::DateWindow AMonthFrom(absl::Time time) {
  v1::DateWindow window;
  *window.mutable_start_date() = DateOf(time);
  *window.mutable_end_date() = DateOf(time + absl::Hours(24 * 30));
  return window;
}

v1::Territory ATerritory(const std::string& id, v1::TerritoryLevel level, const std::string& parent,
                         double longitude) {
  v1::Territory territory;
  territory.set_name("territories/" + id);
  territory.set_level(level);
  territory.set_parent(parent.empty() ? "" : "territories/" + parent);
  territory.mutable_position()->set_latitude(-14);
  territory.mutable_position()->set_longitude(longitude);
  return territory;
}

}  // namespace

StoredMarket::StoredMarket()
    : now_ns_(absl::ToUnixNanos(absl::FromCivil(absl::CivilHour(2026, 11, 24, 18), absl::UTCTimeZone()))) {
  std::string pattern = std::filesystem::temp_directory_path() / "ayni-market-XXXXXX";
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
  call_.caller = {kServer, v1::ROLE_ADMINISTRATOR, ""};
  call_.method = "ayni.v1.MarketService/ImportMarket";
  call_.scope = Scope::kAny;
  call_.now = now();
  Open({});
}

StoredMarket::~StoredMarket() {
  Close();
  std::filesystem::remove_all(folder_);
}

void StoredMarket::Open(const storage::RocksDbOptions& options) {
  auto store = storage::RocksDbStore::Open(folder_, options);
  ASSERT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
  interposed_ = std::make_unique<Interposed>(store_.get());
  live_ = std::make_unique<LiveMarket>(store_.get(), [this] { return now(); });
  auto rounds = Rounds::Open(interposed_.get(), [this] { return now(); });
  ASSERT_TRUE(rounds.ok()) << rounds.status();
  rounds_ = *std::move(rounds);
  methods_ = std::make_unique<MethodTable>();
  const IdSource new_id = [this] { return absl::StrCat("id", ++last_id_); };
  AddResourceMethods(store_.get(), new_id, {}, methods_.get());
  AddMatchMethods(interposed_.get(), methods_.get());
  AddNoticeMethods(store_.get(),
                   {.webhooks = NoticeChannels::Webhooks::kPrivate, .sms_url = "http://127.0.0.1:9/"},
                   methods_.get());
  appeals_ = std::make_unique<Appeals>(store_.get(), false);
  appeals_->AddMethods(new_id, methods_.get());
  AddCandidateMethods(store_.get(), live_.get(), methods_.get());
  AddConflictMethods(store_.get(), live_.get(), methods_.get());
  rounds_->AddMethods(live_.get(), new_id, methods_.get());
  fairness_reports_ = std::make_unique<FairnessReports>(interposed_.get());
  fairness_reports_->AddMethods(methods_.get());
  planning_reports_ = std::make_unique<PlanningReports>(interposed_.get());
  planning_reports_->AddMethods(methods_.get());
  explanations_ = std::make_unique<Explanations>(interposed_.get());
  explanations_->AddMethods(methods_.get());
}

void StoredMarket::Close() {
  explanations_.reset();
  appeals_.reset();
  if (fairness_reports_ != nullptr) fairness_reports_->Stop();
  fairness_reports_.reset();
  if (planning_reports_ != nullptr) planning_reports_->Stop();
  planning_reports_.reset();
  rounds_.reset();
  live_.reset();
  methods_.reset();
  interposed_.reset();
  store_.reset();
}

void StoredMarket::Restart(const storage::RocksDbOptions& options) {
  Close();
  Open(options);
}

void StoredMarket::RestartInTheMiddleOf(const std::string& round) {
  v1::Round record = Read<v1::Round>(round);
  record.set_state(v1::Round::STATE_CLEARING);
  Put(record);
  Restart();
}

void StoredMarket::Commit(storage::Change change) {
  const auto receipt = store_->CommitAndWait(std::move(change));
  ASSERT_TRUE(receipt.ok()) << receipt.status();
}

std::vector<std::string> StoredMarket::NamesUnder(const ResourceType& type, const std::string& name_prefix) {
  std::vector<std::string> names;
  auto snapshot = store_->TakeSnapshot();
  const auto cursor = (*snapshot)->Scan(storage::KeyRange::Prefix(RecordKey(type, name_prefix)));
  while (cursor->Next()) names.push_back(NameOfRecordKey(cursor->key()));
  return names;
}

absl::StatusOr<std::unique_ptr<Message>> StoredMarket::Run(const Caller& caller, Scope scope,
                                                           const std::string& method,
                                                           const Message& request) {
  const Method* found = methods_->Find(method);
  if (found == nullptr) return absl::UnimplementedError(method);
  auto call = std::make_shared<services::Call>();
  call->caller = caller;
  call->scope = scope;
  call->method = method;
  call->now = now();
  auto requests = std::make_shared<Requests>();
  requests->emplace_back(request.New());
  requests->back()->CopyFrom(request);
  std::promise<absl::StatusOr<std::unique_ptr<Message>>> answer;
  found->run(call, requests, [&answer](absl::StatusOr<std::unique_ptr<Message>> reply) {
    answer.set_value(std::move(reply));
  });
  return answer.get_future().get();
}

v1::Round StoredMarket::CreateRound(const std::string& id, const v1::Round& round) {
  v1::CreateRoundRequest request;
  *request.mutable_round() = round;
  request.set_round_id(id);
  const auto created = Call<v1::Round>("ayni.v1.RoundService/CreateRound", request);
  EXPECT_TRUE(created.ok()) << created.status();
  return created.ok() ? *created : v1::Round();
}

absl::StatusOr<google::longrunning::Operation> StoredMarket::StartPublish(const std::string& round,
                                                                          const std::string& request_id) {
  v1::PublishRoundRequest request;
  request.set_name(round);
  request.set_request_id(request_id);
  return Call<google::longrunning::Operation>("ayni.v1.RoundService/PublishRound", request);
}

absl::StatusOr<google::longrunning::Operation> StoredMarket::StartTry(const std::string& round) {
  v1::TryRoundRequest request;
  request.set_name(round);
  return Call<google::longrunning::Operation>("ayni.v1.RoundService/TryRound", request);
}

google::longrunning::Operation StoredMarket::Await(const std::string& operation) {
  google::longrunning::WaitOperationRequest request;
  request.set_name(operation);
  request.mutable_timeout()->set_seconds(60);
  const auto done =
      Call<google::longrunning::Operation>("google.longrunning.Operations/WaitOperation", request);
  EXPECT_TRUE(done.ok()) << done.status();
  if (!done.ok()) return {};
  EXPECT_TRUE(done->done());
  return *done;
}

v1::Round StoredMarket::Publish(const std::string& round) {
  const auto begun = StartPublish(round);
  EXPECT_TRUE(begun.ok()) << begun.status();
  if (!begun.ok()) return {};
  const google::longrunning::Operation done = Await(begun->name());
  EXPECT_FALSE(done.has_error()) << done.error().message();
  v1::Round published;
  EXPECT_TRUE(done.response().UnpackTo(&published));
  EXPECT_EQ(published.state(), v1::Round::STATE_PUBLISHED);
  return published;
}

void StoredMarket::AwaitLive() {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!live_->Ready().ok() && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
  ASSERT_TRUE(live_->Ready().ok()) << live_->Ready();
}

v1::Policy APolicy() {
  v1::Policy policy;
  policy.set_name("policies/p");
  policy.set_reason("tests");
  v1::ScoreWeights* weights = policy.mutable_score_weights();
  weights->set_fit(200);
  weights->set_distance(200);
  weights->set_price(200);
  weights->set_expected_success(200);
  weights->set_language(50);
  weights->set_waiting_time(50);
  weights->set_wishes(50);
  weights->set_urgency(50);
  policy.mutable_expected_success()->set_community_per_mille(750);
  policy.mutable_expected_success()->set_enterprise_per_mille(300);
  policy.mutable_expected_success()->set_public_per_mille(500);
  policy.mutable_expected_success()->set_academic_per_mille(500);
  policy.set_full_waiting_days(90);
  policy.set_state(v1::Policy::STATE_ACTIVE);
  return policy;
}

void LayTerritory(StoredMarket* market) {
  market->Put(ATerritory("pe", v1::TERRITORY_LEVEL_COUNTRY, "", -71));
  market->Put(ATerritory("dep", v1::TERRITORY_LEVEL_DEPARTMENT, "pe", -71));
  market->Put(ATerritory("prov", v1::TERRITORY_LEVEL_PROVINCE, "dep", -71));
  market->Put(ATerritory("d0", v1::TERRITORY_LEVEL_DISTRICT, "prov", -71));
  market->Put(ATerritory("d1", v1::TERRITORY_LEVEL_DISTRICT, "prov", -71.1));
  v1::Service service;
  service.set_name("services/s");
  market->Put(service);
  v1::ValueChain chain;
  chain.set_name("valueChains/c");
  market->Put(chain);
  market->Put(APolicy());
}

v1::Party ACooperative(const std::string& id) {
  v1::Party party;
  party.set_name("parties/" + id);
  party.add_roles(v1::PARTY_ROLE_COOPERATIVE);
  party.mutable_cooperative();
  return party;
}

v1::Party ATap(const std::string& id) {
  v1::Party party;
  party.set_name("parties/" + id);
  party.add_roles(v1::PARTY_ROLE_TAP);
  party.mutable_tap()->set_model(v1::TAP_MODEL_COMMUNITY);
  party.set_district("territories/d0");
  return party;
}

v1::Need ANeed(const StoredMarket& market, const std::string& cooperative, const std::string& id,
               int64_t quantity) {
  v1::Need need;
  need.set_name(absl::StrCat("cooperatives/", cooperative, "/needs/", id));
  need.set_service("services/s");
  need.set_value_chain("valueChains/c");
  need.set_district("territories/d0");
  need.set_quantity(quantity);
  *need.mutable_window() = AMonthFrom(market.now());
  need.mutable_highest_unit_price()->set_currency("PEN");
  need.mutable_highest_unit_price()->set_minor_units(100'000);
  need.add_languages("spa");
  need.set_state(v1::Need::STATE_OPEN);
  *need.mutable_create_time() = ToTimestamp(market.now());
  return need;
}

v1::Offer AnOffer(const StoredMarket& market, const std::string& tap, const std::string& id,
                  int64_t capacity) {
  v1::Offer offer;
  offer.set_name(absl::StrCat("taps/", tap, "/offers/", id));
  offer.set_service("services/s");
  offer.add_value_chains("valueChains/c");
  offer.set_unit(v1::UNIT_VISIT);
  offer.mutable_unit_price()->set_currency("PEN");
  offer.mutable_unit_price()->set_minor_units(50'000);
  offer.set_capacity(capacity);
  *offer.mutable_window() = AMonthFrom(market.now());
  offer.mutable_coverage()->add_territories("territories/prov");
  offer.add_languages("spa");
  offer.set_state(v1::Offer::STATE_OPEN);
  return offer;
}

}  // namespace ayni::services
