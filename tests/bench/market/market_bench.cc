// Restart, candidates and memory on a generated national market in a real store.
//   market_bench [NEEDS] [OFFERS] [TAPS]      (1000000 250000 50000 without arguments)
// Restart: the live market's load beside a bare scan and parse of the same needs and offers, median of three,
// each right after the other. Candidates: all of them, on one thread and on two. Memory: of the columns,
// names and index.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/candidate.h"
#include "matcher/limit_problem.h"
#include "services/market/load.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "storage/rocksdb_store.h"

namespace ayni::services {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kDepartments = 25;
constexpr int kProvinces = 196;
constexpr int kDistricts = 1'893;
constexpr int kServices = 20;
constexpr int kChains = 14;
constexpr matcher::Day kToday = 20'781;  // 2026-11-24
constexpr size_t kPutsPerCommit = 20'000;

double Since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Writes records without the index keys and leaves that this does not measure.
class Filler {
 public:
  explicit Filler(storage::Store* store) : store_(store) {}

  template <typename Record>
  void Put(const Record& record) {
    change_.puts.push_back(
        {RecordKey(ResourceType::Of<Record>(), record.name()), record.SerializeAsString()});
    if (change_.puts.size() == kPutsPerCommit) Flush();
  }
  void Flush() {
    const auto receipt = store_->CommitAndWait(std::exchange(change_, {}));
    if (!receipt.ok()) std::exit((std::printf("%s\n", receipt.status().ToString().c_str()), 1));
  }
  int Draw(int low, int high) { return low + static_cast<int>(random_() % (high - low + 1)); }

 private:
  storage::Store* store_;
  storage::Change change_;
  std::mt19937_64 random_{1};
};

google::type::LatLng DistrictPosition(int district) {
  google::type::LatLng position;
  position.set_latitude(-0.5 - (district % kDepartments) * 0.7 - (district * 7919 % 1000) * 1e-3);
  position.set_longitude(-70.0 - (district * 104'729 % 10'000) * 1e-3);
  return position;
}

v1::DateWindow WindowOf(int first_day, int days) {
  const auto date = [](int day_of_2027) {
    google::type::Date date;
    date.set_year(2027);
    date.set_month(1 + day_of_2027 / 28);
    date.set_day(1 + day_of_2027 % 28);
    return date;
  };
  v1::DateWindow window;
  *window.mutable_start_date() = date(first_day);
  *window.mutable_end_date() = date(first_day + days);
  return window;
}

void FillTerritories(Filler* filler) {
  const auto put = [&](const std::string& id, v1::TerritoryLevel level, const std::string& parent,
                       int district) {
    v1::Territory territory;
    territory.set_name("territories/" + id);
    territory.set_level(level);
    if (!parent.empty()) territory.set_parent("territories/" + parent);
    if (district >= 0) *territory.mutable_position() = DistrictPosition(district);
    filler->Put(territory);
  };
  put("pe", v1::TERRITORY_LEVEL_COUNTRY, "", -1);
  for (int at = 0; at < kDepartments; ++at)
    put(absl::StrCat("a", at), v1::TERRITORY_LEVEL_DEPARTMENT, "pe", -1);
  for (int at = 0; at < kProvinces; ++at) {
    put(absl::StrCat("b", at), v1::TERRITORY_LEVEL_PROVINCE, absl::StrCat("a", at % kDepartments), -1);
  }
  for (int at = 0; at < kDistricts; ++at) {
    put(absl::StrCat("c", at), v1::TERRITORY_LEVEL_DISTRICT, absl::StrCat("b", at % kProvinces), at);
  }
}

void FillTaps(Filler* filler, int taps) {
  for (int at = 0; at < taps; ++at) {
    v1::Party party;
    party.set_name(absl::StrCat("parties/tap-", at));
    party.add_roles(v1::PARTY_ROLE_TAP);
    party.mutable_tap()->set_model(static_cast<v1::TapModel>(filler->Draw(1, 4)));
    party.set_district(absl::StrCat("territories/c", filler->Draw(0, kDistricts - 1)));
    filler->Put(party);
  }
}

void FillNeeds(Filler* filler, int needs) {
  for (int at = 0; at < needs; ++at) {
    v1::Need need;
    need.set_name(absl::StrCat("cooperatives/coop-", at % 3'000, "/needs/n-", at));
    need.set_service(absl::StrCat("services/service-", filler->Draw(0, kServices - 1)));
    need.set_value_chain(absl::StrCat("valueChains/chain-", filler->Draw(0, kChains - 1)));
    const int district = filler->Draw(0, kDistricts - 1);
    need.set_district(absl::StrCat("territories/c", district));
    if (filler->Draw(0, 1) == 0) *need.mutable_position() = DistrictPosition(district);
    need.set_quantity(filler->Draw(1, 50));
    *need.mutable_window() = WindowOf(filler->Draw(0, 90), filler->Draw(10, 60));
    need.mutable_highest_unit_price()->set_currency("PEN");
    need.mutable_highest_unit_price()->set_minor_units(filler->Draw(1'000, 5'000));
    need.add_languages("spa");
    if (filler->Draw(0, 1) == 0) need.add_languages("quz");
    need.set_urgency(v1::URGENCY_NORMAL);
    need.set_state(v1::Need::STATE_OPEN);
    need.mutable_create_time()->set_seconds(1'795'000'000 + at);
    need.mutable_update_time()->set_seconds(1'795'000'000 + at);
    filler->Put(need);
  }
}

void CoverWith(Filler* filler, v1::Coverage* coverage) {
  const int district = filler->Draw(0, kDistricts - 1);
  switch (filler->Draw(0, 3)) {
    case 0:
      return coverage->add_territories(absl::StrCat("territories/c", district));
    case 1:
      return coverage->add_territories(absl::StrCat("territories/b", district % kProvinces));
    default:
      *coverage->mutable_position() = DistrictPosition(district);
      coverage->set_radius_m(filler->Draw(10'000, 60'000));
  }
}

void FillOffers(Filler* filler, int offers, int taps) {
  for (int at = 0; at < offers; ++at) {
    v1::Offer offer;
    offer.set_name(absl::StrCat("taps/tap-", at % taps, "/offers/o-", at));
    offer.set_service(absl::StrCat("services/service-", filler->Draw(0, kServices - 1)));
    const int chain = filler->Draw(0, kChains - 4);
    for (int more = filler->Draw(0, 3); more >= 0; --more) {
      offer.add_value_chains(absl::StrCat("valueChains/chain-", chain + more));
    }
    offer.set_unit(v1::UNIT_VISIT);
    offer.mutable_unit_price()->set_currency("PEN");
    offer.mutable_unit_price()->set_minor_units(filler->Draw(800, 4'500));
    offer.set_capacity(filler->Draw(5, 200));
    *offer.mutable_window() = WindowOf(filler->Draw(0, 60), filler->Draw(30, 120));
    CoverWith(filler, offer.mutable_coverage());
    offer.add_languages("spa");
    offer.mutable_fee_for_service();
    offer.set_deliverable("A written plan for the herd, signed by both");
    offer.set_immediate_benefit("Animals gain weight within the month");
    offer.set_state(v1::Offer::STATE_OPEN);
    offer.mutable_create_time()->set_seconds(1'795'000'000);
    filler->Put(offer);
  }
}

template <typename Record>
int64_t ScanAndParse(const storage::Snapshot& snapshot) {
  const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(RecordKey(ResourceType::Of<Record>(), "")));
  Record record;
  int64_t count = 0;
  while (cursor->Next()) {
    count += record.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size()));
  }
  return count;
}

matcher::ScoreRule Rule() {
  matcher::ScoreRule rule;
  rule.weights = {200, 150, 200, 150, 50, 100, 100, 50};
  rule.success_per_mille = {0, 750, 300, 500, 500};
  rule.full_waiting_days = 90;
  return rule;
}

void MeasureRestart(const storage::Snapshot& snapshot) {
  std::vector<double> bare, loaded, ratio;
  for (int run = 0; run < 3; ++run) {
    Clock::time_point start = Clock::now();
    const int64_t parsed = ScanAndParse<v1::Need>(snapshot) + ScanAndParse<v1::Offer>(snapshot);
    bare.push_back(Since(start));
    NamedMarket market;
    start = Clock::now();
    const absl::Status status = LoadMarket(snapshot, {}, &market);
    loaded.push_back(Since(start));
    ratio.push_back(loaded.back() / bare.back());
    std::printf(
        "restart: %lld records, bare scan and parse %.2f s, loaded and indexed %.2f s, ratio %.2f %s\n",
        static_cast<long long>(parsed), bare.back(), loaded.back(), ratio.back(),
        status.ok() ? "" : status.ToString().c_str());
  }
  std::sort(ratio.begin(), ratio.end());
  std::printf("restart: median ratio %.2f\n", ratio[1]);
}

void MeasureCandidates(const NamedMarket& market) {
  for (int threads : {1, 2}) {
    const Clock::time_point start = Clock::now();
    auto candidates =
        matcher::FindCandidates(market.market(), market.index(), Rule(), kToday, {.threads = threads});
    const double seconds = Since(start);
    if (!candidates.ok()) return void(std::printf("%s\n", candidates.status().ToString().c_str()));
    std::printf("candidates: %lld of %lld within reach in %.2f s on %d threads, %.2f million a second\n",
                static_cast<long long>(candidates->count()), static_cast<long long>(candidates->reach_count),
                seconds, threads, candidates->count() / seconds / 1e6);
    if (threads == 1) continue;
    const std::vector<matcher::Limit> limits = {
        {.territory_level = matcher::TerritoryLevel::kDistrict,
         .share_basis_points = 3'000,
         .min_controllers = 4},
        {.territory_level = matcher::TerritoryLevel::kProvince, .share_basis_points = 3'000}};
    const Clock::time_point posing = Clock::now();
    const auto posed = matcher::PoseProblem(market.market(), *std::move(candidates), limits, {}, kToday);
    std::printf("two limits: %lld segments, %d cells in %.2f s\n",
                static_cast<long long>(posed->segments.segments.size()), posed->problem.cell_count(),
                Since(posing));
  }
}

void Run(int needs, int offers, int taps, const std::string& folder) {
  auto store = storage::RocksDbStore::Open(folder, {});
  if (!store.ok()) return void(std::printf("%s\n", store.status().ToString().c_str()));
  Filler filler(store->get());
  FillTerritories(&filler);
  FillTaps(&filler, taps);
  FillNeeds(&filler, needs);
  FillOffers(&filler, offers, taps);
  filler.Flush();
  const auto snapshot = (*store)->TakeSnapshot();
  MeasureRestart(**snapshot);
  NamedMarket market;
  if (!LoadMarket(**snapshot, {}, &market).ok()) return;
  std::printf("memory: %.0f bytes a need, %.0f an offer, %.0f an offer in the index; %.0f MB with names\n",
              static_cast<double>(market.market().NeedBytes()) / needs,
              static_cast<double>(market.market().OfferBytes()) / offers,
              static_cast<double>(market.index().ByteSize()) / offers, market.ByteSize() / 1e6);
  MeasureCandidates(market);
}

}  // namespace
}  // namespace ayni::services

int main(int argc, char** argv) {
  const auto argument = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  std::string folder = std::filesystem::temp_directory_path() / "ayni-market-bench-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  ayni::services::Run(argument(1, 1'000'000), argument(2, 250'000), argument(3, 50'000), folder);
  std::filesystem::remove_all(folder);
}
