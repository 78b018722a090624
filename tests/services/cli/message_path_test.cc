#include "services/cli/message_path.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <memory>

#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "services/cli/api.h"
#include "tests/services/cli/random_message.h"

namespace ayni::cli {
namespace {

using ::testing::HasSubstr;

template <typename Message>
MessagePath PathOf(const std::string& text) {
  absl::StatusOr<MessagePath> path = MessagePath::Parse(*Message::descriptor(), text);
  EXPECT_TRUE(path.ok()) << path.status();
  return *path;
}

template <typename Message>
std::string WhyNowhere(const std::string& text) {
  return std::string(MessagePath::Parse(*Message::descriptor(), text).status().message());
}

// The one property on which export and import stand.
TEST(MessagePath, TextsOfAllPathsMakeTheMessageAgain) {
  std::mt19937 random(5);
  for (const Resource& resource : Api::Get().resources()) {
    if (resource.message->file()->package() != "ayni.v1") continue;
    for (int round = 0; round < 200; ++round) {
      const std::unique_ptr<google::protobuf::Message> message(
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(resource.message)->New());
      FillRandomly(&random, message.get());
      const std::unique_ptr<google::protobuf::Message> again(message->New());
      for (const MessagePath& path : PathsOf(*resource.message, {message.get()}, false)) {
        const absl::Status put = path.Put(path.Text(*message, ValueStyle::kExact), again.get());
        ASSERT_TRUE(put.ok()) << path.text() << ": " << put;
      }
      ASSERT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*message, *again))
          << message->ShortDebugString() << "\n"
          << again->ShortDebugString();
    }
  }
}

TEST(MessagePath, ClearsAListWhereverItIs) {
  google::protobuf::FileDescriptorProto file;
  PathOf<google::protobuf::FileDescriptorProto>("message_type.1.reserved_name").Clear(&file);
  EXPECT_EQ(file.message_type_size(), 0);
  for (const char* name : {"a", "b"}) {
    file.add_dependency(name);
    file.add_message_type()->add_reserved_name(name);
  }
  PathOf<google::protobuf::FileDescriptorProto>("dependency").Clear(&file);
  PathOf<google::protobuf::FileDescriptorProto>("message_type.2.reserved_name").Clear(&file);
  EXPECT_EQ(file.dependency_size(), 0);
  EXPECT_EQ(file.message_type(0).reserved_name_size(), 1);
  EXPECT_EQ(file.message_type(1).reserved_name_size(), 0);
}

TEST(MessagePath, KeepsAMessageThatIsPresentAndEmpty) {
  v1::Party party;
  party.mutable_contact();
  v1::Party again;
  for (const MessagePath& path : PathsOf(*v1::Party::descriptor(), {&party}, false)) {
    ASSERT_TRUE(path.Put(path.Text(party, ValueStyle::kExact), &again).ok());
  }
  EXPECT_TRUE(again.has_contact());
  EXPECT_FALSE(again.has_tap());
}

TEST(MessagePath, AllAreTheSameWhateverAMessageHolds) {
  v1::Offer offer;
  offer.mutable_coverage()->mutable_position();
  offer.mutable_fee_for_service();
  std::vector<std::string> texts;
  for (const MessagePath& path : PathsOfAll(*v1::Offer::descriptor(), {})) texts.push_back(path.text());
  for (const char* text : {"name", "coverage.radius_m", "fee_for_service", "embedded.product", "create_time"})
    EXPECT_EQ(std::count(texts.begin(), texts.end(), text), 1) << text;
  std::vector<std::string> filled;
  for (const MessagePath& path : PathsOfAll(*v1::Offer::descriptor(), {&offer}))
    filled.push_back(path.text());
  EXPECT_EQ(filled, texts);
}

TEST(MessagePath, AnEmptyTextSetsNothing) {
  v1::Need need;
  ASSERT_TRUE(PathOf<v1::Need>("window.start_date").Put("", &need).ok());
  EXPECT_FALSE(need.has_window());
}

TEST(MessagePath, ReachesMapsAndElements) {
  v1::Service service;
  ASSERT_TRUE(PathOf<v1::Service>("local_names.quz").Put("Uywa hampiy", &service).ok());
  ASSERT_TRUE(PathOf<v1::Service>("local_names.quz").Put("Hampiy", &service).ok());
  EXPECT_EQ(service.local_names().size(), 1u);
  EXPECT_EQ(service.local_names().at("quz"), "Hampiy");
  v1::Policy policy;
  ASSERT_TRUE(PathOf<v1::Policy>("limits.2.id").Put("group-province", &policy).ok());
  ASSERT_EQ(policy.limits_size(), 2);
  EXPECT_EQ(policy.limits(1).id(), "group-province");
}

TEST(MessagePath, SeparatesValuesOfAListAndEscapesTheSeparator) {
  v1::Party party;
  ASSERT_TRUE(PathOf<v1::Party>("aliases").Put("Los Ñandúes|A\\|B|C\\\\D", &party).ok());
  EXPECT_THAT(party.aliases(), ::testing::ElementsAre("Los Ñandúes", "A|B", "C\\D"));
  EXPECT_EQ(PathOf<v1::Party>("aliases").Text(party, ValueStyle::kExact), "Los Ñandúes|A\\|B|C\\\\D");
}

TEST(MessagePath, NamesTheNearestField) {
  EXPECT_THAT(WhyNowhere<v1::Need>("quantitty"), HasSubstr("'quantity'"));
  EXPECT_THAT(WhyNowhere<v1::Need>("window.star_date"), HasSubstr("'start_date'"));
  EXPECT_THAT(WhyNowhere<v1::Need>("quantity.x"), HasSubstr("is no field"));
  EXPECT_THAT(WhyNowhere<v1::Service>("local_names"), HasSubstr("key"));
  EXPECT_THAT(WhyNowhere<v1::Policy>("limits.0.id"), HasSubstr("1 to 100"));
  EXPECT_THAT(WhyNowhere<v1::Policy>("limits.101.id"), HasSubstr("1 to 100"));
}

TEST(MessagePath, KnowsWhatTheServerFills) {
  EXPECT_TRUE(PathOf<v1::Need>("matched_quantity").output_only());
  EXPECT_FALSE(PathOf<v1::Need>("quantity").output_only());
}

TEST(MessagePath, MasksNameTheFieldAboveElementsAndKeys) {
  EXPECT_EQ(PathOf<v1::Need>("window.start_date").MaskPath(), "window.start_date");
  EXPECT_EQ(PathOf<v1::Policy>("limits.2.id").MaskPath(), "limits");
  EXPECT_EQ(PathOf<v1::Service>("local_names.quz").MaskPath(), "local_names");
}

}  // namespace
}  // namespace ayni::cli
