#include "services/round/segment_trend.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/market/holdings.h"
#include "services/resource/field_path.h"
#include "services/resource/filter.h"
#include "services/resource/page.h"
#include "services/resource/record_keys.h"
#include "services/resource/record_scan.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

// Of what all rounds say alike of a segment, so that no filter makes holes in a trend.
const std::vector<FilterField>& TrendFields() {
  static const auto* const fields = [] {
    auto* made = new std::vector<FilterField>;
    for (const char* path :
         {"segment.limit", "segment.service", "segment.service_family", "segment.territory",
          "segment.value_chain", "segment.currency", "controller_level", "territory_level"})
      made->emplace_back(v1::TrendPoint::descriptor(), path);
    return made;
  }();
  return *fields;
}

// In this order trends are listed.
using SegmentKey = std::tuple<std::string, std::string, std::string, std::string, std::string, std::string>;

SegmentKey KeyOf(const v1::Segment& segment) {
  return {segment.limit(),     segment.service(),     segment.service_family(),
          segment.territory(), segment.value_chain(), segment.currency()};
}

// A page goes on where the one before ended: in the same rounds, after so many points of a segment.
struct Place {
  std::string newest_round;
  SegmentKey segment;
  int point_count = 0;
};

constexpr char kPlaceSeparator[] = "\n";

std::string TextOf(const Place& place) {
  return absl::StrJoin(
      std::tuple_cat(std::tie(place.newest_round), place.segment, std::tie(place.point_count)),
      kPlaceSeparator);
}

bool ReadPlace(const std::string& text, Place* place) {
  const std::vector<std::string> parts = absl::StrSplit(text, kPlaceSeparator);
  if (parts.size() != 8 || !absl::SimpleAtoi(parts[7], &place->point_count)) return false;
  place->newest_round = parts[0];
  place->segment = {parts[1], parts[2], parts[3], parts[4], parts[5], parts[6]};
  return true;
}

// What a valid request asks for.
struct TrendListing {
  Page page;
  Filter filter;
  Place after;  // of the first page: before everything
  int round_count = 0;
};

absl::StatusOr<TrendListing> ReadTrendListing(const storage::Store& store, const Call& call,
                                              const v1::ListTrendPointsRequest& request) {
  Violations violations;
  const FieldPath root;
  if (request.round_count() < 0) {
    violations.Add(root / "round_count",
                   absl::StrCat("must be 0 to ", kTrendRoundsMax, ", is ", request.round_count()));
  }
  StoreView view(store);
  const auto resolve = [&view](const ResourceType& type, const std::string& name) {
    std::string resolved = name;
    return view.Resolve(type, &resolved).empty() ? resolved : name;
  };
  TrendListing listing{
      Page(store.secret(), request.page_size(), request.page_token(),
           absl::StrCat(call.method, "\n", request.round_count(), "\n", request.filter()), {}, &violations),
      Filter::Parse(request.filter(), TrendFields(), resolve, root / "filter", &violations),
      {}};
  if (!listing.page.after().empty() && !ReadPlace(listing.page.after(), &listing.after))
    Page::AddWrongToken(&violations);
  listing.round_count =
      request.round_count() == 0 ? kTrendRoundsDefault : std::min(request.round_count(), kTrendRoundsMax);
  if (!violations.empty()) return violations.ToStatus();
  return listing;
}

// The last of the published rounds, oldest first; up to the newest that the listing began with.
absl::StatusOr<std::vector<v1::Round>> ReadRounds(const storage::Snapshot& snapshot,
                                                  const TrendListing& listing) {
  auto rounds = ReadPublishedRounds(snapshot, [] { return false; });
  if (!rounds.ok()) return rounds.status();
  const auto newest = std::find_if(rounds->begin(), rounds->end(), [&](const v1::Round& round) {
    return round.name() == listing.after.newest_round;
  });
  if (newest != rounds->end()) rounds->erase(newest + 1, rounds->end());
  if (rounds->size() > static_cast<size_t>(listing.round_count))
    rounds->erase(rounds->begin(), rounds->end() - listing.round_count);
  return rounds;
}

// Trends of the segments from the place on: as many as a page can need, so that memory follows the page and
// not the market.
class Trends {
 public:
  Trends(const storage::Snapshot& snapshot, const TrendListing& listing)
      : snapshot_(snapshot), listing_(listing) {}

  // In the order of publication.
  absl::Status Add(const v1::Round& round) {
    const auto policy = ReadRecord(snapshot_, ResourceType::Of<v1::Policy>(), round.policy());
    if (!policy.ok()) return policy.status();
    const auto* record =
        policy->version == 0 ? nullptr : static_cast<const v1::Policy*>(policy->record.get());
    const Kind& kind = KindOf<v1::SegmentReport>();
    const Filter all;
    RecordScan scan(snapshot_, kind, kind.type.Name(round.name(), ""), all, "");
    while (scan.Next()) Add(round, record, static_cast<const v1::SegmentReport&>(scan.record()));
    return scan.status();
  }

  const std::map<SegmentKey, std::vector<v1::TrendPoint>>& by_segment() const { return by_segment_; }

 private:
  void Add(const v1::Round& round, const v1::Policy* policy, const v1::SegmentReport& report) {
    SegmentKey key = KeyOf(report.segment());
    if (key < listing_.after.segment) return;
    v1::TrendPoint point;
    *point.mutable_segment() = report.segment();
    FillLevels(policy, &point);
    if (!listing_.filter.Matches(point)) return;
    Fill(round, report, &point);
    std::vector<v1::TrendPoint>& points = by_segment_[std::move(key)];
    if (!points.empty()) FillChange(points.back(), &point);
    points.push_back(std::move(point));
    // Each segment has a point at least, of which the first page may have begun with some.
    if (by_segment_.size() > static_cast<size_t>(listing_.page.size()) + 2)
      by_segment_.erase(std::prev(by_segment_.end()));
  }

  static void FillLevels(const v1::Policy* policy, v1::TrendPoint* point) {
    if (policy == nullptr) return;
    for (const v1::Limit& limit : policy->limits()) {
      if (limit.id() != point->segment().limit()) continue;
      point->set_controller_level(limit.controller_level());
      point->set_territory_level(limit.territory_level());
    }
  }

  static void Fill(const v1::Round& round, const v1::SegmentReport& report, v1::TrendPoint* point) {
    point->set_round(round.name());
    *point->mutable_publish_time() = round.publish_time();
    point->set_segment_report(report.name());
    point->set_demanded_quantity(report.demanded_quantity());
    point->set_matched_quantity(report.matched_quantity());
    point->set_match_count(report.match_count());
    point->set_hhi_before(report.hhi_before());
    point->set_hhi(report.hhi());
    point->set_cr1_basis_points(report.cr1_basis_points());
    point->set_cr4_basis_points(report.cr4_basis_points());
    point->set_effective_controllers_hundredths(report.effective_controllers_hundredths());
    const bool is_led = report.shares_size() > 0 && report.shares(0).share_basis_points() > 0;
    if (is_led) point->set_leader(report.shares(0).controller());
    point->set_thin(report.thin());
  }

  static void FillChange(const v1::TrendPoint& before, v1::TrendPoint* point) {
    v1::TrendChange* change = point->mutable_change();
    change->set_round(before.round());
    change->set_matched_quantity(point->matched_quantity() - before.matched_quantity());
    change->set_hhi(point->hhi() - before.hhi());
    change->set_cr1_basis_points(point->cr1_basis_points() - before.cr1_basis_points());
    change->set_cr4_basis_points(point->cr4_basis_points() - before.cr4_basis_points());
    change->set_other_leader(point->leader() != before.leader());
  }

  const storage::Snapshot& snapshot_;
  const TrendListing& listing_;
  std::map<SegmentKey, std::vector<v1::TrendPoint>> by_segment_;
};

absl::StatusOr<std::unique_ptr<Message>> ListTrendPoints(const storage::Store& store, const Call& call,
                                                         const v1::ListTrendPointsRequest& request) {
  const auto listing = ReadTrendListing(store, call, request);
  if (!listing.ok()) return listing.status();
  const auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto rounds = ReadRounds(**snapshot, *listing);
  if (!rounds.ok()) return rounds.status();
  Trends trends(**snapshot, *listing);
  for (const v1::Round& round : *rounds) {
    if (absl::Status status = trends.Add(round); !status.ok()) return status;
  }
  auto response = std::make_unique<v1::ListTrendPointsResponse>();
  Place place{rounds->empty() ? "" : rounds->back().name(), {}, 0};
  for (const auto& [key, points] : trends.by_segment()) {
    const bool is_begun = key == listing->after.segment;
    for (size_t at = is_begun ? listing->after.point_count : 0; at < points.size(); ++at) {
      if (response->trend_points_size() == listing->page.size()) {
        response->set_next_page_token(listing->page.TokenAfter(TextOf(place)));
        return response;
      }
      *response->add_trend_points() = points[at];
      place.segment = key;
      place.point_count = static_cast<int>(at) + 1;
    }
  }
  return response;
}

}  // namespace

void AddSegmentTrend(const storage::Store* store, MethodTable* table) {
  table->Add("ayni.v1.AuditService/ListTrendPoints", [store](const std::shared_ptr<const Call>& call,
                                                             const std::shared_ptr<const Requests>& requests,
                                                             const Reply& reply) {
    reply(ListTrendPoints(*store, *call, static_cast<const v1::ListTrendPointsRequest&>(*requests->front())));
  });
}

}  // namespace ayni::services
