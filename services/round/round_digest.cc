#include "services/round/round_digest.h"

#include <array>
#include <cstdint>
#include <vector>

#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

class CanonicalHash {
 public:
  explicit CanonicalHash(const char* title) { hash_.Add(title); }

  template <typename Number>
  void AddColumn(const std::vector<Number>& column) {
    AddNumber(static_cast<int64_t>(column.size()));
    for (const Number& number : column) AddNumber(ValueOf(number));
  }

  std::string Finish() {
    Flush();
    const storage::Sha256Digest digest = hash_.Finish();
    return std::string(digest.begin(), digest.end());
  }

 private:
  static int64_t ValueOf(int64_t number) { return number; }
  template <typename Tag>
  static int64_t ValueOf(matcher::Index<Tag> index) {
    return index.value;
  }

  void AddNumber(int64_t number) {
    const auto bits = static_cast<uint64_t>(number);
    for (int byte = 0; byte < 8; ++byte) buffer_[used_++] = static_cast<char>(bits >> (8 * byte));
    if (used_ == buffer_.size()) Flush();
  }

  void Flush() {
    hash_.Add({buffer_.data(), used_});
    used_ = 0;
  }

  storage::RunningSha256 hash_;
  std::array<char, 8192> buffer_;
  size_t used_ = 0;
};

void AddColumns(const matcher::Problem& problem, CanonicalHash* hash) {
  hash->AddColumn(problem.need_demand);
  hash->AddColumn(problem.offer_capacity);
  hash->AddColumn(problem.offer_tap);
  hash->AddColumn(problem.offer_lot);
  hash->AddColumn(problem.tap_capacity);
  hash->AddColumn(problem.cell_room);
  hash->AddColumn(problem.need_edge_begin);
  hash->AddColumn(problem.edge_offer);
  hash->AddColumn(problem.edge_bound);
  hash->AddColumn(problem.edge_weight);
  hash->AddColumn(problem.edge_cell_begin);
  hash->AddColumn(problem.edge_cell);
  if (!problem.has_floors()) return;
  hash->AddColumn(problem.cell_floor);
  hash->AddColumn(problem.cell_penalty);
}

void AddColumns(const matcher::Prices& prices, CanonicalHash* hash) {
  hash->AddColumn(prices.need);
  hash->AddColumn(prices.offer);
  hash->AddColumn(prices.tap);
  hash->AddColumn(prices.cell);
}

}  // namespace

std::string DigestOf(const matcher::Problem& problem) {
  CanonicalHash hash("ayni problem v1\n");
  AddColumns(problem, &hash);
  return hash.Finish();
}

std::string DigestOf(const matcher::Solution& solution) {
  CanonicalHash hash("ayni solution v1\n");
  hash.AddColumn(solution.edge_units);
  AddColumns(solution.prices, &hash);
  return hash.Finish();
}

std::string DigestOf(const matcher::Problem& problem, const matcher::NeedGroups& groups,
                     matcher::Measure measure) {
  CanonicalHash hash("ayni maxmin problem v2\n");
  AddColumns(problem, &hash);
  hash.AddColumn(groups.need_group);
  hash.AddColumn(std::vector<int64_t>{measure == matcher::Measure::kServedShare ? 1 : 2});
  return hash.Finish();
}

std::string DigestOf(const matcher::Solution& solution, const matcher::Minimum& minimum) {
  CanonicalHash hash("ayni maxmin solution v1\n");
  hash.AddColumn(solution.edge_units);
  AddColumns(solution.prices, &hash);
  hash.AddColumn(minimum.promise_price);
  hash.AddColumn(minimum.proof.group_weight);
  AddColumns(minimum.proof.prices, &hash);
  return hash.Finish();
}

}  // namespace ayni::services
