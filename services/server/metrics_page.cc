#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <sstream>
#include <utility>

#include "services/server/status_port.h"

namespace ayni::services {
namespace {

prometheus::MetricType TypeOf(FigureFamily::Kind kind) {
  switch (kind) {
    case FigureFamily::Kind::kCounter:
      return prometheus::MetricType::Counter;
    case FigureFamily::Kind::kGauge:
      return prometheus::MetricType::Gauge;
    case FigureFamily::Kind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric MetricOf(FigureFamily::Kind kind, const Figure& figure) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : figure.labels) metric.label.push_back({name, value});
  switch (kind) {
    case FigureFamily::Kind::kCounter:
      metric.counter.value = figure.value;
      break;
    case FigureFamily::Kind::kGauge:
      metric.gauge.value = figure.value;
      break;
    case FigureFamily::Kind::kHistogram:
      metric.histogram.sample_count = figure.count;
      metric.histogram.sample_sum = figure.sum;
      for (const FigureBucket& bucket : figure.buckets) {
        metric.histogram.bucket.push_back({bucket.cumulative_count, bucket.upper_bound});
      }
      metric.histogram.bucket.push_back({figure.count, std::numeric_limits<double>::infinity()});
      break;
  }
  return metric;
}

}  // namespace

std::string MetricsPage(const FigureBoard& board) {
  std::vector<prometheus::MetricFamily> families;
  for (const FigureFamily& family : board.Collect()) {
    prometheus::MetricFamily out{family.name, family.help, TypeOf(family.kind), {}};
    for (const Figure& figure : family.figures) out.metric.push_back(MetricOf(family.kind, figure));
    families.push_back(std::move(out));
  }
  std::ostringstream page;
  prometheus::TextSerializer().Serialize(page, families);
  return page.str();
}

}  // namespace ayni::services
