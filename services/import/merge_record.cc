#include "services/import/merge_record.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/party.pb.h"
#include "services/resource/digest.h"

namespace ayni::services {
namespace {

constexpr size_t kIdBytes = 12;

bool IsConfirmed(const google::protobuf::Message& record) {
  return static_cast<const v1::MergeProposal&>(record).state() == v1::MergeProposal::STATE_CONFIRMED;
}

}  // namespace

std::string MergeProposalName(absl::string_view party, absl::string_view other) {
  const std::string digest = Sha256(absl::StrCat(std::min(party, other), "\n", std::max(party, other)));
  return ResourceType::Of<v1::MergeProposal>().Name(
      "", absl::BytesToHexString(absl::string_view(digest).substr(0, kIdBytes)));
}

std::string MergedParty(absl::string_view name, StoreView* stored) {
  const Reference reference{&ResourceType::Of<v1::MergeProposal>(), "party"};
  std::string party(name);
  for (int hop = 0; hop <= kMergeHopsMax; ++hop) {
    if (stored->Read(ResourceType::Of<v1::Party>(), party).version != 0) return party;
    const std::string merge = stored->FirstReferrer(reference, party, IsConfirmed);
    if (merge.empty()) return "";
    party = stored->Find<v1::MergeProposal>(merge)->into();
  }
  return "";
}

}  // namespace ayni::services
