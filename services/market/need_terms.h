// What of a need's price lies outside of it: who asks together with it, and the framework agreement that it
// is asked for under.
//
// It knows every need whose days are not over, also those that are all matched and so have no row: what was
// asked for together is asked for together, whatever became of it. Needs are joined by the name of the first
// one; those of another service, value chain or currency than the one whose quantity is asked count nothing,
// whatever they say.
//
// Not thread-safe.
#ifndef AYNI_SERVICES_MARKET_NEED_TERMS_H_
#define AYNI_SERVICES_MARKET_NEED_TERMS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/need.pb.h"
#include "matcher/market.h"

namespace ayni::services {

class NeedTerms {
 public:
  // Each returns the names of needs whose terms may have changed.
  std::vector<std::string> Put(const v1::Need& need);
  std::vector<std::string> RemoveNeed(absl::string_view name);
  std::vector<std::string> Put(const v1::Agreement& agreement, matcher::PartyIndex tap);
  std::vector<std::string> RemoveAgreement(absl::string_view name);
  // From now on needs whose days are over on the day count no more.
  std::vector<std::string> SetDay(matcher::Day today);

  // The terms of the need, in columns as `row` has its other fields: of one that is known and of any other.
  void Fill(const v1::Need& need, matcher::Need* row) const;
  // The same of one that is known, by its name. REQUIRES: the row is that of the need that was put last.
  void Fill(absl::string_view name, matcher::Need* row) const;

 private:
  struct Asked {
    int64_t quantity = 0;
    matcher::Day last = matcher::kDayMin;
    uint64_t kind = 0;  // of its service, value chain and currency
    std::string lead;   // as joined_to
    std::string agreement;
  };
  struct Terms {
    matcher::PartyIndex tap;
    matcher::MinorUnits unit_price = 0;
    matcher::Window window;
  };

  static Asked AskedBy(const v1::Need& need);
  void Fill(absl::string_view name, const Asked& asked, matcher::Need* row) const;
  matcher::Units JointQuantity(absl::string_view name, const Asked& asked) const;
  // All that are joined to the lead, and it.
  std::vector<std::string> Group(const std::string& lead) const;
  // Takes it out of the groups; adds who asked together with it.
  void Leave(absl::string_view name, std::vector<std::string>* touched);
  // Adds who asks together with a need of that name and lead.
  void AddTouched(const std::string& name, const std::string& lead, std::vector<std::string>* touched) const;

  matcher::Day today_ = matcher::kDayMin;
  absl::flat_hash_map<std::string, Asked> asked_;
  // Names of needs, by what they name.
  absl::flat_hash_map<std::string, std::vector<std::string>> joined_;
  absl::flat_hash_map<std::string, std::vector<std::string>> under_;
  // Those that are in force, or were until a day.
  absl::flat_hash_map<std::string, Terms> agreements_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_NEED_TERMS_H_
