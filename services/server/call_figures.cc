#include "services/server/call_figures.h"

#include <algorithm>

namespace ayni::services {

void MethodFigures::Count(absl::StatusCode code, absl::Duration duration) {
  const size_t code_index = std::min<size_t>(static_cast<size_t>(code), kStatusCodes - 1);
  const int64_t micros = absl::ToInt64Microseconds(duration);
  const size_t bucket =
      std::lower_bound(kDurationBucketsMicros.begin(), kDurationBucketsMicros.end(), micros) -
      kDurationBucketsMicros.begin();
  by_code_[code_index].fetch_add(1, std::memory_order_relaxed);
  by_duration_[bucket].fetch_add(1, std::memory_order_relaxed);
  total_micros_.fetch_add(micros, std::memory_order_relaxed);
}

uint64_t MethodFigures::CountOf(absl::StatusCode code) const {
  return by_code_[static_cast<size_t>(code)].load(std::memory_order_relaxed);
}

Figure MethodFigures::Durations() const {
  Figure figure;
  figure.labels = {{"method", method_}};
  for (size_t i = 0; i < by_duration_.size(); ++i) {
    figure.count += by_duration_[i].load(std::memory_order_relaxed);
    if (i < kDurationBucketsMicros.size())
      figure.buckets.push_back({kDurationBucketsMicros[i] / 1e6, figure.count});
  }
  figure.sum = total_micros_.load(std::memory_order_relaxed) / 1e6;
  return figure;
}

MethodFigures* CallFigures::Add(const std::string& method) { return &methods_.emplace_back(method); }

std::vector<FigureFamily> CallFigures::Collect() const {
  FigureFamily requests{
      "ayni_requests_total", "Calls answered, by method and status code.", FigureFamily::Kind::kCounter, {}};
  FigureFamily durations{"ayni_request_duration_seconds",
                         "From a call's arrival to its answer, by method.",
                         FigureFamily::Kind::kHistogram,
                         {}};
  for (const MethodFigures& method : methods_) {
    for (size_t code = 0; code < kStatusCodes; ++code) {
      const auto status_code = static_cast<absl::StatusCode>(code);
      const uint64_t count = method.CountOf(status_code);
      if (count == 0) continue;
      requests.figures.push_back(
          ValueOf({{"method", method.method()}, {"code", absl::StatusCodeToString(status_code)}},
                  static_cast<double>(count)));
    }
    Figure figure = method.Durations();
    if (figure.count > 0) durations.figures.push_back(std::move(figure));
  }
  return {std::move(requests), std::move(durations),
          Gauge("ayni_requests_in_flight", "Calls that are not yet answered.",
                static_cast<double>(in_flight_.load(std::memory_order_relaxed)))};
}

}  // namespace ayni::services
