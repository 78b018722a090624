#include "matcher/shortlist.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "matcher/spread.h"

namespace ayni::matcher {
namespace {

class ShortlistMaker {
 public:
  ShortlistMaker(const Problem& problem, const Slots& slots, int32_t part, const std::vector<double>& prices)
      : problem_(problem),
        slots_(slots),
        needs_(slots.needs_of(part)),
        first_slot_(slots.part_slot_begin[part]) {
    const int32_t slot_end = slots.part_slot_begin[part + 1];
    slot_price_.reserve(slot_end - first_slot_);
    for (int32_t s = first_slot_; s < slot_end; ++s) {
      double price = 0;
      for (const int32_t r : slots.resources(s)) price += prices[r];
      // Edges that cost more than they could ever bring are shut.
      slot_price_.push_back(price < slots.price_max ? static_cast<float>(price) : kNeverPaid);
    }
    slot_now_.assign(slot_price_.size(), -1);
    int64_t edges = 0;
    for (const int32_t n : needs_) edges += problem.need_edge_begin[n + 1] - problem.need_edge_begin[n];
    edges_.resize(edges + 1);  // the last is written to where none is chosen
  }

  Shortlist Make(double reach, bool with_edges) && {
    for (size_t i = 0; i < needs_.size(); ++i)
      ChooseEdges(static_cast<int32_t>(i), static_cast<float>(reach));
    SortNeeds();
    PlaceNeeds(with_edges);
    TakeResources();
    return std::move(list_);
  }

 private:
  struct Chosen {
    int32_t need;   // by place in the part
    int32_t begin;  // in chosen_
    int32_t count;
    bool capped;
  };

  // Without branches on gains, which no processor foresees.
  void ChooseEdges(int32_t place, float reach) {
    const int32_t n = needs_[place];
    const int64_t begin = problem_.need_edge_begin[n];
    const auto edges = static_cast<int32_t>(problem_.need_edge_begin[n + 1] - begin);
    const Units demand = problem_.need_demand[n];
    if (demand == 0) return;
    gain_.resize(edges);
    const int32_t* const weight = problem_.edge_weight.data() + begin;
    const int32_t* const slot = slots_.edge_slot.data() + begin;
    float most = 0;
    for (int32_t i = 0; i < edges; ++i) {
      gain_[i] = static_cast<float>(weight[i]) - slot_price_[slot[i] - first_slot_];
      most = std::max(most, gain_[i]);
    }
    const auto best = std::find(gain_.begin(), gain_.end(), most) - gain_.begin();
    const bool enough = best == edges || problem_.edge_bound[begin + best] >= demand;
    const float least = std::max((enough ? most : Marginal(n)) - reach, -kNeverPaid / 2);
    Chosen chosen{place, edge_count_, 0, false};
    for (int32_t i = 0; i < edges; ++i) {
      edges_[edge_count_] = i;
      edge_count_ += gain_[i] > least;
    }
    chosen.count = edge_count_ - chosen.begin;
    if (chosen.count == 0) return;
    for (int32_t i = chosen.begin; i < edge_count_; ++i) {
      chosen.capped |= problem_.edge_bound[begin + edges_[i]] < demand;
    }
    chosen_.push_back(chosen);
  }

  // The gain of the need's last unit, where each edge takes its bound, the best first; 0 where units are
  // left.
  float Marginal(int32_t need) {
    const int64_t begin = problem_.need_edge_begin[need];
    by_gain_.clear();
    for (size_t i = 0; i < gain_.size(); ++i) {
      if (gain_[i] > 0) by_gain_.emplace_back(gain_[i], problem_.edge_bound[begin + static_cast<int64_t>(i)]);
    }
    std::make_heap(by_gain_.begin(), by_gain_.end());
    for (Units left = problem_.need_demand[need]; !by_gain_.empty();) {
      std::pop_heap(by_gain_.begin(), by_gain_.end());
      left -= by_gain_.back().second;
      if (left <= 0) return by_gain_.back().first;
      by_gain_.pop_back();
    }
    return 0;
  }

  // Those without a binding bound first, then by how many edges they have: counted, and stable.
  void SortNeeds() {
    int32_t most = 0;
    for (const Chosen& chosen : chosen_) most = std::max(most, chosen.count);
    const auto key = [most](const Chosen& chosen) { return chosen.capped * (most + 1) + chosen.count; };
    std::vector<int32_t> begin(2 * most + 3, 0);
    for (const Chosen& chosen : chosen_) ++begin[key(chosen) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<Chosen> sorted(chosen_.size());
    for (const Chosen& chosen : chosen_) sorted[begin[key(chosen)]++] = chosen;
    chosen_ = std::move(sorted);
  }

  void PlaceNeeds(bool with_edges) {
    list_.row_begin.push_back(0);
    list_.capped_begin = -1;
    for (size_t i = 0; i < chosen_.size();) {
      const bool capped = chosen_[i].capped;
      size_t end = i;
      while (end < chosen_.size() && end < i + kLanes && chosen_[end].capped == capped) ++end;
      if (capped && list_.capped_begin < 0) list_.capped_begin = list_.slice_count();
      list_.row_begin.push_back(list_.row_begin.back() + chosen_[end - 1].count);
      i = end;
    }
    if (list_.capped_begin < 0) list_.capped_begin = list_.slice_count();
    const size_t entries = size_t{kLanes} * list_.row_begin.back();
    list_.need.assign(size_t{kLanes} * list_.slice_count(), -1);
    list_.demand.assign(list_.need.size(), 0);
    list_.slot.assign(entries, -1);
    list_.weight.assign(entries, 0);
    list_.bound.assign(entries - size_t{kLanes} * list_.row_begin[list_.capped_begin], 0);
    if (with_edges) list_.edge.assign(entries, -1);
    size_t next = 0;
    list_.slot_begin.push_back(0);
    for (int32_t slice = 0; slice < list_.slice_count(); ++slice) {
      const bool capped = slice >= list_.capped_begin;
      for (int lane = 0; lane < kLanes; ++lane) {
        if (next == chosen_.size() || chosen_[next].capped != capped) break;
        PlaceNeed(chosen_[next++], slice, lane);
      }
    }
    std::replace(list_.slot.begin(), list_.slot.end(), -1, list_.slot_count());
  }

  void PlaceNeed(const Chosen& chosen, int32_t slice, int lane) {
    const int32_t n = needs_[chosen.need];
    list_.need[size_t{kLanes} * slice + lane] = n;
    list_.demand[size_t{kLanes} * slice + lane] = static_cast<float>(problem_.need_demand[n]);
    const size_t capped_from = size_t{kLanes} * list_.row_begin[list_.capped_begin];
    for (int32_t j = 0; j < chosen.count; ++j) {
      const int64_t e = problem_.need_edge_begin[n] + edges_[chosen.begin + j];
      const size_t at = size_t{kLanes} * (list_.row_begin[slice] + j) + lane;
      list_.slot[at] = SlotNow(slots_.edge_slot[e]);
      asked_[list_.slot[at]] +=
          static_cast<double>(std::min(problem_.edge_bound[e], problem_.need_demand[n]));
      list_.weight[at] = static_cast<float>(problem_.edge_weight[e]);
      if (slice >= list_.capped_begin)
        list_.bound[at - capped_from] = static_cast<float>(problem_.edge_bound[e]);
      if (!list_.edge.empty()) list_.edge[at] = e;
    }
  }

  int32_t SlotNow(int32_t slot) {
    int32_t& now = slot_now_[slot - first_slot_];
    if (now < 0) {
      now = list_.slot_count();
      asked_.push_back(0);
      for (const int32_t r : slots_.resources(slot)) list_.slot_resource.push_back(r);
      list_.slot_begin.push_back(static_cast<int32_t>(list_.slot_resource.size()));
    }
    return now;
  }

  // Numbers the resources, those that most slots use first, and among these in the order in which slots first
  // use them.
  void TakeResources() {
    // By resource of Slots; all -1 between calls, so that a call costs no more than what it uses.
    thread_local std::vector<int32_t> now;
    if (now.size() < slots_.resource_room.size()) now.resize(slots_.resource_room.size(), -1);
    for (int32_t& r : list_.slot_resource) {
      if (now[r] < 0) {
        now[r] = static_cast<int32_t>(list_.resource.size());
        list_.resource.push_back(r);
      }
      r = now[r];
    }
    for (const int32_t r : list_.resource) now[r] = -1;
    SortResources();
    list_.asked.assign(list_.resource.size(), 0);
    for (int32_t s = 0; s < list_.slot_count(); ++s) {
      for (int32_t i = list_.slot_begin[s]; i < list_.slot_begin[s + 1]; ++i) {
        list_.asked[list_.slot_resource[i]] += asked_[s];
      }
    }
  }

  void SortResources() {
    std::vector<int32_t> slots(list_.resource.size(), 0);
    for (const int32_t r : list_.slot_resource) ++slots[r];
    std::vector<int32_t> order(list_.resource.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return slots[a] > slots[b]; });
    std::vector<int32_t> sorted, now(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      sorted.push_back(list_.resource[order[i]]);
      now[order[i]] = static_cast<int32_t>(i);
    }
    list_.resource = std::move(sorted);
    for (int32_t& r : list_.slot_resource) r = now[r];
  }

  const Problem& problem_;
  const Slots& slots_;
  const absl::Span<const int32_t> needs_;
  const int32_t first_slot_;
  std::vector<float> slot_price_;  // by slot of the part
  std::vector<int32_t> slot_now_;  // in list_; -1 where it has none
  std::vector<double> asked_;      // by slot of list_
  std::vector<float> gain_;        // of the edges of the need at hand
  std::vector<std::pair<float, Units>> by_gain_;
  std::vector<Chosen> chosen_;
  std::vector<int32_t> edges_;  // by place among their need's: the first edge_count_ are chosen
  int32_t edge_count_ = 0;
  Shortlist list_;
};

}  // namespace

Shortlist MakeShortlist(const Problem& problem, const Slots& slots, int32_t part,
                        const std::vector<double>& prices, double reach, bool with_edges) {
  return ShortlistMaker(problem, slots, part, prices).Make(reach, with_edges);
}

}  // namespace ayni::matcher
