#include "services/simulation/starting_market.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "services/invariant.h"
#include "services/market/engine_day.h"
#include "services/resource/admit.h"
#include "services/resource/stored.h"
#include "services/resource/territory_name.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

using google::protobuf::Message;

// Who stands for the relations of the files, as whoever imports them does.
constexpr char kAdministrator[] = "principals/simulation";

// Records that were admitted so far, as rules look at them.
class AdmittedView : public View {
 public:
  using View::Find;
  const Message* Find(const ResourceType& type, absl::string_view name) override {
    const auto found = by_key_.find(RecordKey(type, name));
    return found == by_key_.end() ? nullptr : found->second;
  }
  std::string OwnTerritoryName(absl::string_view name) override { return Under(std::string(name)); }
  std::string PartyIdentifiedBy(const v1::Identifier& identifier) override {
    return Under(IdentifierStem(identifier));
  }
  std::string ActivePolicy() override { return ""; }
  std::string OtherAdministrator(absl::string_view) override { return ""; }
  std::string IdentityOf(absl::string_view, absl::string_view) override { return ""; }
  std::vector<const v1::Service*> Services() override { return services_; }
  std::string FirstReferrer(const Reference&, absl::string_view, Wanted) override { return ""; }
  absl::Status status() const override { return absl::OkStatus(); }

  // REQUIRES: the record outlives the view.
  void Add(const ResourceType& type, absl::string_view name, const Message& record) {
    by_key_[RecordKey(type, name)] = &record;
    if (type.descriptor() == v1::Party::descriptor()) {
      for (const v1::Identifier& identifier : static_cast<const v1::Party&>(record).identifiers())
        names_[IdentifierStem(identifier)] = std::string(name);
    } else if (type.descriptor() == v1::Territory::descriptor()) {
      for (const v1::TerritoryCode& code : static_cast<const v1::Territory&>(record).other_codes())
        names_[TerritoryName(code.scheme(), code.code())] = std::string(name);
    } else if (type.descriptor() == v1::Service::descriptor()) {
      services_.push_back(&static_cast<const v1::Service&>(record));
    }
  }

 private:
  std::string Under(const std::string& key) const {
    const auto found = names_.find(key);
    return found == names_.end() ? "" : found->second;
  }

  absl::flat_hash_map<std::string, const Message*> by_key_;
  absl::flat_hash_map<std::string, std::string> names_;  // by another scheme's code, or an identifier
  std::vector<const v1::Service*> services_;
};

// Adds what is wrong with a new record, and fills it as a server would.
void Admit(const ResourceType& type, const FieldPath& path, AdmittedView* view, Message* record,
           Violations* violations) {
  static const auto* const caller = new Caller{kAdministrator, v1::ROLE_ADMINISTRATOR, ""};
  static const auto* const no_id = new IdSource([] { return std::string(); });
  const Admission admission{*caller, absl::UnixEpoch(), *no_id, *view, path, path, path, violations, true};
  AdmitRecord(KindOf(type.descriptor()), admission, nullptr, record);
}

int64_t MiddleOf(std::vector<int64_t> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return std::max<int64_t>(1, *middle);
}

class Admitting {
 public:
  explicit Admitting(std::vector<WrongRow>* wrong) : wrong_(*wrong) {}

  // In the order of reference: fields of a row stand in it, and a territory's level is above those within.
  void Run(absl::Span<const v1::ImportRow> rows) {
    std::vector<const v1::ImportRow*> sorted;
    for (const v1::ImportRow& row : rows) sorted.push_back(&row);
    const auto rank = [](const v1::ImportRow* row) {
      return std::pair<int, int>(row->resource_case(), row->territory().level());
    };
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const v1::ImportRow* a, const v1::ImportRow* b) { return rank(a) < rank(b); });
    for (const v1::ImportRow* row : sorted) Take(*row);
  }

  absl::StatusOr<StartingMarket> Finish() {
    if (market_.needs.empty() || taps_.empty())
      return absl::InvalidArgumentError(absl::StrCat("the market has no ",
                                                     market_.needs.empty() ? "needs" : "offers",
                                                     ": there is nothing to simulate"));
    std::sort(market_.needs.begin(), market_.needs.end(),
              [](const v1::Need& a, const v1::Need& b) { return a.name() < b.name(); });
    for (auto& [name, tap] : taps_) market_.taps.push_back(std::move(tap));
    std::sort(market_.lenders.begin(), market_.lenders.end());
    FindFirstDay();
    FindWorth();
    FindFunders();
    return std::move(market_);
  }

 private:
  void Take(const v1::ImportRow& row) {
    if (row.resource_case() == v1::ImportRow::RESOURCE_NOT_SET) return;
    const auto* field = v1::ImportRow::descriptor()->FindFieldByNumber(row.resource_case());
    const ResourceType& type = ResourceType::Of(field->message_type());
    const Message& given = row.GetReflection()->GetMessage(row, field);
    records_.emplace_back(given.New());
    Message* record = records_.back().get();
    record->CopyFrom(given);
    const std::string name = record->GetReflection()->GetString(*record, type.name_field());
    Violations violations;
    const FieldPath root;
    if (!type.MatchesName(name)) {
      violations.Add(root / "name", absl::StrCat("must be ", type.pattern()));
    } else if (view_.Find(type, name) != nullptr) {
      violations.Add(root / "name", absl::StrCat("stands in the market already: ", name));
    } else {
      Admit(type, root, &view_, record, &violations);
    }
    for (const Violation& violation : violations.all())
      wrong_.push_back({row.file(), row.line(), {violation.field, violation.description}});
    if (!violations.empty()) return;
    view_.Add(type, name, *record);
    Keep(type, name, *record);
  }

  void Keep(const ResourceType& type, const std::string& name, const Message& record) {
    const auto* descriptor = type.descriptor();
    if (descriptor == v1::Need::descriptor()) {
      market_.needs.push_back(static_cast<const v1::Need&>(record));
      return;
    }
    if (descriptor == v1::Policy::descriptor()) {
      market_.policies.push_back(static_cast<const v1::Policy&>(record));
      return;
    }
    if (descriptor == v1::Offer::descriptor()) {
      const auto& offer = static_cast<const v1::Offer&>(record);
      TapOf(absl::StrCat("parties/", FirstId(name))).offers.push_back(offer);
      return;
    }
    if (descriptor == v1::Credential::descriptor()) {
      const auto& credential = static_cast<const v1::Credential&>(record);
      credentials_.push_back(credential);
    } else if (descriptor == v1::Party::descriptor()) {
      KeepParty(static_cast<const v1::Party&>(record));
    } else if (descriptor == v1::Relation::descriptor()) {
      market_.relations.push_back(static_cast<const v1::Relation&>(record));
    } else if (descriptor == v1::Territory::descriptor()) {
      market_.territories[name] = static_cast<const v1::Territory&>(record);
    } else if (descriptor == v1::ValueChain::descriptor()) {
      market_.chain_kinds[name] = static_cast<const v1::ValueChain&>(record).kind();
    }
    market_.records.Put(type, name, record);
  }

  void KeepParty(const v1::Party& party) {
    for (const int role : party.roles()) {
      if (role == v1::PARTY_ROLE_FINANCIAL_INSTITUTION) market_.lenders.push_back(party.name());
      if (role == v1::PARTY_ROLE_PUBLIC_BODY) market_.public_bodies.insert(party.name());
    }
  }

  // With its party, which stands before its offers.
  StartingTap& TapOf(const std::string& party) {
    const auto [at, is_new] = taps_.try_emplace(party);
    if (is_new) at->second.party = *view_.Find<v1::Party>(party);
    return at->second;
  }

  void FindFirstDay() {
    market_.first_day = DayOf(market_.needs.front().window().start_date());
    const auto take = [&](const v1::DateWindow& window) {
      market_.first_day = std::min(market_.first_day, DayOf(window.start_date()));
    };
    for (const v1::Need& need : market_.needs) take(need.window());
    for (const StartingTap& tap : market_.taps) {
      for (const v1::Offer& offer : tap.offers) take(offer.window());
    }
  }

  void FindWorth() {
    std::map<std::string, std::vector<int64_t>> prices;
    std::map<std::string, std::vector<int64_t>> payable;
    for (const StartingTap& tap : market_.taps) {
      for (const v1::Offer& offer : tap.offers)
        prices[offer.service()].push_back(offer.unit_price().minor_units());
    }
    for (const v1::Need& need : market_.needs)
      payable[need.service()].push_back(need.highest_unit_price().minor_units());
    for (auto& [service, all] : payable) market_.worth[service] = MiddleOf(std::move(all));
    for (auto& [service, all] : prices) market_.worth[service] = MiddleOf(std::move(all));
  }

  // And credentials, by TAP.
  void FindFunders() {
    std::map<std::string, StartingTap*> by_name;
    for (StartingTap& tap : market_.taps) by_name[tap.party.name()] = &tap;
    for (const v1::Relation& relation : market_.relations) {
      const auto tap = by_name.find(relation.object());
      if (relation.type() != v1::RELATION_TYPE_FUNDS || tap == by_name.end()) continue;
      if (market_.public_bodies.contains(relation.subject())) tap->second->public_funder = relation.subject();
    }
    for (const v1::Credential& credential : credentials_) {
      const auto tap = by_name.find(credential.holder());
      if (tap != by_name.end()) tap->second->credentials.push_back(credential);
    }
  }

  std::vector<WrongRow>& wrong_;
  std::vector<std::unique_ptr<Message>> records_;
  AdmittedView view_;
  StartingMarket market_;
  std::map<std::string, StartingTap> taps_;
  std::vector<v1::Credential> credentials_;
};

}  // namespace

std::string StartingMarket::TerritoryAt(const std::string& territory, v1::TerritoryLevel level) const {
  auto at = territories.find(territory);
  while (at != territories.end() && at->second.level() > level) at = territories.find(at->second.parent());
  return at == territories.end() ? "" : at->first;
}

absl::StatusOr<StartingMarket> AdmitMarket(absl::Span<const v1::ImportRow> rows,
                                           std::vector<WrongRow>* wrong) {
  Admitting admitting(wrong);
  admitting.Run(rows);
  return admitting.Finish();
}

std::vector<WrongField> CheckPolicy(const StartingMarket& market, const v1::Policy& policy) {
  // Of the market, policies name services, chains and territories, for limits' exceptions and reserves.
  AdmittedView view;
  std::vector<std::unique_ptr<Message>> records;
  for (const ResourceType* type : {&ResourceType::Of<v1::Service>(), &ResourceType::Of<v1::ValueChain>(),
                                   &ResourceType::Of<v1::Territory>()}) {
    const auto cursor = market.records.Scan(storage::KeyRange::Prefix(RecordKey(*type, "")));
    while (cursor->Next()) {
      const std::string name = NameOfRecordKey(cursor->key());
      auto stored = ReadRecord(market.records, *type, name);
      INVARIANT(stored.ok(), stored.status().ToString());
      records.push_back(std::move(stored->record));
      view.Add(*type, name, *records.back());
    }
  }
  v1::Policy admitted = policy;
  Violations violations;
  Admit(ResourceType::Of<v1::Policy>(), FieldPath(), &view, &admitted, &violations);
  std::vector<WrongField> wrong;
  for (const Violation& violation : violations.all())
    wrong.push_back({violation.field, violation.description});
  return wrong;
}

}  // namespace ayni::services
