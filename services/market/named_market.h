// The market as records and the market as columns, and the only crossing between the two.
//
// Records are put in any order and any number of times; each takes the place of what stood under its name.
// Needs and offers with nothing open have no row. A record that refers to one not yet seen reserves its
// index.
//
// The indices depend on the order in which names were first seen: a round gives every name of a snapshot its
// place first (load.h), so that the same records always give the same market. Many threads may read while
// none writes.
#ifndef AYNI_SERVICES_MARKET_NAMED_MARKET_H_
#define AYNI_SERVICES_MARKET_NAMED_MARKET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/money.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "matcher/candidate.h"
#include "matcher/candidate_index.h"
#include "matcher/limit.h"
#include "matcher/market.h"
#include "matcher/provider.h"
#include "services/market/budget_book.h"
#include "services/market/declines.h"
#include "services/market/name_table.h"
#include "services/market/need_terms.h"
#include "services/market/outcome_book.h"
#include "services/market/provider_book.h"
#include "services/resource/resource_type.h"

namespace ayni::services {

// A matcher::Need whose lists are its own.
struct NeedColumns {
  matcher::Need row;
  std::vector<matcher::LanguageIndex> languages;
  std::vector<matcher::SchemeIndex> required_credentials;
};

class NamedMarket;

// The need's candidates as of the day, best score first, then by the offers' names.
std::vector<matcher::Candidate> RankedCandidates(const NamedMarket& market, const matcher::Need& need,
                                                 const matcher::ScoreRule& rule, matcher::Day today);

// Takes those that were declined out of the need's candidates, and gives them with a bound of 0: nothing can
// be matched of them, but limits count them as a choice that the need had, or who declines all others would
// make a market thin for the one it wants.
std::vector<matcher::Candidate> TakeDeclined(const NamedMarket& market, const std::string& need,
                                             const matcher::Need& row,
                                             std::vector<matcher::Candidate>* candidates);
// The same of a whole market's.
void SetDeclinedAside(const NamedMarket& market, matcher::Candidates* candidates);

class NamedMarket {
 public:
  // Whether something of it is open.
  static bool HasRow(const v1::Need& need) { return need.quantity() > need.matched_quantity(); }
  static bool HasRow(const v1::Offer& offer) { return offer.capacity() > offer.booked_quantity(); }

  void Put(const v1::Territory& territory);
  void Put(const v1::Service& service);
  void Put(const v1::Party& party);
  void Put(const v1::Credential& credential);
  void Put(const v1::Agreement& agreement);
  void Put(const v1::Need& need);
  void Put(const v1::Offer& offer);
  void Put(const v1::Budget& budget);
  void Put(const v1::Relation& relation) { providers_.Put(relation, &parties_); }
  // What both sides said to it and what came of it, and nothing of its units.
  void Put(const v1::Match& match);

  // Names of what was never put, or stands no more, are no error.
  void RemoveTerritory(absl::string_view name);
  void RemoveService(absl::string_view name);
  void RemoveParty(absl::string_view name);
  void RemoveCredential(absl::string_view name);
  void RemoveAgreement(absl::string_view name);
  void RemoveNeed(absl::string_view name);
  void RemoveOffer(absl::string_view name);
  void RemoveBudget(absl::string_view name);
  void RemoveRelation(absl::string_view name) { providers_.Remove(name); }

  // The first day that is not over: needs whose days are, are asked for together with no other. Before it is
  // set, all days are to come.
  void SetDay(matcher::Day today);
  matcher::Day day() const { return day_; }

  // What a match holds in the segments of limits, with names not yet seen.
  matcher::Holding ToHolding(const v1::Match& match, matcher::Day day);
  // The same by the names known here; None() for others.
  matcher::Holding FindHolding(const v1::Match& match) const;
  // The segment, or a limit's exception, as the engine knows it, with names not yet seen.
  matcher::SegmentKey ToSegmentKey(const v1::Segment& segment);
  matcher::PartyIndex ToParty(absl::string_view name) { return parties_.Intern(FirstId(name)); }
  matcher::TapIndex ToTap(absl::string_view party) { return InternTap(FirstId(party)); }
  // REQUIRES: it is put before anything is asked.
  matcher::NeedIndex ToNeed(absl::string_view name) { return needs_.Intern(name); }
  matcher::OfferIndex ToOffer(absl::string_view name) { return offers_.Intern(name); }
  matcher::ChainIndex ToChain(absl::string_view name) { return chains_.Intern(name); }
  matcher::TerritoryIndex ToTerritory(absl::string_view name) { return territories_.Intern(name); }
  matcher::LimitException ToException(const v1::LimitException& exception);

  // Indexes all offers at once; from then on every change keeps the index current. Needs, and nothing else,
  // may be put by another thread meanwhile.
  void BuildIndex();
  // Who really provides through each TAP, by TapIndex, as of the day. What ended at most so many days before
  // still counts beside what holds: whoever sells a TAP before a round does not leave what it holds behind.
  std::vector<matcher::Controllers> ControllersOn(matcher::Day today, int32_t days_before) const;
  // By party: who stands for its ownership group on the day.
  std::vector<matcher::PartyIndex> GroupsOn(matcher::Day today) const {
    return providers_.GroupsOn(parties_, today);
  }
  // Whether any TAP has others than these. REQUIRES: they are by TapIndex.
  bool SetControllers(const std::vector<matcher::Controllers>& controllers);
  void JoinControllers(matcher::Day today, int32_t days_before) {
    SetControllers(ControllersOn(today, days_before));
  }
  // Leaves no TAP more capacity than its room, by TapIndex; of one with no room at all its capacity stays,
  // and who clears the market leaves its offers out.
  void HoldTapsTo(absl::Span<const matcher::Units> rooms);
  // Grows with every change of what ControllersOn rests on.
  int64_t provider_changes() const { return tap_changes_ + providers_.changes(); }

  const matcher::Market& market() const { return market_; }
  const matcher::CandidateIndex& index() const { return index_; }
  const BudgetBook& budgets() const { return budgets_; }

  // The need as columns, by the names known here: what it names and nobody else does is None(), and meets
  // nothing. `columns` keeps the lists, and must outlive the row.
  const matcher::Need& ToColumns(const v1::Need& need, NeedColumns* columns) const;

  matcher::NeedIndex FindNeed(absl::string_view name) const { return needs_.Find(name); }
  matcher::OfferIndex FindOffer(absl::string_view name) const { return offers_.Find(name); }
  matcher::TapIndex FindTap(absl::string_view party) const;
  matcher::PartyIndex FindParty(absl::string_view name) const { return parties_.Find(FirstId(name)); }
  // The latest no to what would be proposed of the two; null where there is none. Valid until the next Put.
  const Decline* DeclineOf(absl::string_view need, const matcher::Need& row, matcher::OfferIndex offer) const;
  bool HasDeclines() const { return !declines_.empty(); }
  // Whether the row lies in the same territory and at the same level as the record says.
  bool Stands(matcher::TerritoryIndex row, const v1::Territory& territory) const;
  // Whether the service is of the family that the record says.
  bool Stands(const v1::Service& service) const;
  matcher::TerritoryIndex FindTerritory(absl::string_view name) const { return territories_.Find(name); }
  matcher::ServiceIndex FindService(absl::string_view name) const { return services_.Find(name); }

  // Resource names, as in cooperatives/{cooperative}/needs/{need}.
  std::string NameOf(matcher::NeedIndex need) const { return std::string(needs_.NameOf(need)); }
  std::string NameOf(matcher::OfferIndex offer) const { return std::string(offers_.NameOf(offer)); }
  std::string NameOf(matcher::ServiceIndex service) const { return std::string(services_.NameOf(service)); }
  std::string NameOf(matcher::ChainIndex chain) const { return std::string(chains_.NameOf(chain)); }
  std::string NameOf(matcher::TerritoryIndex territory) const {
    return std::string(territories_.NameOf(territory));
  }
  std::string NameOf(matcher::SchemeIndex scheme) const { return std::string(schemes_.NameOf(scheme)); }
  std::string NameOf(matcher::LanguageIndex language) const {
    return std::string(languages_.NameOf(language));
  }
  std::string NameOf(matcher::PartyIndex party) const;
  std::string NameOf(matcher::TapIndex tap) const { return NameOf(market_.tap(tap).party); }
  // The segment of a limit of that id.
  v1::Segment ToRecord(const std::string& limit, const matcher::SegmentKey& key) const;
  v1::Money ToMoney(matcher::MinorUnits amount, matcher::CurrencyIndex currency) const;

  // Those with something open.
  int64_t need_count() const { return static_cast<int64_t>(needs_.size()); }
  int64_t offer_count() const { return static_cast<int64_t>(offers_.size()); }
  size_t ByteSize() const;

 private:
  matcher::TapIndex InternTap(absl::string_view party_id);
  // The row alone: what was asked for together stays.
  void TakeNeedOut(absl::string_view name);
  // Of those that have a row.
  void RenewTerms(const std::vector<std::string>& needs);
  // Works out anew on which days these offers cost producers nothing.
  void RenewFreeDays(const std::vector<std::string>& offers);
  // The row alone: what the offer says of its TAP stays.
  void TakeOfferOut(absl::string_view name);
  // Changes a TAP's row, which keeps what the change does not touch.
  template <typename ChangeRow>
  void ChangeTap(matcher::TapIndex tap, ChangeRow change);
  // `index_of` gives a name in one of the tables, named by its member, its index.
  template <typename IndexOf>
  static void FillNeed(const v1::Need& need, const IndexOf& index_of, NeedColumns* columns);

  struct OfferLists {
    std::vector<matcher::ChainIndex> chains;
    std::vector<matcher::TerritoryIndex> territories;
    std::vector<matcher::LanguageIndex> languages;
    std::vector<matcher::PriceStep> price_steps;
  };

  matcher::Day day_ = matcher::kDayMin;
  matcher::Market market_;
  matcher::CandidateIndex index_;
  bool is_indexed_ = false;
  ProviderBook providers_;
  BudgetBook budgets_;
  int64_t tap_changes_ = 0;  // TAPs that came
  Declines declines_;
  NeedTerms terms_;
  OutcomeBook outcomes_;

  NameTable<matcher::ServiceIndex> services_;
  NameTable<matcher::FamilyIndex> families_;
  NameTable<matcher::ChainIndex> chains_;
  NameTable<matcher::TerritoryIndex> territories_;
  NameTable<matcher::CurrencyIndex> currencies_;
  NameTable<matcher::LanguageIndex> languages_;
  NameTable<matcher::SchemeIndex> schemes_;
  // By id: the last part of parties/{party}.
  NameTable<matcher::PartyIndex> parties_;
  NameTable<matcher::TapIndex> taps_;
  NameTable<matcher::NeedIndex> needs_;
  NameTable<matcher::OfferIndex> offers_;

  // Of the record that is being put: kept so that putting allocates nothing.
  NeedColumns scratch_need_;
  OfferLists scratch_offer_;

  // Whose each credential is; and by TAP the names of its credentials, in the order of its row: each as
  // often as it has windows.
  absl::flat_hash_map<std::string, matcher::TapIndex> credential_tap_;
  std::vector<std::vector<std::string>> tap_credentials_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_NAMED_MARKET_H_
