#include "matcher/problem_binary.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ayni::matcher {
namespace {

constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderBytes = 48;
constexpr uint64_t kHasFloors = 1, kHasGroups = 2;
constexpr size_t kPartBytes = 1 << 16;
constexpr uint32_t kCountMax = std::numeric_limits<int32_t>::max() - 1;
constexpr uint64_t kEdgesMax = std::numeric_limits<int64_t>::max() / 64;
// Of one edge in all columns, its cells left out.
constexpr int64_t kEdgeBytes = 13;

uint64_t Little(const char* bytes, size_t width) {
  uint64_t number = 0;
  for (size_t i = 0; i < width; ++i) number |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return number;
}

absl::Status WrongHeader(const char* what, uint64_t found, const char* expected) {
  return absl::InvalidArgumentError(absl::StrCat("header: ", what, " is ", found, ": expected ", expected));
}

class Writer {
 public:
  explicit Writer(TextSink sink) : sink_(sink) {}

  void Put(uint64_t number, size_t width) {
    for (size_t i = 0; i < width; ++i) bytes_.push_back(static_cast<char>(number >> (8 * i)));
    if (bytes_.size() >= kPartBytes) Flush();
  }
  void Bytes(absl::string_view bytes) { bytes_.append(bytes.data(), bytes.size()); }
  template <typename Number>
  void Column(const std::vector<Number>& numbers) {
    for (const Number number : numbers) Put(static_cast<uint64_t>(number), 4);
  }
  template <typename Tag>
  void Column(const std::vector<Index<Tag>>& indices, int first) {
    for (const Index<Tag> index : indices) Put(static_cast<uint64_t>(index.value + first), 4);
  }
  // How much each entry is above the one before.
  void Differences(const std::vector<int64_t>& begin, size_t width) {
    for (size_t i = 1; i < begin.size(); ++i) Put(static_cast<uint64_t>(begin[i] - begin[i - 1]), width);
  }
  absl::Status Finish() {
    Flush();
    return status_;
  }

 private:
  void Flush() {
    if (status_.ok() && !bytes_.empty()) status_ = sink_(bytes_);
    bytes_.clear();
  }

  TextSink sink_;
  std::string bytes_;
  absl::Status status_;
};

}  // namespace

absl::Status ProblemBinaryReader::Take(absl::string_view part) {
  if (!header_taken_) {
    const size_t taken = std::min(part.size(), kHeaderBytes - begun_.size());
    begun_.append(part.data(), taken);
    part.remove_prefix(taken);
    if (begun_.size() < kHeaderBytes) return absl::OkStatus();
    if (absl::Status status = TakeHeader(); !status.ok()) return status;
    begun_.clear();
  }
  while (!part.empty()) {
    while (column_ < kColumnCount && left_[column_] == 0) ++column_;
    if (column_ == kColumnCount) {
      return absl::InvalidArgumentError("there are bytes after the last column: expected none");
    }
    TakeColumn(part);
  }
  return absl::OkStatus();
}

absl::Status ProblemBinaryReader::TakeHeader() {
  const char* const bytes = begun_.data();
  if (absl::string_view(bytes, kProblemMagic.size()) != kProblemMagic) {
    return absl::InvalidArgumentError("header: the first 8 bytes are not those of a problem in binary form");
  }
  const uint64_t version = Little(bytes + 8, 4), has = Little(bytes + 12, 4);
  if (version != kVersion) return WrongHeader("version", version, "1");
  if (has > (kHasFloors | kHasGroups)) return WrongHeader("the mark of floors and groups", has, "0 to 3");
  const std::pair<const char*, int> counted[] = {{"the count of needs", 16},
                                                 {"the count of offers", 20},
                                                 {"the count of TAPs", 24},
                                                 {"the count of cells", 28}};
  int64_t counts[4];
  for (int i = 0; i < 4; ++i) {
    const uint64_t count = Little(bytes + counted[i].second, 4);
    if (count > kCountMax) return WrongHeader(counted[i].first, count, "at most 2^31 - 2");
    counts[i] = static_cast<int64_t>(count);
  }
  const uint64_t edges = Little(bytes + 32, 8), edge_cells = Little(bytes + 40, 8);
  if (edges > kEdgesMax) return WrongHeader("the count of edges", edges, "less than 2^57");
  if (edge_cells > edges * kCellsPerEdgeMax) {
    return WrongHeader("the count of cells of edges", edge_cells, "at most 64 an edge");
  }
  const auto [needs, offers, taps, cells] = std::tuple(counts[0], counts[1], counts[2], counts[3]);
  const int64_t floored = (has & kHasFloors) != 0 ? cells : 0, grouped = (has & kHasGroups) != 0 ? needs : 0;
  const auto e = static_cast<int64_t>(edges);
  left_ = {needs,   offers, offers, offers, taps, cells, floored,
           floored, needs,  e,      e,      e,    e,     static_cast<int64_t>(edge_cells),
           grouped};
  header_taken_ = true;
  problem_.need_edge_begin.push_back(0);
  problem_.edge_cell_begin.push_back(0);
  SetAside();
  return absl::OkStatus();
}

// Only for what may come in so many bytes.
void ProblemBinaryReader::SetAside() {
  const int64_t edges = std::min(left_[kEdgeOffer], bytes_likely_ / kEdgeBytes);
  problem_.edge_offer.reserve(edges);
  problem_.edge_bound.reserve(edges);
  problem_.edge_weight.reserve(edges);
  problem_.edge_cell_begin.reserve(edges + 1);
  problem_.edge_cell.reserve(std::min(left_[kEdgeCell], bytes_likely_ / 4));
}

void ProblemBinaryReader::TakeColumn(absl::string_view& bytes) {
  const size_t width = column_ == kEdgeCells ? 1 : 4;
  if (!begun_.empty()) {
    const size_t taken = std::min(bytes.size(), width - begun_.size());
    begun_.append(bytes.data(), taken);
    bytes.remove_prefix(taken);
    if (begun_.size() < width) return;
    TakeNumbers(begun_);
    begun_.clear();
    return;
  }
  const auto whole =
      static_cast<size_t>(std::min<uint64_t>(bytes.size() / width, static_cast<uint64_t>(left_[column_])));
  if (whole == 0) {
    begun_.assign(bytes.data(), bytes.size());
    bytes = {};
    return;
  }
  TakeNumbers(bytes.substr(0, whole * width));
  bytes.remove_prefix(whole * width);
}

void ProblemBinaryReader::TakeNumbers(absl::string_view bytes) {
  const size_t width = column_ == kEdgeCells ? 1 : 4;
  left_[column_] -= static_cast<int64_t>(bytes.size() / width);
  const auto each = [&](auto take) {
    for (size_t i = 0; i < bytes.size(); i += width)
      take(static_cast<int64_t>(Little(bytes.data() + i, width)));
  };
  const auto units = [&](std::vector<Units>& column) {
    each([&](int64_t number) { column.push_back(number); });
  };
  // A number that is no index becomes one that Validate refuses.
  const auto index = [](int64_t number) {
    return static_cast<int32_t>(std::min<int64_t>(number, kCountMax));
  };
  switch (column_) {
    case kNeedDemand:
      return units(problem_.need_demand);
    case kOfferCapacity:
      return units(problem_.offer_capacity);
    case kOfferTap:
      return each([&](int64_t number) { problem_.offer_tap.push_back(TapIndex{index(number) - 1}); });
    case kOfferLot:
      return units(problem_.offer_lot);
    case kTapCapacity:
      return units(problem_.tap_capacity);
    case kCellRoom:
      return units(problem_.cell_room);
    case kCellFloor:
      return units(problem_.cell_floor);
    case kCellPenalty:
      return units(problem_.cell_penalty);
    case kNeedEdges:
      return each([&](int64_t number) {
        problem_.need_edge_begin.push_back(problem_.need_edge_begin.back() + number);
      });
    case kEdgeOffer:
      return each([&](int64_t number) { problem_.edge_offer.push_back(OfferIndex{index(number)}); });
    case kEdgeBound:
      return units(problem_.edge_bound);
    case kEdgeWeight:
      return each([&](int64_t number) { problem_.edge_weight.push_back(index(number)); });
    case kEdgeCells:
      return each([&](int64_t number) {
        problem_.edge_cell_begin.push_back(problem_.edge_cell_begin.back() + number);
      });
    case kEdgeCell:
      return each([&](int64_t number) { problem_.edge_cell.push_back(CellIndex{index(number)}); });
    default:
      return each([&](int64_t number) { need_group_.push_back(index(number)); });
  }
}

absl::StatusOr<int32_t> ProblemBinaryReader::CountGroups() const {
  std::vector<bool> stands(need_group_.size(), false);
  int32_t count = 0;
  for (size_t n = 0; n < need_group_.size(); ++n) {
    if (need_group_[n] >= static_cast<int32_t>(need_group_.size())) {
      return absl::InvalidArgumentError(
          absl::StrCat("need_group[", n, "] is ", need_group_[n], ": expected less than the count of needs"));
    }
    stands[need_group_[n]] = true;
    count = std::max(count, need_group_[n] + 1);
  }
  const auto missing = std::find(stands.begin(), stands.begin() + count, false) - stands.begin();
  if (missing == count) return count;
  return absl::InvalidArgumentError(
      absl::StrCat("need_group: group ", missing, " has no need: expected one"));
}

absl::StatusOr<Problem> ProblemBinaryReader::Finish(NeedGroups* groups) && {
  if (!header_taken_) return absl::InvalidArgumentError("header: it ends before its 48 bytes");
  if (!begun_.empty() || std::any_of(left_.begin(), left_.end(), [](int64_t left) { return left > 0; })) {
    return absl::InvalidArgumentError("it ends before its last column does");
  }
  if (absl::Status status = Validate(problem_); !status.ok()) return status;
  const absl::StatusOr<int32_t> group_count = CountGroups();
  if (!group_count.ok()) return group_count.status();
  if (groups != nullptr) *groups = {*group_count, std::move(need_group_)};
  return std::move(problem_);
}

absl::Status WriteProblemBinary(const Problem& problem, TextSink sink, const NeedGroups* groups) {
  Writer writer(sink);
  const bool has_groups = groups != nullptr && groups->count > 0;
  writer.Bytes(kProblemMagic);
  writer.Put(kVersion, 4);
  writer.Put((problem.has_floors() ? kHasFloors : 0) | (has_groups ? kHasGroups : 0), 4);
  for (const int32_t count :
       {problem.need_count(), problem.offer_count(), problem.tap_count(), problem.cell_count()}) {
    writer.Put(static_cast<uint64_t>(count), 4);
  }
  writer.Put(problem.edge_offer.size(), 8);
  writer.Put(problem.edge_cell.size(), 8);
  writer.Column(problem.need_demand);
  writer.Column(problem.offer_capacity);
  writer.Column(problem.offer_tap, 1);
  writer.Column(problem.offer_lot);
  writer.Column(problem.tap_capacity);
  writer.Column(problem.cell_room);
  writer.Column(problem.cell_floor);
  writer.Column(problem.cell_penalty);
  writer.Differences(problem.need_edge_begin, 4);
  writer.Column(problem.edge_offer, 0);
  writer.Column(problem.edge_bound);
  writer.Column(problem.edge_weight);
  writer.Differences(problem.edge_cell_begin, 1);
  writer.Column(problem.edge_cell, 0);
  if (has_groups) writer.Column(groups->need_group);
  return writer.Finish();
}

}  // namespace ayni::matcher
