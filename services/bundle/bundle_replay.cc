#include "services/bundle/bundle_replay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "matcher/clear.h"
#include "matcher/maxmin.h"
#include "services/bundle/column_hash.h"

namespace ayni::services {
namespace {

using matcher::Prices;

class Replaying {
 public:
  explicit Replaying(const BundleContents& contents)
      : contents_(contents), problem_(contents.problem), stopped_at_(contents.statement.stopped_at()) {
    const v1::Round& round = contents.statement.round();
    engine_.seed = round.seed();
    if (round.target_gap_ppm() > 0) engine_.target_gap_ppm = round.target_gap_ppm();
    // The engine reads no clock: what it finds follows from the answers to its questions.
    engine_.stop = [this] { return ++questions_ >= stopped_at_ && stopped_at_ > 0; };
  }

  absl::StatusOr<BundleReplay> Run() {
    const std::vector<int64_t>& rooms = contents_.market.clearing_room;
    const auto cells = static_cast<int64_t>(problem_.cell_room.size());
    const int64_t clearings = rooms.empty() ? 1 : static_cast<int64_t>(rooms.size()) / cells;
    for (int64_t at = 0; at < clearings; ++at) {
      if (!rooms.empty()) std::copy_n(rooms.begin() + at * cells, cells, problem_.cell_room.begin());
      // Between two the round asked once.
      if (at > 0) engine_.stop();
      const Prices last_prices = solution_.prices;
      if (at > 0) engine_.warm_prices = &last_prices;
      if (absl::Status status = Clear(); !status.ok()) return status;
      engine_.warm_prices = nullptr;
    }
    for (size_t at = 0; at < contents_.market.taken_edge.size(); ++at)
      solution_.edge_units[contents_.market.taken_edge[at]] -= contents_.market.taken_units[at];
    return Compared(static_cast<int>(clearings));
  }

 private:
  absl::Status Clear() {
    if (!contents_.maxmin.has_value()) {
      auto clearing = matcher::Clear(problem_, engine_);
      if (clearing.ok()) solution_ = std::move(clearing->solution);
      return clearing.status();
    }
    matcher::MaxminOptions options;
    options.measure = contents_.maxmin->minimum.measure;
    auto cleared = matcher::ClearMaxmin(problem_, contents_.maxmin->groups, engine_, options);
    if (!cleared.ok()) return cleared.status();
    solution_ = std::move(cleared->clearing.solution);
    minimum_ = std::move(cleared->minimum);
    return absl::OkStatus();
  }

  BundleReplay Compared(int clearings) const {
    BundleReplay replay;
    replay.clearings = clearings;
    replay.stopped_at = stopped_at_;
    ColumnHash hash(minimum_.has_value() ? kMaxminSolutionTitle : kSolutionTitle);
    const auto add = [&](const char*, const auto& column) { hash.Add(column); };
    VisitSolution(solution_, add);
    if (minimum_.has_value()) VisitMinimum(*minimum_, add);
    replay.solution_digest = hash.Finish();
    const auto& units = contents_.solution.edge_units;
    for (size_t edge = 0; edge < units.size(); ++edge)
      replay.differing_edges += units[edge] != solution_.edge_units[edge] ? 1 : 0;
    const Prices& stated = contents_.solution.prices;
    replay.differing_prices =
        Differing(stated.need, solution_.prices.need) + Differing(stated.offer, solution_.prices.offer) +
        Differing(stated.tap, solution_.prices.tap) + Differing(stated.cell, solution_.prices.cell);
    return replay;
  }

  static int64_t Differing(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
    int64_t count = static_cast<int64_t>(std::max(a.size(), b.size()) - std::min(a.size(), b.size()));
    for (size_t at = 0; at < std::min(a.size(), b.size()); ++at) count += a[at] != b[at] ? 1 : 0;
    return count;
  }

  const BundleContents& contents_;
  matcher::Problem problem_;
  const int64_t stopped_at_;
  int64_t questions_ = 0;
  matcher::ClearOptions engine_;
  matcher::Solution solution_;
  std::optional<matcher::Minimum> minimum_;
};

}  // namespace

absl::StatusOr<BundleReplay> Replay(const BundleContents& contents) { return Replaying(contents).Run(); }

}  // namespace ayni::services
