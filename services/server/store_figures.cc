#include "services/server/store_figures.h"

#include <cmath>
#include <string>
#include <utility>

namespace ayni::services {
namespace {

// `unit` is one observed unit in the figure's own.
FigureFamily HistogramOf(std::string name, std::string help, const storage::Histogram& histogram,
                         double unit) {
  Figure figure;
  figure.count = histogram.count;
  figure.sum = histogram.sum * unit;
  uint64_t cumulative_count = 0;
  for (size_t i = 0; i + 1 < storage::kHistogramBuckets; ++i) {
    cumulative_count += histogram.bucket[i];
    figure.buckets.push_back({std::ldexp(unit, static_cast<int>(i)), cumulative_count});
  }
  return {std::move(name), std::move(help), FigureFamily::Kind::kHistogram, {std::move(figure)}};
}

}  // namespace

std::vector<FigureFamily> StoreFigures(const storage::Store& store) {
  constexpr double kMicrosecond = 1e-6;
  const storage::CommitStats stats = store.Stats();
  return {
      Counter("ayni_commits_total", "Changes written.", stats.committed),
      Counter("ayni_commits_replayed_total", "Changes answered from an earlier one of the same request_id.",
              stats.replayed),
      Counter("ayni_commits_conflicted_total", "Changes whose preconditions did not hold.", stats.failed),
      Counter("ayni_commits_refused_total", "Changes that the store did not take.", stats.refused),
      HistogramOf("ayni_commit_group_changes", "Changes written together, for each synced write.",
                  stats.group_changes, 1),
      HistogramOf("ayni_commit_write_seconds", "Duration of each synced write.", stats.write_micros,
                  kMicrosecond),
      HistogramOf("ayni_commit_seconds", "From a change's arrival at the store until it is durable.",
                  stats.commit_micros, kMicrosecond),
      Gauge("ayni_store_sequence", "Commits that the store holds.", store.sequence()),
      Gauge("ayni_ledger_leaves", "Leaves of the ledger.", store.leaf_count()),
  };
}

}  // namespace ayni::services
