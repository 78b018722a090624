#include "services/market/need_terms.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "matcher/problem.h"
#include "services/market/derived_ties.h"
#include "services/market/engine_day.h"

namespace ayni::services {
namespace {

using ByName = absl::flat_hash_map<std::string, std::vector<std::string>>;

void Erase(ByName* map, const std::string& key, absl::string_view name) {
  const auto found = map->find(key);
  if (found == map->end()) return;
  std::vector<std::string>& names = found->second;
  names.erase(std::remove(names.begin(), names.end(), name), names.end());
  if (names.empty()) map->erase(found);
}

std::vector<std::string> NamesIn(const ByName& map, absl::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? std::vector<std::string>() : found->second;
}

}  // namespace

// By names: a need without a row gives none an index, on whose order a round's problem rests.
NeedTerms::Asked NeedTerms::AskedBy(const v1::Need& need) {
  return {.quantity = need.quantity(),
          .last = WindowOf(need.window()).last,
          .kind = Fingerprint(absl::StrCat(need.service(), "\n", need.value_chain(), "\n",
                                           need.highest_unit_price().currency())),
          .lead = need.joined_to(),
          .agreement = need.agreement()};
}

std::vector<std::string> NeedTerms::Put(const v1::Need& need) {
  std::vector<std::string> touched;
  Leave(need.name(), &touched);
  Asked asked = AskedBy(need);
  if (asked.last < today_) return touched;
  if (!asked.lead.empty()) joined_[asked.lead].push_back(need.name());
  if (!asked.agreement.empty()) under_[asked.agreement].push_back(need.name());
  const std::string lead = asked.lead;
  asked_.insert_or_assign(need.name(), std::move(asked));
  AddTouched(need.name(), lead, &touched);
  return touched;
}

std::vector<std::string> NeedTerms::RemoveNeed(absl::string_view name) {
  std::vector<std::string> touched;
  Leave(name, &touched);
  return touched;
}

void NeedTerms::Leave(absl::string_view name, std::vector<std::string>* touched) {
  const auto found = asked_.find(name);
  if (found == asked_.end()) return;
  const Asked asked = std::move(found->second);
  asked_.erase(found);
  if (!asked.agreement.empty()) Erase(&under_, asked.agreement, name);
  if (!asked.lead.empty()) Erase(&joined_, asked.lead, name);
  AddTouched(std::string(name), asked.lead, touched);
}

void NeedTerms::AddTouched(const std::string& name, const std::string& lead,
                           std::vector<std::string>* touched) const {
  for (const std::string& of : {name, lead}) {
    if (of.empty() || (of == name && !joined_.contains(of))) continue;
    for (std::string& each : Group(of)) touched->push_back(std::move(each));
  }
}

std::vector<std::string> NeedTerms::Group(const std::string& lead) const {
  std::vector<std::string> names = NamesIn(joined_, lead);
  names.push_back(lead);
  return names;
}

std::vector<std::string> NeedTerms::Put(const v1::Agreement& agreement, matcher::PartyIndex tap) {
  const bool held = agreement.state() == v1::Agreement::STATE_IN_FORCE || agreement.has_last_date();
  if (!held) return RemoveAgreement(agreement.name());
  Terms terms{tap, agreement.unit_price().minor_units(), WindowOf(agreement.window())};
  if (agreement.has_last_date())
    terms.window.last = std::min(terms.window.last, DayOf(agreement.last_date()));
  agreements_.insert_or_assign(agreement.name(), terms);
  return NamesIn(under_, agreement.name());
}

std::vector<std::string> NeedTerms::RemoveAgreement(absl::string_view name) {
  agreements_.erase(name);
  return NamesIn(under_, name);
}

std::vector<std::string> NeedTerms::SetDay(matcher::Day today) {
  today_ = today;
  std::vector<std::string> over;
  for (const auto& [name, asked] : asked_) {
    if (asked.last < today) over.push_back(name);
  }
  std::vector<std::string> touched;
  for (const std::string& name : over) {
    for (std::string& each : RemoveNeed(name)) touched.push_back(std::move(each));
  }
  return touched;
}

void NeedTerms::Fill(const v1::Need& need, matcher::Need* row) const {
  Fill(need.name(), AskedBy(need), row);
}

void NeedTerms::Fill(absl::string_view name, matcher::Need* row) const {
  const auto found = asked_.find(name);
  if (found != asked_.end()) Fill(name, found->second, row);
}

void NeedTerms::Fill(absl::string_view name, const Asked& asked, matcher::Need* row) const {
  row->joint_quantity = JointQuantity(name, asked);
  row->agreed = {};
  if (asked.agreement.empty()) return;
  row->agreed.binds = true;
  const auto terms = agreements_.find(asked.agreement);
  if (terms == agreements_.end()) return;
  const matcher::Window& window = terms->second.window;
  if (row->window.first < window.first || row->window.last > window.last) return;
  row->agreed.tap = terms->second.tap;
  row->agreed.price = terms->second.unit_price;
}

matcher::Units NeedTerms::JointQuantity(absl::string_view name, const Asked& asked) const {
  int64_t joint = asked.quantity;
  const std::string lead = asked.lead.empty() ? std::string(name) : asked.lead;
  if (!asked.lead.empty() || joined_.contains(lead)) {
    for (const std::string& other : Group(lead)) {
      const auto found = asked_.find(other);
      if (other == name || found == asked_.end() || found->second.last < today_) continue;
      // Who is joined to another by now leads nobody.
      if (other == lead && !found->second.lead.empty()) continue;
      if (found->second.kind == asked.kind) joint += found->second.quantity;
      if (joint >= matcher::kUnitsMax) break;
    }
  }
  return std::min<int64_t>(joint, matcher::kUnitsMax);
}

}  // namespace ayni::services
