// What the comments of the API promise of its lists is what the methods do.
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/rules/resource_methods.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;

// The API with its comments.
const DescriptorPool& Api() {
  static const DescriptorPool* const pool = [] {
    std::ifstream image(AYNI_API_IMAGE, std::ios::binary);
    google::protobuf::FileDescriptorSet files;
    EXPECT_TRUE(files.ParseFromIstream(&image)) << AYNI_API_IMAGE;
    auto* made = new DescriptorPool;
    for (const auto& file : files.file()) EXPECT_NE(made->BuildFile(file), nullptr) << file.name();
    return made;
  }();
  return *pool;
}

std::string FilterComment(const std::string& request) {
  const auto* message = Api().FindMessageTypeByName("ayni.v1." + request);
  EXPECT_NE(message, nullptr) << request;
  google::protobuf::SourceLocation location;
  EXPECT_TRUE(message->FindFieldByName("filter")->GetSourceLocation(&location)) << request;
  return location.leading_comments;
}

void ExpectPromised(const std::string& request, std::vector<std::string> fields) {
  const std::string comment = absl::StrReplaceAll(FilterComment(request), {{"\n", ""}});
  std::vector<std::string> promised =
      absl::StrSplit(absl::StripAsciiWhitespace(comment.substr(comment.find("AIP-160:") + 8)), ", ");
  std::sort(promised.begin(), promised.end());
  std::sort(fields.begin(), fields.end());
  EXPECT_EQ(promised, fields) << request;
}

TEST(Promises, ListsFilterByTheFieldsThatTheirCommentsName) {
  const std::pair<const char*, const google::protobuf::Descriptor*> lists[] = {
      {"ListTerritoriesRequest", v1::Territory::descriptor()},
      {"ListValueChainsRequest", v1::ValueChain::descriptor()},
      {"ListServicesRequest", v1::Service::descriptor()},
      {"ListPartiesRequest", v1::Party::descriptor()},
      {"ListRelationsRequest", v1::Relation::descriptor()},
      {"ListCredentialsRequest", v1::Credential::descriptor()},
      {"ListNeedsRequest", v1::Need::descriptor()},
      {"ListOffersRequest", v1::Offer::descriptor()},
      {"ListBudgetsRequest", v1::Budget::descriptor()},
      {"ListSkillsRequest", v1::Skill::descriptor()},
      {"ListNeedTemplatesRequest", v1::NeedTemplate::descriptor()},
      {"ListAgreementsRequest", v1::Agreement::descriptor()},
      {"ListPoliciesRequest", v1::Policy::descriptor()},
      {"ListRoundsRequest", v1::Round::descriptor()},
      {"ListSubscriptionsRequest", v1::Subscription::descriptor()},
      {"ListNoticesRequest", v1::Notice::descriptor()},
      {"ListAppealsRequest", v1::Appeal::descriptor()},
      {"ListMatchesRequest", v1::Match::descriptor()},
      {"ListMergeProposalsRequest", v1::MergeProposal::descriptor()},
      {"ListSegmentReportsRequest", v1::SegmentReport::descriptor()},
      {"ListPrincipalsRequest", v1::Principal::descriptor()},
      {"ListTokensRequest", v1::Token::descriptor()}};
  for (const auto& [request, record] : lists) {
    std::vector<std::string> fields;
    for (const FilterField& field : KindOf(record).rules.filter_fields) fields.push_back(field.path());
    ExpectPromised(request, fields);
  }
  std::vector<std::string> ledger;
  for (const char* field : LedgerEntryRules().filter_fields) ledger.push_back(field);
  ExpectPromised("ListLedgerEntriesRequest", ledger);
}

}  // namespace
}  // namespace ayni::services
