#include "services/import/given_fields.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"

namespace ayni::services {
namespace {

GivenFields Of(const std::vector<std::string>& paths) {
  google::protobuf::FieldMask mask;
  for (const std::string& path : paths) mask.add_paths(path);
  return GivenFields(mask);
}

template <typename Record>
Record Completed(const std::vector<std::string>& paths, const Record& before, Record row) {
  Of(paths).Complete(before, &row);
  return row;
}

v1::Party AParty() {
  v1::Party party;
  party.set_display_name("Before");
  party.mutable_contact()->set_phone("1");
  party.mutable_contact()->set_email("a@b");
  party.add_aliases("One");
  return party;
}

TEST(GivenFields, AreTakenThoughEmptyAndOthersKept) {
  const v1::Party party = Completed({"display_name", "contact.phone"}, AParty(), v1::Party());
  EXPECT_EQ(party.display_name(), "");
  EXPECT_EQ(party.contact().phone(), "");
  EXPECT_EQ(party.contact().email(), "a@b");
  EXPECT_EQ(party.aliases_size(), 1);
}

TEST(GivenFields, AMessageGoesWhenNothingIsLeftOfIt) {
  EXPECT_FALSE(Completed({"contact.phone", "contact.email"}, AParty(), v1::Party()).has_contact());
  EXPECT_FALSE(Completed({"contact"}, AParty(), v1::Party()).has_contact());
  EXPECT_FALSE(Completed({"contact.phone"}, v1::Party(), v1::Party()).has_contact());
}

TEST(GivenFields, WhatARowSetsCountsWithoutBeingNamed) {
  v1::Party row;
  row.add_aliases("Two");
  row.mutable_contact();  // is there: not what is in it
  const v1::Party party = Completed({}, AParty(), row);
  EXPECT_EQ(party.aliases_size(), 1);
  EXPECT_EQ(party.aliases(0), "Two");
  EXPECT_EQ(party.contact().phone(), "1");
  EXPECT_TRUE(Completed({}, v1::Party(), row).has_contact());
}

TEST(GivenFields, AMapIsGivenEntryByEntry) {
  v1::Service before;
  (*before.mutable_local_names())["quz"] = "a";
  (*before.mutable_local_names())["ayr"] = "b";
  (*before.mutable_local_names())["spa"] = "c";
  v1::Service row;
  (*row.mutable_local_names())["ayr"] = "d";
  const v1::Service service = Completed({"local_names.quz", "local_names.ayr"}, before, row);
  EXPECT_EQ(service.local_names_size(), 2);
  EXPECT_EQ(service.local_names().at("ayr"), "d");
  EXPECT_EQ(service.local_names().at("spa"), "c");
  EXPECT_EQ(Completed({"local_names"}, before, row).local_names_size(), 1);
}

TEST(GivenFields, OneMemberOfAOneofTakesTheOthersPlace) {
  v1::Offer before;
  before.mutable_embedded()->set_product("Salt");
  v1::Offer row;
  row.mutable_fee_for_service();
  EXPECT_TRUE(Completed({"fee_for_service"}, before, row).has_fee_for_service());
  EXPECT_TRUE(Completed({"fee_for_service"}, before, v1::Offer()).has_embedded());
  EXPECT_FALSE(Completed({"embedded.product", "embedded.seller"}, before, v1::Offer()).has_embedded());
}

TEST(GivenFields, NameTheFirstPathThatLeadsNowhere) {
  EXPECT_EQ(Of({"name", "contact.phone", "aliases"}).FirstStray(*v1::Party::descriptor()), "");
  EXPECT_EQ(Of({"contact.fax"}).FirstStray(*v1::Party::descriptor()), "contact.fax");
  EXPECT_EQ(Of({"display_name.x"}).FirstStray(*v1::Party::descriptor()), "display_name.x");
  EXPECT_EQ(Of({"limits.1.id"}).FirstStray(*v1::Policy::descriptor()), "limits.1");
  EXPECT_EQ(Of({"local_names.quz"}).FirstStray(*v1::Service::descriptor()), "");
  EXPECT_EQ(Of({"local_names.quz.x"}).FirstStray(*v1::Service::descriptor()), "local_names.quz.x");
}

}  // namespace
}  // namespace ayni::services
