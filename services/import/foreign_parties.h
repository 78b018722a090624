// Foreign parties: rows whose names are made of another publisher's ids, and the parties that they are here.
#ifndef AYNI_SERVICES_IMPORT_FOREIGN_PARTIES_H_
#define AYNI_SERVICES_IMPORT_FOREIGN_PARTIES_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/merge.pb.h"
#include "ayni/v1/party.pb.h"
#include "services/import/import_view.h"
#include "services/method.h"
#include "services/resource/store_view.h"
#include "services/resource/violations.h"

namespace ayni::services {

// Of one new party, the likest.
inline constexpr size_t kAlikePartiesMax = 3;
// Of one import. Further parties are made all the same, and not compared.
inline constexpr size_t kLikenessProposalsMax = 10'000;
inline constexpr int kLikenessLeast = 850;

// Of one import. Not thread-safe.
class ForeignParties {
 public:
  // REQUIRES: all outlive it.
  ForeignParties(const Call& call, ImportView* view, StoreView* stored)
      : call_(call), view_(*view), stored_(*stored) {}

  // The name of the party that the row is: one that was merged from it, or has an identifier of it (RUC, DNI
  // or LEI, in this order), or is new under the row's own name. Later rows that name the row's mean that one.
  std::string Find(const v1::Party& given);

  // The party that a relation of the import means by the name.
  std::string Meant(absl::string_view name);

  // What `party`, null where it is new, comes to with what the row says of it. It gains names, identifiers
  // and roles that matter whoever says so, and loses nothing. An identifier that a third party has stays
  // there, and the two are proposed to be merged. A violation where they contradict each other.
  v1::Party Join(const v1::Party* party, absl::string_view name, const v1::Party& given,
                 Violations* violations);

  // Compares a party that the import makes with those that are stored.
  void ProposeAlike(const v1::Party& party);

  // Proposals that are new, each once.
  const std::vector<v1::MergeProposal>& proposals() const { return proposals_; }
  // Forgets all but the first `count`: what the others rest on was found to be wrong.
  void ForgetProposals(size_t count);

 private:
  void Propose(absl::string_view party, absl::string_view into, int likeness, const std::string& reason,
               v1::MergeProposal::State state);

  const Call& call_;
  ImportView& view_;
  StoreView& stored_;
  absl::flat_hash_map<std::string, std::string> meant_;  // by the row's own name
  absl::flat_hash_map<std::string, size_t> places_;      // in proposals_, by name
  std::vector<v1::MergeProposal> proposals_;
  size_t likeness_count_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_IMPORT_FOREIGN_PARTIES_H_
