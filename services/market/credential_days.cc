#include "services/market/credential_days.h"

#include <algorithm>

#include "services/market/engine_day.h"

namespace ayni::services {
namespace {

std::vector<matcher::Window> GapsOf(const v1::Credential& credential) {
  std::vector<matcher::Window> gaps;
  for (const v1::Suspension& suspension : credential.suspensions()) {
    const matcher::Day last = suspension.has_end_date() ? DayOf(suspension.end_date()) : matcher::kDayMax;
    gaps.push_back({DayOf(suspension.start_date()), last});
  }
  for (const v1::Renewal& renewal : credential.renewals())
    gaps.push_back({DayOf(renewal.expire_date()) + 1, DayOf(renewal.renew_date()) - 1});
  gaps.erase(std::remove_if(gaps.begin(), gaps.end(),
                            [](const matcher::Window& gap) { return gap.first > gap.last; }),
             gaps.end());
  std::sort(gaps.begin(), gaps.end(),
            [](const matcher::Window& a, const matcher::Window& b) { return a.first < b.first; });
  return gaps;
}

}  // namespace

std::vector<matcher::Window> HoldingWindowsOf(const v1::Credential& credential) {
  const matcher::Window whole = WindowOf(credential);
  std::vector<matcher::Window> windows;
  const auto add = [&](matcher::Day first, matcher::Day last) {
    if (windows.empty() || first <= last) windows.push_back({first, last});
  };
  matcher::Day next = whole.first;
  for (const matcher::Window& gap : GapsOf(credential)) {
    add(next, std::min(gap.first - 1, whole.last));
    if (gap.last == matcher::kDayMax) return windows;
    next = std::max(next, gap.last + 1);
  }
  add(next, whole.last);
  return windows;
}

}  // namespace ayni::services
