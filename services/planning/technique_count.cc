#include "services/planning/technique_count.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/party.pb.h"
#include "services/market/engine_day.h"
#include "services/market/named_market.h"
#include "services/resource/record_walk.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

constexpr int kPartnersShown = 20;

// What a partner of several kinds is counted as: the first of these.
constexpr v1::PartyRole kPartnerRoles[] = {v1::PARTY_ROLE_PUBLIC_BODY,
                                           v1::PARTY_ROLE_ACADEMIC_INSTITUTION,
                                           v1::PARTY_ROLE_COMPANY,
                                           v1::PARTY_ROLE_CERTIFIER,
                                           v1::PARTY_ROLE_FINANCIAL_INSTITUTION,
                                           v1::PARTY_ROLE_TAP,
                                           v1::PARTY_ROLE_COOPERATIVE,
                                           v1::PARTY_ROLE_PERSON};

v1::PartyRole PartnerRoleOf(const v1::Party& party) {
  for (const v1::PartyRole role : kPartnerRoles) {
    if (std::find(party.roles().begin(), party.roles().end(), role) != party.roles().end()) return role;
  }
  return v1::PARTY_ROLE_UNSPECIFIED;
}

// The most that a TAP's skills of one row come to.
enum class Standing { kClaimed, kStale, kFresh };

struct Row {
  std::map<std::string, Standing> taps;
  std::set<std::string> partners;
  matcher::Day next_last_day = matcher::kDayMax;
};

class Counting {
 public:
  Counting(const storage::Snapshot& snapshot, const TechniqueScope& scope, const std::function<bool()>& stop)
      : snapshot_(snapshot), scope_(scope), stop_(stop) {}

  absl::StatusOr<std::vector<v1::Technique>> Run() {
    absl::Status status = ForEachRecord<v1::Territory>(
        snapshot_, "", stop_, [&](const v1::Territory& territory) { places_.Put(territory); });
    if (status.ok()) status = ReadParties();
    if (status.ok())
      status = ForEachRecord<v1::Skill>(snapshot_, "", stop_, [&](const v1::Skill& skill) { Count(skill); });
    if (!status.ok()) return status;
    std::vector<v1::Technique> techniques;
    for (const auto& [key, row] : rows_) techniques.push_back(ToRecord(key, row));
    return techniques;
  }

 private:
  // Technology, kind of partner, territory.
  using Key = std::tuple<std::string, v1::PartyRole, std::string>;

  struct Known {
    std::string district;
    v1::PartyRole role = v1::PARTY_ROLE_UNSPECIFIED;
  };

  absl::Status ReadParties() {
    return ForEachRecord<v1::Party>(snapshot_, "", stop_, [&](const v1::Party& party) {
      parties_[party.name()] = {party.district(), PartnerRoleOf(party)};
    });
  }

  const Known& PartyOf(const std::string& name) const {
    static const auto* const unknown = new Known();
    const auto found = parties_.find(name);
    return found == parties_.end() ? *unknown : found->second;
  }

  void Count(const v1::Skill& skill) {
    if (!scope_.technology.empty() && skill.technology() != scope_.technology) return;
    if (DayOf(skill.learn_date()) > scope_.day) return;
    const std::string tap = absl::StrCat("parties/", FirstId(skill.name()));
    const matcher::TerritoryIndex district = places_.FindTerritory(PartyOf(tap).district);
    if (!scope_.territory.empty() &&
        (!district.present() || !places_.market().Within(district, places_.FindTerritory(scope_.territory))))
      return;
    const std::string territory = district.present()
                                      ? places_.NameOf(places_.market().At(
                                            district, static_cast<matcher::TerritoryLevel>(scope_.level)))
                                      : "";
    Row& row = rows_[{skill.technology(), PartyOf(skill.partner()).role, territory}];
    Standing standing = Standing::kClaimed;
    if (skill.standing() == v1::RELATION_STANDING_CONFIRMED) {
      const bool fresh = IsFresh(skill, scope_.day);
      standing = fresh ? Standing::kFresh : Standing::kStale;
      row.partners.insert(skill.partner());
      if (fresh) row.next_last_day = std::min(row.next_last_day, DayOf(skill.refresh_by_date()));
    }
    Standing& of_tap = row.taps.try_emplace(tap, standing).first->second;
    of_tap = std::max(of_tap, standing);
  }

  static v1::Technique ToRecord(const Key& key, const Row& row) {
    v1::Technique technique;
    technique.set_technology(std::get<0>(key));
    technique.set_partner_role(std::get<1>(key));
    technique.set_territory(std::get<2>(key));
    const auto count = [&](Standing standing) {
      return std::count_if(row.taps.begin(), row.taps.end(),
                           [standing](const auto& tap) { return tap.second == standing; });
    };
    technique.set_fresh_tap_count(count(Standing::kFresh));
    technique.set_stale_tap_count(count(Standing::kStale));
    technique.set_claimed_tap_count(count(Standing::kClaimed));
    if (row.next_last_day != matcher::kDayMax)
      *technique.mutable_next_refresh_by_date() = DateOf(row.next_last_day);
    for (const std::string& partner : row.partners) {
      if (technique.partners_size() == kPartnersShown) break;
      technique.add_partners(partner);
    }
    technique.set_partner_count(static_cast<int64_t>(row.partners.size()));
    return technique;
  }

  const storage::Snapshot& snapshot_;
  const TechniqueScope& scope_;
  const std::function<bool()>& stop_;
  NamedMarket places_;  // territories alone
  absl::flat_hash_map<std::string, Known> parties_;
  std::map<Key, Row> rows_;
};

}  // namespace

bool IsFresh(const v1::Skill& skill, matcher::Day day) {
  if (day > DayOf(skill.refresh_by_date())) return false;
  return std::none_of(skill.refreshes().begin(), skill.refreshes().end(),
                      [day](const v1::SkillRefresh& refresh) {
                        return DayOf(refresh.refresh_by_date()) < day && day < DayOf(refresh.refresh_date());
                      });
}

absl::StatusOr<std::vector<v1::Technique>> CountTechniques(const storage::Snapshot& snapshot,
                                                           const TechniqueScope& scope,
                                                           const std::function<bool()>& stop) {
  return Counting(snapshot, scope, stop).Run();
}

}  // namespace ayni::services
