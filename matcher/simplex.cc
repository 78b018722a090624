#include "matcher/simplex.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace ayni::matcher {
namespace {

constexpr double kUnitTolerance = 1e-7;
constexpr double kPivotLeast = 1e-7;
constexpr double kGainTolerance = 1e-9;  // of the largest weight
constexpr int64_t kRefactorCost =
    15;  // of an entry of the basis, in entries of exchanges that a solve goes through
constexpr double kNormLeast = 1e-4;
constexpr int64_t kExchangesPerVariable = 20;  // seldom more than 2: then it cycles
constexpr int kStopEvery = 16;                 // exchanges between two looks at `stop`
constexpr int kStillMax = 60;                  // exchanges that move no price before weights are shifted
// Times that weights are put back, while it costs no more than one part of so many of what came before, or so
// much work.
constexpr int kSettlesMax = 5;
constexpr int64_t kSettlingPart = 8, kSettlingWorkMin = 100'000;
constexpr double kUnblock = 1e-8;   // of the largest weight, and
constexpr double kUnblockMore = 4;  // times as much each time
constexpr int kExchangesMax = 200;  // before the basis is made anew

enum class Place : uint8_t { kBasic, kLower, kUpper };

class DualSimplex {
 public:
  DualSimplex(const PackingProgramme& programme, const SimplexOptions& options)
      : programme_(programme),
        columns_(programme.columns.count()),
        rows_(programme.columns.row_count),
        basis_(programme.columns),
        cost_(programme.weight),
        upper_(programme.bound),
        gain_(columns_ + rows_, 0.0),
        place_(columns_ + rows_, Place::kLower),
        value_(rows_, 0.0),
        value_max_(rows_, 0.0),
        norm_(columns_ + rows_, 1.0),
        direction_(rows_),
        solved_(rows_),
        flipped_(rows_),
        steep_(rows_),
        change_(columns_ + rows_, 0.0),
        is_changed_(columns_ + rows_, 0),
        draw_(static_cast<uint32_t>((options.seed + 1) * 0x9e3779b97f4a7c15 >> 32)),
        work_max_(options.work_max),
        exchanges_left_(kExchangesPerVariable * (int64_t{columns_} + rows_) + 1'000),
        options_(options) {
    cost_.resize(columns_ + rows_, 0.0);
    const std::vector<double>& slack = programme.row_slack.empty() ? programme.row_room : programme.row_slack;
    upper_.insert(upper_.end(), slack.begin(), slack.end());
    for (const double weight : programme.weight) largest_ = std::max(largest_, weight);
    IndexByRow();
    if (!options.basis.empty()) {
      TakeBasis(options.basis);
    } else if (!options.row_price.empty()) {
      ChooseBasis(options.row_price);
    }
    if (options.shift > 0) Shift(options.shift);
  }

  PackingOptimum Run() {
    PackingOptimum optimum;
    Restart();
    optimum.optimal = Descend();
    Read(optimum);
    if (!optimum.optimal) return optimum;
    // Where many weights tie it may come to parting them again, each time.
    work_max_ = std::min(work_max_, Work() + Work() / kSettlingPart + kSettlingWorkMin);
    for (int i = 0; i < kSettlesMax && shifted_; ++i) {
      Settle();
      if (!Descend()) break;
      Read(optimum);
    }
    optimum.work = Work();
    return optimum;
  }

 private:
  void IndexByRow();
  void ChooseBasis(const std::vector<double>& row_price);
  void TakeBasis(const std::vector<int32_t>& variables);
  void Shift(double most);
  // Away from where their gains would have to change sign.
  void PartTies(double most);
  double Draw() {
    draw_ = draw_ * 1664525 + 1013904223;
    return static_cast<double>(draw_ >> 8) / (1 << 24);
  }
  // Moves the cost instead where the gain asks for another place than the variable has.
  void Hold(int32_t variable);
  // Back to the weights as they are.
  void Settle();
  // Places, gains and values of the basis as it is.
  void Restart();
  void FindValues();
  // Exchanges until no value is outside its bounds; false where the work ran out.
  bool Descend();
  int32_t Leaving() const;
  void FindChange(int32_t row);
  // Chooses what enters as the leaving variable moves to its bound, and flips what is passed on the way.
  int32_t Entering(double infeasible);
  void Flip();
  bool Exchange(int32_t row, int32_t entering, double infeasible);
  void Read(PackingOptimum& optimum) const;

  double Infeasible(int32_t row) const {
    const double value = value_[row];
    if (value < -kUnitTolerance) return value;
    const double above = value - value_max_[row];
    return above > kUnitTolerance ? above : 0;
  }
  template <typename Visit>
  void ForRows(int32_t variable, Visit visit) const {
    if (variable >= columns_) {
      visit(variable - columns_);
    } else {
      for (const int32_t row : programme_.columns.rows(variable)) visit(row);
    }
  }

  const PackingProgramme& programme_;
  const int32_t columns_, rows_;
  Basis basis_;
  std::vector<int32_t> row_begin_, row_column_;
  // By variable: columns, then slacks.
  std::vector<double> cost_, upper_, gain_;
  std::vector<Place> place_;
  std::vector<double> value_, value_max_;  // by row, of its basic variable
  std::vector<double> norm_;               // by variable, of its row of the inverse when basic
  SparseVector direction_, solved_, flipped_, steep_;
  std::vector<double> change_;    // by variable: the leaving row of the tableau
  std::vector<int32_t> changed_;  // where it may not be 0
  std::vector<uint8_t> is_changed_;
  std::vector<std::pair<double, int32_t>> breaks_;
  std::vector<int32_t> flips_;
  double largest_ = 1;
  double unblock_ = kUnblock;
  bool shifted_ = false;
  uint32_t draw_;
  int64_t Work() const { return work_ + basis_.work(); }

  int64_t work_ = 0;  // beside the basis's own
  int64_t work_max_;
  int64_t since_refactor_ = 0;
  int64_t exchanges_left_;
  int still_ = 0;  // exchanges without a move of prices, of late
  const SimplexOptions& options_;
};

void DualSimplex::IndexByRow() {
  row_begin_.assign(rows_ + 1, 0);
  for (const int32_t row : programme_.columns.row) ++row_begin_[row + 1];
  std::partial_sum(row_begin_.begin(), row_begin_.end(), row_begin_.begin());
  row_column_.resize(programme_.columns.row.size());
  std::vector<int32_t> next(row_begin_.begin(), row_begin_.end() - 1);
  for (int32_t j = 0; j < columns_; ++j) {
    for (const int32_t row : programme_.columns.rows(j)) row_column_[next[row]++] = j;
  }
}

void DualSimplex::ChooseBasis(const std::vector<double>& row_price) {
  std::vector<std::pair<double, int32_t>> by_distance;
  for (int32_t j = 0; j < columns_; ++j) {
    double gain = cost_[j];
    for (const int32_t row : programme_.columns.rows(j)) gain -= row_price[row];
    by_distance.emplace_back(std::abs(gain), j);
  }
  std::sort(by_distance.begin(), by_distance.end());
  std::vector<int32_t> order;
  for (const auto& [distance, column] : by_distance) order.push_back(column);
  std::vector<bool> open(rows_);
  for (int32_t row = 0; row < rows_; ++row) open[row] = row_price[row] != 0;
  basis_.Choose(order, open);
}

void DualSimplex::TakeBasis(const std::vector<int32_t>& variables) {
  std::vector<int32_t> order;
  std::vector<bool> open(rows_, true);
  for (const int32_t variable : variables) {
    if (variable < columns_) {
      order.push_back(variable);
    } else {
      open[variable - columns_] = false;
    }
  }
  basis_.Choose(order, open);
}

void DualSimplex::Shift(double most) {
  shifted_ = true;
  for (int32_t j = 0; j < columns_; ++j) cost_[j] += most * Draw();
}

void DualSimplex::PartTies(double most) {
  shifted_ = true;
  for (int32_t j = 0; j < columns_ + rows_; ++j) {
    if (place_[j] == Place::kBasic || upper_[j] <= 0) continue;
    const double by = (place_[j] == Place::kUpper ? most : -most) * (0.5 + Draw());
    cost_[j] += by;
    gain_[j] += by;
  }
}

void DualSimplex::Hold(int32_t variable) {
  double& gain = gain_[variable];
  if (place_[variable] == Place::kLower ? gain <= 0 : gain >= 0) return;
  if (std::abs(gain) > kGainTolerance * largest_) shifted_ = true;
  cost_[variable] -= gain;
  gain = 0;
}

void DualSimplex::Settle() {
  shifted_ = false;
  unblock_ = kUnblock;
  std::copy(programme_.weight.begin(), programme_.weight.end(), cost_.begin());
  std::fill(cost_.begin() + columns_, cost_.end(), 0.0);
  Restart();
}

void DualSimplex::Restart() {
  work_ += 10 * (int64_t{columns_} + rows_);
  since_refactor_ = 0;
  if (basis_.exchanges() > 0) basis_.Refactor();
  direction_.Clear();
  for (int32_t row = 0; row < rows_; ++row) direction_.Put(row, cost_[basis_.variables()[row]]);
  basis_.SolveRow(direction_);
  const std::vector<double>& price = direction_.value;
  for (int32_t j = 0; j < columns_ + rows_; ++j) {
    gain_[j] = cost_[j];
    ForRows(j, [&](int32_t row) { gain_[j] -= price[row]; });
    place_[j] = gain_[j] > 0 ? Place::kUpper : Place::kLower;
  }
  for (const int32_t variable : basis_.variables()) {
    place_[variable] = Place::kBasic;
    gain_[variable] = 0;
  }
  FindValues();
}

void DualSimplex::FindValues() {
  solved_.Clear();
  for (int32_t row = 0; row < rows_; ++row) solved_.Put(row, programme_.row_room[row]);
  for (int32_t j = 0; j < columns_ + rows_; ++j) {
    if (place_[j] == Place::kUpper) ForRows(j, [&](int32_t row) { solved_.value[row] -= upper_[j]; });
  }
  basis_.SolveColumn(solved_);
  value_ = solved_.value;
  for (int32_t row = 0; row < rows_; ++row) value_max_[row] = upper_[basis_.variables()[row]];
}

bool DualSimplex::Descend() {
  while (true) {
    const int32_t row = Leaving();
    if (row < 0) return true;
    if (Work() > work_max_ || --exchanges_left_ < 0) return false;
    if (exchanges_left_ % kStopEvery == 0 && options_.stop()) return false;
    const double infeasible = Infeasible(row);
    FindChange(row);
    const int32_t entering = Entering(infeasible);
    if (entering < 0 || !Exchange(row, entering, infeasible)) {
      // Only rounding leads here: something solves it.
      if (basis_.exchanges() == 0) return false;
      Restart();
      continue;
    }
    since_refactor_ += 4 * basis_.exchanged_entries();
    if (still_ > kStillMax) {
      // Exchanges that move no price may come round in a circle.
      still_ = 0;
      PartTies(unblock_ * largest_);
      unblock_ *= kUnblockMore;
    }
    if (basis_.exchanges() >= kExchangesMax || since_refactor_ > kRefactorCost * (basis_.entries() + rows_)) {
      Restart();
    }
    work_ += rows_ / 8 + static_cast<int64_t>(changed_.size());
  }
}

int32_t DualSimplex::Leaving() const {
  int32_t best = -1;
  double most = 0;
  for (int32_t row = 0; row < rows_; ++row) {
    const double infeasible = Infeasible(row);
    if (infeasible == 0) continue;
    const double score = infeasible * infeasible / norm_[basis_.variables()[row]];
    if (score <= most) continue;
    most = score;
    best = row;
  }
  return best;
}

void DualSimplex::FindChange(int32_t row) {
  direction_.Clear();
  direction_.Put(row, 1);
  basis_.SolveRow(direction_);
  for (const int32_t j : changed_) {
    change_[j] = 0;
    is_changed_[j] = 0;
  }
  changed_.clear();
  // Plain pointers, as a write to bytes might else be one to the vectors' own.
  const Place* const place = place_.data();
  uint8_t* const is_changed = is_changed_.data();
  double* const change = change_.data();
  const auto add = [&](int32_t j, double share) {
    if (place[j] == Place::kBasic) return;
    if (!is_changed[j]) {
      is_changed[j] = 1;
      changed_.push_back(j);
    }
    change[j] += share;
  };
  const int32_t* const column = row_column_.data();
  for (const int32_t r : direction_.rows) {
    const double share = direction_.value[r];
    add(columns_ + r, share);
    const int32_t end = row_begin_[r + 1];
    for (int32_t k = row_begin_[r]; k < end; ++k) add(column[k], share);
  }
}

int32_t DualSimplex::Entering(double infeasible) {
  const double sign = infeasible < 0 ? 1 : -1;
  breaks_.clear();
  flips_.clear();
  for (const int32_t j : changed_) {
    const double rate = sign * change_[j];
    const bool meets = place_[j] == Place::kLower ? rate < -kPivotLeast : rate > kPivotLeast;
    if (!meets || upper_[j] <= 0) continue;
    breaks_.emplace_back(std::max(0.0, gain_[j] / rate), j);
  }
  std::make_heap(breaks_.begin(), breaks_.end(), std::greater<>());
  double slope = std::abs(infeasible);
  const double near = kGainTolerance * largest_;
  while (!breaks_.empty()) {
    // Of those that are met at nearly the same step, the one with the largest pivot enters.
    const double reach = breaks_.front().first + near;
    const size_t flips = flips_.size();
    int32_t best = -1;
    while (!breaks_.empty() && breaks_.front().first <= reach) {
      std::pop_heap(breaks_.begin(), breaks_.end(), std::greater<>());
      const int32_t j = breaks_.back().second;
      breaks_.pop_back();
      flips_.push_back(j);
      slope -= upper_[j] * std::abs(change_[j]);
      if (best < 0 || std::abs(change_[j]) > std::abs(change_[best])) best = j;
    }
    if (slope <= 0) {
      flips_.resize(flips);
      return best;
    }
  }
  return -1;
}

void DualSimplex::Flip() {
  if (flips_.empty()) return;
  flipped_.Clear();
  for (const int32_t j : flips_) {
    const double by = place_[j] == Place::kLower ? upper_[j] : -upper_[j];
    place_[j] = place_[j] == Place::kLower ? Place::kUpper : Place::kLower;
    ForRows(j, [&](int32_t row) {
      if (flipped_.value[row] == 0) flipped_.rows.push_back(row);
      flipped_.value[row] += by;
    });
  }
  basis_.SolveColumn(flipped_);
  for (const int32_t row : flipped_.rows) value_[row] -= flipped_.value[row];
}

bool DualSimplex::Exchange(int32_t row, int32_t entering, double infeasible) {
  solved_.Clear();
  ForRows(entering, [this](int32_t r) { solved_.Put(r, 1); });
  basis_.SolveColumn(solved_, true);
  const double pivot = solved_.value[row];
  if (std::abs(pivot) < kPivotLeast || std::abs(pivot - change_[entering]) > 1e-5 * (1 + std::abs(pivot))) {
    return false;
  }
  Flip();
  const int32_t leaving = basis_.variables()[row];
  const double target = infeasible < 0 ? 0 : upper_[leaving];
  const double step = (value_[row] - target) / pivot;
  const double start = place_[entering] == Place::kUpper ? upper_[entering] : 0;
  Hold(entering);
  const double price_step = gain_[entering] / change_[entering];
  still_ = std::abs(price_step) <= kGainTolerance * largest_ ? still_ + 1 : 0;
  for (const int32_t j : changed_) {
    gain_[j] -= price_step * change_[j];
    if (upper_[j] > 0) Hold(j);
  }
  gain_[entering] = 0;
  gain_[leaving] = -price_step;

  steep_.Clear();
  for (const int32_t r : direction_.rows) steep_.Put(r, direction_.value[r]);
  basis_.SolveColumn(steep_);
  const double norm = norm_[leaving];
  for (const int32_t r : solved_.rows) {
    value_[r] -= step * solved_.value[r];
    if (r == row) continue;
    const double ratio = solved_.value[r] / pivot;
    double& other = norm_[basis_.variables()[r]];
    other = std::max(other - 2 * ratio * steep_.value[r] + ratio * ratio * norm, kNormLeast);
  }
  norm_[entering] = std::max(norm / (pivot * pivot), kNormLeast);
  value_[row] = start + step;
  value_max_[row] = upper_[entering];
  place_[leaving] = infeasible < 0 ? Place::kLower : Place::kUpper;
  place_[entering] = Place::kBasic;
  basis_.Exchange(row, entering, pivot);
  return true;
}

void DualSimplex::Read(PackingOptimum& optimum) const {
  optimum.work = Work();
  optimum.basis = basis_.variables();
  optimum.units.assign(columns_, 0.0);
  optimum.row_price.assign(rows_, 0.0);
  for (int32_t j = 0; j < columns_; ++j) {
    if (place_[j] == Place::kUpper) optimum.units[j] = upper_[j];
  }
  optimum.value = 0;
  for (int32_t row = 0; row < rows_; ++row) {
    const int32_t variable = basis_.variables()[row];
    if (variable < columns_) optimum.units[variable] = std::clamp(value_[row], 0.0, upper_[variable]);
    const double room = programme_.row_room[row], slack = upper_[columns_ + row];
    double& price = optimum.row_price[row];
    price = cost_[columns_ + row] - gain_[columns_ + row];
    if (slack >= room) price = std::max(0.0, price);
    optimum.value += (price < 0 ? room - slack : room) * price;
  }
  for (int32_t j = 0; j < columns_; ++j) {
    double gain = programme_.weight[j];
    for (const int32_t row : programme_.columns.rows(j)) gain -= optimum.row_price[row];
    optimum.value += programme_.bound[j] * std::max(0.0, gain);
  }
}

}  // namespace

PackingOptimum Maximise(const PackingProgramme& programme, const SimplexOptions& options) {
  return DualSimplex(programme, options).Run();
}

}  // namespace ayni::matcher
