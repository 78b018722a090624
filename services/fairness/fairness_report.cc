#include "services/fairness/fairness_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "services/fairness/statistics.h"
#include "services/fairness/suppression.h"
#include "services/fairness_dimension.h"
#include "services/held_units.h"

namespace ayni::services {
namespace {

constexpr int kLorenzSteps = 20;
constexpr int kSegmentsShown = 10;
// Of all that asked, the group that others are compared with has one in so many or more (UGESP's 2 %).
constexpr int64_t kReferenceOneIn = 50;
// Fewer say nothing of a rate, as fewer jobs say nothing of a segment.
constexpr int64_t kComparedMin = 20;
constexpr int64_t kFourFifthsPpm = 800'000;
constexpr int64_t kSignificantPpm = 50'000;

Proportion RateOf(const GroupFigures& figures) { return {figures.reached_count, figures.asked_count}; }

void SetInterval(IntervalPpm interval, v1::FairnessInterval* record) {
  record->set_low_ppm(interval.low);
  record->set_high_ppm(interval.high);
}

void FillCell(const GroupFigures& figures, bool of_needs, const GroupFigures& all, v1::FairnessCell* cell) {
  cell->set_producer_count(ProducersOf(figures.crowd));
  cell->set_small(!IsEnough(figures.crowd));
  cell->set_asked_count(figures.asked_count);
  cell->set_reached_count(figures.reached_count);
  cell->set_served_quantity(figures.served_units);
  if (figures.asked_count > 0) {
    cell->set_reached_rate_ppm(PpmOf(figures.reached_count, figures.asked_count));
    SetInterval(WilsonInterval(RateOf(figures)), cell->mutable_reached_rate_interval());
  }
  if (figures.paid_at_median > 0)
    cell->set_price_ratio_ppm(std::llround(static_cast<double>(figures.paid) /
                                           static_cast<double>(figures.paid_at_median) * kWholePpm));
  cell->set_match_count(static_cast<int64_t>(figures.matches.size()));
  if (of_needs) {
    cell->set_served_count(figures.served_count);
    if (figures.asked_count > 0) {
      cell->set_served_rate_ppm(PpmOf(figures.served_count, figures.asked_count));
      SetInterval(WilsonInterval({figures.served_count, figures.asked_count}),
                  cell->mutable_served_rate_interval());
    }
    cell->set_asked_quantity(figures.asked_units);
    cell->set_unit_rate_ppm(PpmOf(figures.served_units, figures.asked_units));
    if (figures.wait_hours.empty()) return;
    cell->set_wait_p50_hours(NearestRank(figures.wait_hours, 50));
    cell->set_wait_p90_hours(NearestRank(figures.wait_hours, 90));
    return;
  }
  cell->set_attention_ppm(figures.exposure.attention_ppm);
  cell->set_relevance_ppm(figures.exposure.relevance_ppm);
  cell->set_exposure_ratio_ppm(PpmOf(figures.exposure.attention_ppm, figures.exposure.relevance_ppm));
  cell->set_unit_share_ppm(PpmOf(figures.served_units, all.served_units));
}

// Compares each cell that is shown with the one of the best rate; those that are kept back take no part.
// Where no group is large enough to be the best, each is compared with all others together.
class FourFifthsRule {
 public:
  FourFifthsRule(const std::vector<const GroupFigures*>& figures, Proportion all, const FisherTest& fisher,
                 v1::FairnessTable* table)
      : figures_(figures), all_(all), fisher_(fisher), table_(*table) {}

  void Run() {
    int reference = -1;
    for (int at = 0; at < table_.cells_size(); ++at) {
      if (table_.cells(at).suppressed() || figures_[at]->asked_count * kReferenceOneIn < all_.whole ||
          figures_[at]->asked_count == 0)
        continue;
      if (reference < 0 || table_.cells(at).reached_rate_ppm() > table_.cells(reference).reached_rate_ppm())
        reference = at;
    }
    for (int at = 0; at < table_.cells_size(); ++at) {
      v1::FairnessCell& cell = *table_.mutable_cells(at);
      const Proportion rate = RateOf(*figures_[at]);
      if (cell.suppressed() || rate.whole == 0) continue;
      if (at == reference) {
        cell.set_four_fifths(v1::FOUR_FIFTHS_REFERENCE);
      } else if (rate.whole < kComparedMin) {
        cell.set_four_fifths(v1::FOUR_FIFTHS_TOO_FEW);
      } else if (reference >= 0) {
        Compare(rate, RateOf(*figures_[reference]), &cell);
      } else {
        Compare(rate, {all_.part - rate.part, all_.whole - rate.whole}, &cell);
      }
    }
  }

 private:
  void Compare(Proportion rate, Proportion best, v1::FairnessCell* cell) const {
    cell->set_four_fifths(v1::FOUR_FIFTHS_MET);
    if (best.part == 0) return;
    cell->set_ratio_ppm(std::llround(static_cast<double>(rate.part) * static_cast<double>(best.whole) /
                                     (static_cast<double>(rate.whole) * static_cast<double>(best.part)) *
                                     kWholePpm));
    SetInterval(KatzInterval(rate, best), cell->mutable_ratio_interval());
    cell->set_fisher_ppm(fisher_.Ppm(rate, best));
    if (cell->ratio_ppm() >= kFourFifthsPpm) return;
    cell->set_four_fifths(cell->fisher_ppm() < kSignificantPpm ? v1::FOUR_FIFTHS_BELOW
                                                               : v1::FOUR_FIFTHS_BELOW_UNSURE);
  }

  const std::vector<const GroupFigures*>& figures_;
  const Proportion all_;
  const FisherTest& fisher_;
  v1::FairnessTable& table_;
};

// Of needs and of TAPs the tables that are looked at together, since a group of one may be one of another:
// who has no number of members on record has no share of women either. Places below departments, of which
// there are many, stand by themselves.
constexpr v1::FairnessDimension kJoinedOfNeeds[] = {
    v1::FAIRNESS_DIMENSION_DEPARTMENT,       v1::FAIRNESS_DIMENSION_COOPERATIVE_SIZE,
    v1::FAIRNESS_DIMENSION_COOPERATIVE_FORM, v1::FAIRNESS_DIMENSION_LANGUAGE,
    v1::FAIRNESS_DIMENSION_WOMEN_MEMBERS,    v1::FAIRNESS_DIMENSION_CREDIT,
    v1::FAIRNESS_DIMENSION_VALUE_CHAIN};
constexpr v1::FairnessDimension kJoinedOfTaps[] = {
    v1::FAIRNESS_DIMENSION_TAP_GENDER, v1::FAIRNESS_DIMENSION_TAP_MODEL,
    v1::FAIRNESS_DIMENSION_TAP_EXPERIENCE, v1::FAIRNESS_DIMENSION_TAP_CERTIFICATION};

// Which cells of each table are kept back, in the order of the groups.
class KeptBack {
 public:
  KeptBack(const FairnessTally& tally, const GroupTally& groups) : tally_(tally), groups_(groups) {
    for (int at = 1; at < v1::FairnessDimension_ARRAYSIZE; ++at) {
      const auto dimension = static_cast<v1::FairnessDimension>(at);
      if (v1::FairnessDimension_IsValid(at)) of_[at].resize(groups_.Of(dimension).size());
    }
    SuppressJoinedOfNeeds();
    SuppressTerritories();
    SuppressChainsAndGenders();
    SuppressJoinedOfTaps();
    of_[v1::FAIRNESS_DIMENSION_TAP_DISTRICT] =
        SuppressTree({Cells(v1::FAIRNESS_DIMENSION_TAP_DISTRICT, nullptr)})[0];
  }

  const std::vector<bool>& Of(v1::FairnessDimension dimension) const { return of_[dimension]; }

 private:
  using Places = std::map<std::string, int>;

  static Places PlacesOf(const GroupsOfDimension& groups) {
    Places places;
    for (const auto& [key, figures] : groups) places.emplace(key.second, static_cast<int>(places.size()));
    return places;
  }

  std::vector<TreeCell> Cells(v1::FairnessDimension dimension, const Places* parents) const {
    std::vector<TreeCell> cells;
    for (const auto& [key, figures] : groups_.Of(dimension)) {
      cells.push_back({figures.crowd, parents == nullptr ? -1 : parents->at(figures.parent),
                       of_[dimension][cells.size()]});
    }
    return cells;
  }

  // Adds to what is kept back of the tables.
  void SuppressJoined(absl::Span<const v1::FairnessDimension> tables, const std::vector<Counted>& counted) {
    std::vector<std::vector<bool>> kept_back;
    for (const v1::FairnessDimension table : tables) kept_back.push_back(of_[table]);
    kept_back = SuppressTables(counted, std::move(kept_back));
    for (size_t at = 0; at < tables.size(); ++at) of_[tables[at]] = std::move(kept_back[at]);
  }

  std::vector<int> CellsOf(const FairnessGroups& groups, absl::Span<const v1::FairnessDimension> tables,
                           const std::vector<Places>& places) const {
    std::vector<int> cells;
    for (const v1::FairnessDimension table : tables)
      cells.push_back(places[cells.size()].at(GroupOf(groups, table)));
    return cells;
  }

  std::vector<Places> PlacesOfAll(absl::Span<const v1::FairnessDimension> tables) const {
    std::vector<Places> places;
    for (const v1::FairnessDimension table : tables) places.push_back(PlacesOf(groups_.Of(table)));
    return places;
  }

  void SuppressJoinedOfNeeds() {
    const std::vector<Places> places = PlacesOfAll(kJoinedOfNeeds);
    std::vector<Counted> counted;
    for (const auto& [name, need] : tally_.needs())
      counted.push_back({need.cooperative, need.members, CellsOf(need.groups, kJoinedOfNeeds, places)});
    SuppressJoined(kJoinedOfNeeds, counted);
  }

  void SuppressJoinedOfTaps() {
    const std::vector<Places> places = PlacesOfAll(kJoinedOfTaps);
    std::vector<Counted> counted;
    for (const auto& [name, tap] : tally_.taps())
      counted.push_back({name, 1, CellsOf(tap.groups, kJoinedOfTaps, places)});
    SuppressJoined(kJoinedOfTaps, counted);
  }

  void SuppressTerritories() {
    const Places departments = PlacesOf(groups_.Of(v1::FAIRNESS_DIMENSION_DEPARTMENT));
    const Places provinces = PlacesOf(groups_.Of(v1::FAIRNESS_DIMENSION_PROVINCE));
    auto levels = SuppressTree({Cells(v1::FAIRNESS_DIMENSION_DEPARTMENT, nullptr),
                                Cells(v1::FAIRNESS_DIMENSION_PROVINCE, &departments),
                                Cells(v1::FAIRNESS_DIMENSION_DISTRICT, &provinces)});
    of_[v1::FAIRNESS_DIMENSION_DEPARTMENT] = std::move(levels[0]);
    of_[v1::FAIRNESS_DIMENSION_PROVINCE] = std::move(levels[1]);
    of_[v1::FAIRNESS_DIMENSION_DISTRICT] = std::move(levels[2]);
  }

  // What TAPs were given in a chain is near to what its needs were, whose table is published: a sum that
  // can't be kept back.
  void SuppressChainsAndGenders() {
    const GroupsOfDimension& both = groups_.Of(v1::FAIRNESS_DIMENSION_TAP_CHAIN_GENDER);
    const GroupsOfDimension& genders = groups_.Of(v1::FAIRNESS_DIMENSION_TAP_GENDER);
    std::map<std::string, int> rows;
    for (const auto& [key, figures] : both) rows.try_emplace(figures.parent, static_cast<int>(rows.size()));
    Grid grid{.rows = static_cast<int>(rows.size()),
              .columns = static_cast<int>(genders.size()),
              .cells = {},
              .row_sums = std::vector<Crowd>(rows.size()),
              .column_sums = {}};
    grid.cells.resize(rows.size() * genders.size());
    const auto place = [&](const std::string& group, const std::string& chain) {
      int column = 0;
      for (const auto& [key, figures] : genders) {
        if (ChainGenderGroup(chain, key.second) == group) return rows.at(chain) * grid.columns + column;
        ++column;
      }
      return -1;
    };
    for (const auto& [key, figures] : genders) grid.column_sums.push_back(figures.crowd);
    for (const auto& [key, figures] : both) grid.cells[place(key.second, figures.parent)] = figures.crowd;
    const SuppressedGrid kept_back = SuppressGrid(grid);
    of_[v1::FAIRNESS_DIMENSION_TAP_GENDER] = kept_back.column_sums;
    std::vector<bool> cells;
    for (const auto& [key, figures] : both)
      cells.push_back(kept_back.cells[place(key.second, figures.parent)]);
    of_[v1::FAIRNESS_DIMENSION_TAP_CHAIN_GENDER] = std::move(cells);
  }

  const FairnessTally& tally_;
  const GroupTally& groups_;
  std::array<std::vector<bool>, v1::FairnessDimension_ARRAYSIZE> of_;
};

class Report {
 public:
  Report(const FairnessTally& tally, const GroupTally& groups, v1::FairnessView view)
      : tally_(tally),
        groups_(groups),
        is_public_(view != v1::FAIRNESS_VIEW_FULL),
        // Two groups of needs or TAPs are of no more than there are.
        fisher_(std::max(groups.needs().asked_count, 2 * groups.taps().asked_count)) {
    report_.set_view(view);
  }

  v1::FairnessReport Run() {
    report_.mutable_rounds()->Assign(tally_.rounds().begin(), tally_.rounds().end());
    report_.mutable_rounds_without_market()->Assign(tally_.rounds_without_market().begin(),
                                                    tally_.rounds_without_market().end());
    FillTotal(groups_.needs(), true, report_.mutable_needs());
    FillTotal(groups_.taps(), false, report_.mutable_taps());
    AddTables();
    AddSpreads();
    AddUnfairness();
    AddEnvy();
    AddConcentration();
    AddConflicts();
    for (const v1::ContractOutcome& contract : tally_.contracts()) *report_.add_contracts() = contract;
    report_.add_no_data("farm_size");
    return std::move(report_);
  }

 private:
  void FillTotal(const GroupFigures& figures, bool of_needs, v1::FairnessCell* cell) {
    FillCell(figures, of_needs, figures, cell);
    if (!is_public_ || !cell->small() || cell->producer_count() == 0) return;
    cell->Clear();
    cell->set_small(true);
    cell->set_suppressed(true);
  }

  void AddTables() {
    const KeptBack kept_back(tally_, groups_);
    for (int at = 1; at < v1::FairnessDimension_ARRAYSIZE; ++at) {
      if (!v1::FairnessDimension_IsValid(at)) continue;
      const auto dimension = static_cast<v1::FairnessDimension>(at);
      AddTable(dimension, kept_back.Of(dimension));
    }
  }

  void AddTable(v1::FairnessDimension dimension, const std::vector<bool>& kept_back) {
    const bool of_needs = IsOfNeeds(dimension);
    const GroupFigures& all = of_needs ? groups_.needs() : groups_.taps();
    v1::FairnessTable* table = report_.add_tables();
    table->set_dimension(dimension);
    std::vector<const GroupFigures*> figures;
    for (const auto& [key, of_group] : groups_.Of(dimension)) {
      v1::FairnessCell* cell = table->add_cells();
      const bool is_kept_back = kept_back[figures.size()];
      figures.push_back(&of_group);
      cell->set_group(key.second);
      if (dimension == v1::FAIRNESS_DIMENSION_PROVINCE || dimension == v1::FAIRNESS_DIMENSION_DISTRICT)
        cell->set_parent(of_group.parent);
      if (is_public_ && is_kept_back) {
        cell->set_suppressed(true);
        continue;
      }
      FillCell(of_group, of_needs, all, cell);
      if (dimension == v1::FAIRNESS_DIMENSION_DISTRICT && !is_public_) {
        cell->set_match_filter(absl::StrCat("district = \"", key.second, "\" AND ", kHoldingFilter));
      }
    }
    FourFifthsRule(figures, RateOf(all), fisher_, table).Run();
  }

  void FillSpread(const std::map<std::string, int64_t>& by_tap, v1::FairnessSpread* spread) const {
    std::vector<int64_t> quantities;
    for (const auto& [tap, unused] : groups_.units_by_tap()) {
      const auto found = by_tap.find(tap);
      quantities.push_back(found == by_tap.end() ? 0 : found->second);
    }
    const auto n = static_cast<int64_t>(quantities.size());
    // Of what is published, no step of the curve is of fewer than the least number of TAPs.
    int steps = kLorenzSteps;
    if (is_public_) steps = static_cast<int>(std::min<int64_t>(steps, n / kProducersPublishedMin));
    spread->set_tap_count(n);
    if (steps == 0) return;
    for (const int64_t each : quantities) spread->set_total(spread->total() + each);
    spread->set_gini_ppm(GiniPpm(quantities));
    const std::vector<int64_t> shares = LorenzPpm(quantities, steps);
    for (int step = 0; step <= steps; ++step) {
      v1::LorenzPoint* point = spread->add_lorenz();
      point->set_tap_share_ppm(step * kWholePpm / steps);
      point->set_quantity_share_ppm(shares[step]);
    }
    if (!is_public_ || n >= 10 * kProducersPublishedMin)
      spread->set_top_tenth_ppm(kWholePpm - LorenzPpm(quantities, 10)[9]);
  }

  void AddSpreads() {
    FillSpread(groups_.units_by_tap(), report_.mutable_units());
    size_t most = 0;
    for (const auto& [currency, by_tap] : groups_.income()) {
      if (by_tap.size() <= most) continue;
      most = by_tap.size();
      report_.set_income_currency(currency);
    }
    if (most > 0) FillSpread(groups_.income().at(report_.income_currency()), report_.mutable_income());
  }

  void AddUnfairness() {
    int64_t apart = 0;
    int64_t attention = 0;
    for (const auto& [name, tap] : tally_.taps()) {
      const Exposure whole = tap.Whole();
      apart += std::abs(whole.attention_ppm - whole.relevance_ppm);
      attention += whole.attention_ppm;
    }
    report_.set_amortised_unfairness_ppm(PpmOf(apart, 2 * attention));
  }

  void AddEnvy() {
    if (report_.needs().suppressed()) return;
    *report_.mutable_envy() = tally_.envy();
    if (is_public_) report_.mutable_envy()->clear_pairs();
  }

  void AddConcentration() {
    v1::FairnessConcentration* concentration = report_.mutable_concentration();
    std::vector<const RoundSegment*> segments;
    __int128 weighed = 0;
    int64_t weight = 0;
    int64_t high = 0;
    int64_t thin = 0;
    for (const RoundSegment& segment : tally_.segments()) {
      segments.push_back(&segment);
      weighed += static_cast<__int128>(segment.segment.hhi()) * segment.segment.matched_quantity();
      weight += segment.segment.matched_quantity();
      high += segment.high ? 1 : 0;
      thin += segment.thin ? 1 : 0;
    }
    concentration->set_segment_count(static_cast<int64_t>(segments.size()));
    if (weight > 0) concentration->set_mean_hhi(static_cast<int64_t>(weighed / weight));
    concentration->set_high_segment_count(high);
    concentration->set_thin_segment_count(thin);
    std::stable_sort(segments.begin(), segments.end(), [](const RoundSegment* a, const RoundSegment* b) {
      return std::make_pair(a->segment.hhi(), a->segment.matched_quantity()) >
             std::make_pair(b->segment.hhi(), b->segment.matched_quantity());
    });
    const std::set<Market> published = is_public_ ? PublishedMarkets() : std::set<Market>();
    ShowFirst(segments, false, published, concentration->mutable_highest());
    std::stable_sort(segments.begin(), segments.end(),
                     [](const RoundSegment* a, const RoundSegment* b) { return a->unmet > b->unmet; });
    ShowFirst(segments, true, published, concentration->mutable_thin());
  }

  // A service, a territory and a value chain or none.
  using Market = std::tuple<std::string, std::string, std::string>;

  static Market MarketOf(const v1::FairnessSegment& segment) {
    return {segment.service(), segment.territory(), segment.value_chain()};
  }

  // Limits at several levels of controllers watch one market: its first report stands for them.
  void ShowFirst(const std::vector<const RoundSegment*>& segments, bool thin,
                 const std::set<Market>& published,
                 google::protobuf::RepeatedPtrField<v1::FairnessSegment>* shown) const {
    std::set<Market> markets;
    for (const RoundSegment* segment : segments) {
      const v1::FairnessSegment& record = segment->segment;
      if (shown->size() == kSegmentsShown) break;
      if (segment->thin != thin || (!thin && record.hhi() == 0)) continue;
      if (is_public_ && !published.contains(MarketOf(record))) continue;
      if (!markets.insert(MarketOf(record)).second) continue;
      *shown->Add() = record;
      // What one segment has beyond those within it would be of few.
      if (is_public_) shown->rbegin()->clear_matched_quantity();
    }
  }

  // Those in which enough ask that what became of them is nobody's own. Of a family of services none is.
  std::set<Market> PublishedMarkets() const {
    std::map<Market, Crowd> crowds;
    for (const RoundSegment& segment : tally_.segments()) crowds.try_emplace(MarketOf(segment.segment));
    for (const auto& [name, need] : tally_.needs()) {
      const std::string& district = GroupOf(need.groups, v1::FAIRNESS_DIMENSION_DISTRICT);
      for (const std::string& territory : {district, need.groups[v1::FAIRNESS_DIMENSION_PROVINCE],
                                           need.groups[v1::FAIRNESS_DIMENSION_DEPARTMENT],
                                           tally_.Above(district, v1::TERRITORY_LEVEL_COUNTRY)}) {
        for (const std::string& chain : {std::string(), need.groups[v1::FAIRNESS_DIMENSION_VALUE_CHAIN]}) {
          const auto found = crowds.find({need.service, territory, chain});
          if (found != crowds.end()) found->second.emplace(need.cooperative, need.members);
        }
      }
    }
    std::set<Market> published;
    for (const auto& [market, crowd] : crowds) {
      if (IsEnough(crowd)) published.insert(market);
    }
    return published;
  }

  // A rule that found something of very few would point at them.
  void AddConflicts() {
    v1::FairnessConflicts* conflicts = report_.mutable_conflicts();
    if (report_.needs().suppressed()) return;
    *conflicts = tally_.conflicts();
    if (!is_public_) return;
    conflicts->clear_by_rule();
    for (const v1::FairnessCount& of_rule : tally_.conflicts().by_rule()) {
      if (of_rule.count() >= kProducersPublishedMin) *conflicts->add_by_rule() = of_rule;
    }
  }

  const FairnessTally& tally_;
  const GroupTally& groups_;
  const bool is_public_;
  const FisherTest fisher_;
  v1::FairnessReport report_;
};

}  // namespace

v1::FairnessReport MakeFairnessReport(const FairnessTally& tally, const GroupTally& groups,
                                      v1::FairnessView view) {
  return Report(tally, groups, view).Run();
}

}  // namespace ayni::services
