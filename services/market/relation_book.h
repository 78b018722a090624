// What is known of how parties are tied, and what the conflict rules of a policy find in it.
//
// It is filled record by record in any order, as NamedMarket, with indices of its own. Many threads may read
// while none writes.
#ifndef AYNI_SERVICES_MARKET_RELATION_BOOK_H_
#define AYNI_SERVICES_MARKET_RELATION_BOOK_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/access.pb.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "ayni/v1/skill.pb.h"
#include "matcher/conflict_book.h"
#include "matcher/relation_graph.h"
#include "services/market/derived_ties.h"
#include "services/market/name_table.h"
#include "storage/store.h"

namespace ayni::services {

class RelationBook;

// The records that a relation book knows, out of a snapshot. Cancelled where stop said so; DataLoss where a
// record can't be read. REQUIRES: the book is empty.
absl::Status LoadRelations(const storage::Snapshot& snapshot, const std::function<bool()>& stop,
                           RelationBook* book);

class RelationBook {
 public:
  // Whether it is a key of records that a book knows.
  static bool Holds(absl::string_view key);
  // The record of the key as its bytes say, or none. Keys of other records are no error, and change nothing.
  // DataLoss where the bytes can't be read.
  absl::Status Apply(absl::string_view key, const std::optional<std::string>& bytes);
  // After a number of changes: finds anew what they touched, and returns how many pairs of a rule and a TAP.
  int64_t Renew();

  // All that the policy's rules find as of the day; nullopt where `stop` said so. REQUIRES: the engine takes
  // the policy, and Renew() after the last change.
  std::optional<matcher::ConflictBook> FindAll(const v1::Policy& policy, matcher::Day day, int threads,
                                               const std::function<bool()>& stop) const;
  // From now on its rules hold. REQUIRES: nothing was applied since FindAll gave it, of this policy.
  void Take(const v1::Policy& policy, matcher::ConflictBook conflicts);

  matcher::PartyIndex FindParty(absl::string_view id) const { return parties_.Find(id); }
  matcher::AdviceKinds AdviceOf(absl::string_view service) const;
  const matcher::ConflictBook& conflicts() const { return conflicts_; }
  const matcher::RelationGraph& graph() const { return graph_; }
  size_t ByteSize() const;

 private:
  friend class ConflictReader;
  friend absl::Status LoadRelations(const storage::Snapshot&, const std::function<bool()>&, RelationBook*);

  // What a tie that nobody stated was read off.
  struct Origin {
    std::string reference;
    int64_t known_seconds = 0;
  };
  // A waiver that was granted.
  struct Granted {
    std::string name;
    std::string rule;
    matcher::PartyIndex cooperative;  // None(): every
    bool dismisses = false;
    bool by_two = false;  // administrators
    std::vector<matcher::PartyIndex> through;
    matcher::Window window;
  };

  void Put(const v1::Party& party);
  void Put(const v1::Principal& principal);
  void Put(const v1::Relation& relation);
  // Who certified the holder, for as long as the credential holds.
  void Put(const v1::Credential& credential);
  // Of one by which the cooperative employs the TAP: from its first day to its last.
  void Put(const v1::Agreement& agreement);
  // Who taught the TAP, for as long as the skill is fresh.
  void Put(const v1::Skill& skill);
  void Put(const v1::Offer& offer) { derived_ties_.Put(offer); }
  void Put(const v1::Service& service);
  void Put(const v1::Waiver& waiver);
  void RemoveParty(absl::string_view name);
  void RemovePrincipal(absl::string_view name) { party_of_principal_.erase(name); }
  void RemoveRelation(absl::string_view name) { Remove(name); }
  void RemoveCredential(absl::string_view name) { Remove(name); }
  void RemoveAgreement(absl::string_view name) { Remove(name); }
  void RemoveSkill(absl::string_view name) { Remove(name); }
  void RemoveOffer(absl::string_view name) { derived_ties_.RemoveOffer(name); }
  void RemoveService(absl::string_view name) { advice_.erase(name); }
  void RemoveWaiver(absl::string_view name);
  struct KindOfRecord;
  static const std::vector<KindOfRecord>& Kinds();
  template <typename Record, void (RelationBook::*remove)(absl::string_view)>
  absl::Status ApplyAs(const std::optional<std::string>& bytes, absl::string_view name);

  // Puts and takes out under a key: a relation's name, a credential's, a skill's, an agreement's,
  // or a derived tie's.
  void Put(absl::string_view key, const matcher::Relation& row);
  void Put(absl::string_view key, const matcher::Relation& row, Origin origin);
  void Remove(absl::string_view key);
  void SetParty(matcher::PartyIndex party, const matcher::RelationParty& row);
  void Settle();

  matcher::RelationGraph graph_;
  matcher::ConflictBook conflicts_;
  std::vector<v1::ConflictRule> rule_records_;
  DerivedTies derived_ties_;

  NameTable<matcher::PartyIndex> parties_;                            // by id
  NameTable<matcher::RelationIndex> relations_;                       // by key
  absl::flat_hash_map<int32_t, Origin> origins_;                      // by relation
  absl::flat_hash_map<std::string, std::string> party_of_principal_;  // ids, by name
  absl::flat_hash_map<std::string, matcher::AdviceKinds> advice_;     // by service
  absl::flat_hash_map<std::string, matcher::PartyIndex> waiver_taps_;
  absl::flat_hash_map<int32_t, std::vector<Granted>> waivers_;  // by TAP, in the order of names
};

// What conflicts with a need and a TAP.
struct ConflictSubject {
  matcher::PartyIndex tap;
  matcher::PartyIndex cooperative;
  matcher::Window need_window;
  matcher::AdviceKinds advice = 0;
};

// Asks a book. Not thread-safe: one a thread. REQUIRES: the book outlives it and does not change.
class ConflictReader {
 public:
  // As of the day: that of the book costs least.
  ConflictReader(const RelationBook& book, matcher::Day day) : book_(book), day_(day), search_(book.graph_) {}

  std::vector<matcher::ConflictFinding> FindingsOn(const ConflictSubject& subject);
  bool Blocks(const ConflictSubject& subject);
  // The findings as records, whose edges say what the book knows of them: FillEvidence adds the rest.
  std::vector<v1::Conflict> ConflictsOn(const ConflictSubject& subject);

 private:
  // In force; waiver_names_ are theirs.
  std::vector<matcher::ConflictWaiver> WaiversOn(const ConflictSubject& subject);
  v1::Conflict ToRecord(const matcher::ConflictFinding& finding) const;
  void FillEdge(matcher::RelationIndex relation, v1::ConflictEdge* edge) const;

  const RelationBook& book_;
  const matcher::Day day_;
  matcher::ConflictSearch search_;
  std::vector<std::string> waiver_names_;
};

// Adds to each edge what its relation says of its days, source and author. One that is gone meanwhile stays
// as the book knew it.
absl::Status FillEvidence(const storage::Reader& reader,
                          google::protobuf::RepeatedPtrField<v1::Conflict>* conflicts);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_RELATION_BOOK_H_
