#include "services/round/tap_calls.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace ayni::services {
namespace {

constexpr int64_t kPerMille = 1'000;

int64_t Quotient(int64_t part, int64_t whole) { return (part + whole - 1) / whole; }

// How many to train for so many who succeed; 0 where the policy expects none to.
int64_t Trainees(int64_t taps, int32_t success_per_mille) {
  return success_per_mille == 0 ? 0 : Quotient(taps * kPerMille, success_per_mille);
}

}  // namespace

TapCalls::TapCalls(const ClearedRound& cleared, absl::Span<const matcher::Units> edge_units)
    : cleared_(cleared) {
  const matcher::Problem& problem = cleared.posed.problem;
  const matcher::Market& market = cleared.market.market();
  std::set<std::pair<int32_t, int32_t>> served;  // services and TAPs
  need_units_.resize(problem.need_count());
  for (int32_t need = 0; need < problem.need_count(); ++need) {
    for (int64_t edge = problem.need_edge_begin[need]; edge < problem.need_edge_begin[need + 1]; ++edge) {
      if (edge_units[edge] == 0) continue;
      need_units_[need] += edge_units[edge];
      const matcher::Offer offer = market.offer(problem.edge_offer[edge]);
      if (offer.service.at() >= given_.size()) given_.resize(offer.service.at() + 1);
      Given& given = given_[offer.service.at()];
      given.units += edge_units[edge];
      if (served.emplace(offer.service.value, offer.tap.value).second) ++given.tap_count;
    }
  }
  const matcher::SegmentTable& table = cleared.posed.segments;
  needs_.resize(table.segments.size());
  for (const std::vector<matcher::SegmentIndex>& of_limit : table.need_segment) {
    for (size_t need = 0; need < of_limit.size(); ++need) {
      const matcher::SegmentIndex segment = of_limit[need];
      if (segment.present() && table.segments[segment.at()].thin)
        needs_[segment.at()].push_back(matcher::NeedIndex{static_cast<int32_t>(need)});
    }
  }
}

v1::TapCall TapCalls::Of(matcher::SegmentIndex segment) const {
  const matcher::Market& market = cleared_.market.market();
  std::set<matcher::ServiceIndex> services;
  std::map<matcher::LanguageIndex, int64_t> languages;
  v1::TapCall call;
  matcher::Units given = 0;
  int64_t given_taps = 0;
  for (matcher::NeedIndex index : needs_[segment.at()]) {
    const matcher::Need need = market.need(index);
    const matcher::Units lack = need.open_quantity - need_units_[index.at()];
    services.insert(need.service);
    if (lack <= 0) continue;
    call.set_quantity(call.quantity() + lack);
    for (matcher::LanguageIndex language : need.languages) languages[language] += lack;
  }
  for (matcher::ServiceIndex service : services) {
    call.add_services(cleared_.market.NameOf(service));
    if (service.at() >= given_.size()) continue;
    given += given_[service.at()].units;
    given_taps += given_[service.at()].tap_count;
  }
  std::vector<std::pair<int64_t, std::string>> wanted;
  for (const auto& [language, units] : languages)
    wanted.emplace_back(-units, cleared_.market.NameOf(language));
  std::sort(wanted.begin(), wanted.end());
  for (const auto& [units, language] : wanted) call.add_languages(language);

  const matcher::Segment& of = cleared_.posed.segments.segments[segment.at()];
  const int32_t least = cleared_.posed.segments.limits[of.limit].min_controllers;
  int64_t taps = least - of.eligible_controller_count;
  if (given > 0) taps = std::max(taps, Quotient(call.quantity(), std::max<int64_t>(1, given / given_taps)));
  call.set_tap_count(taps);
  const v1::ExpectedSuccess& success = cleared_.policy_record.expected_success();
  call.set_community_trainee_count(Trainees(taps, success.community_per_mille()));
  call.set_enterprise_trainee_count(Trainees(taps, success.enterprise_per_mille()));
  return call;
}

}  // namespace ayni::services
