#include "services/cli/trend_plot.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/cli/line_plot.h"
#include "services/cli/resource_name.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::Truncated;

using google::protobuf::util::MessageDifferencer;
using Trend = std::vector<const v1::TrendPoint*>;

constexpr double kLabelWidth = 196;
// Of the letters of labels, so many fit beside the panels.
constexpr int kLabelColumns = 24;
constexpr size_t kTicksMax = 8;

std::tuple<int64_t, int32_t, std::string> MomentOf(const v1::TrendPoint& point) {
  return {point.publish_time().seconds(), point.publish_time().nanos(), point.round()};
}

std::string DayText(const v1::TrendPoint& point) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(point.publish_time().seconds()),
                          absl::UTCTimeZone());
}

std::vector<Trend> TrendsOf(const std::vector<v1::TrendPoint>& points) {
  std::vector<Trend> trends;
  for (const v1::TrendPoint& point : points) {
    if (trends.empty() || !MessageDifferencer::Equals(trends.back().back()->segment(), point.segment()))
      trends.emplace_back();
    trends.back().push_back(&point);
  }
  return trends;
}

int64_t MatchedIn(const Trend& trend) {
  int64_t matched = 0;
  for (const v1::TrendPoint* point : trend) matched += point->matched_quantity();
  return matched;
}

// The rounds of the trends stand at equal distances, in the order of publication.
class Axis {
 public:
  explicit Axis(const std::vector<v1::TrendPoint>& points) {
    for (const v1::TrendPoint& point : points) rounds_.try_emplace(MomentOf(point), &point);
  }

  double Along(const v1::TrendPoint& point) const {
    const auto place = std::distance(rounds_.begin(), rounds_.find(MomentOf(point)));
    return rounds_.size() == 1 ? 0.5 : static_cast<double>(place) / static_cast<double>(rounds_.size() - 1);
  }

  std::vector<std::pair<double, std::string>> Ticks() const {
    const size_t stride = (rounds_.size() + kTicksMax - 1) / kTicksMax;
    std::vector<std::pair<double, std::string>> ticks;
    size_t at = 0;
    for (const auto& [moment, point] : rounds_) {
      if (at++ % stride == 0) ticks.emplace_back(Along(*point), Truncated(LastId(point->round()), 11));
    }
    return ticks;
  }

  size_t size() const { return rounds_.size(); }
  std::string Days() const {
    return absl::StrCat(DayText(*rounds_.begin()->second), " to ", DayText(*rounds_.rbegin()->second));
  }

 private:
  std::map<std::tuple<int64_t, int32_t, std::string>, const v1::TrendPoint*> rounds_;
};

PlotPanel PanelOf(const std::string& title, const std::string& unit, const std::vector<Trend>& trends,
                  const Axis& axis, const Naming& naming,
                  const std::function<double(const v1::TrendPoint&)>& value_of) {
  PlotPanel panel{title, unit, {}, {}};
  for (const Trend& trend : trends) {
    const std::string segment = SegmentText(trend.front()->segment(), naming);
    PlotSeries series{Truncated(segment, kLabelColumns), static_cast<char>('a' + panel.series.size()), {}};
    for (const v1::TrendPoint* point : trend) {
      const double value = value_of(*point);
      series.points.push_back(
          {axis.Along(*point), value,
           absl::StrFormat("%s, round %s: %g%s", segment, LastId(point->round()), value, unit)});
    }
    panel.series.push_back(std::move(series));
  }
  return panel;
}

}  // namespace

std::string SegmentText(const v1::Segment& segment, const Naming& naming) {
  std::vector<std::string> parts = {
      segment.service().empty() ? segment.service_family() : naming(segment.service()),
      naming(segment.territory())};
  if (!segment.value_chain().empty()) parts.push_back(naming(segment.value_chain()));
  if (!segment.currency().empty()) parts.push_back(segment.currency());
  return absl::StrJoin(parts, ", ");
}

std::string TrendPlot(const std::vector<v1::TrendPoint>& points, const Naming& naming) {
  std::vector<Trend> trends = TrendsOf(points);
  const size_t all = trends.size();
  std::stable_sort(trends.begin(), trends.end(),
                   [](const Trend& a, const Trend& b) { return MatchedIn(a) > MatchedIn(b); });
  trends.resize(std::min(trends.size(), kTrendLinesMax));
  const Axis axis(points);
  LinePlot plot;
  plot.title = "Concentration over rounds";
  const std::string& limit = points.front().segment().limit();
  const bool is_one_limit = std::all_of(points.begin(), points.end(), [&](const v1::TrendPoint& point) {
    return point.segment().limit() == limit;
  });
  plot.subtitle = absl::StrCat(is_one_limit ? absl::StrCat("Limit ", limit, "; ") : "", axis.size(),
                               axis.size() == 1 ? " published round, " : " published rounds, ", axis.Days(),
                               all > trends.size() ? absl::StrCat("; the ", trends.size(), " of ", all,
                                                                  " segments in which most was matched")
                                                   : "");
  plot.axis_title = "rounds, in the order of publication";
  plot.ticks = axis.Ticks();
  plot.label_width = kLabelWidth;
  plot.panels = {PanelOf("Concentration: HHI, 0 to 10,000", "", trends, axis, naming,
                         [](const v1::TrendPoint& point) { return point.hhi(); }),
                 PanelOf("Largest controller's share", " %", trends, axis, naming,
                         [](const v1::TrendPoint& point) { return point.cr1_basis_points() / 100.0; })};
  return SvgOf(plot);
}

}  // namespace ayni::cli
