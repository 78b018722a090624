#include "services/cli/message_reading.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "ayni/v1/policy.pb.h"
#include "services/cli/api.h"
#include "services/cli/message_yaml.h"
#include "services/cli/output.h"
#include "tests/services/cli/random_message.h"

namespace ayni::cli {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Mistakes(const std::string& text) {
  v1::Policy policy;
  std::vector<std::string> mistakes;
  for (const ReadingError& error : ReadMessage(text, &policy)) mistakes.push_back(ErrorText("f", error));
  return mistakes;
}

TEST(MessageReading, GivesBackWhatWasWrittenOfEveryResource) {
  std::mt19937 random(7);
  for (const Resource& resource : Api::Get().resources()) {
    if (resource.message->full_name().rfind("ayni.", 0) != 0) continue;
    for (int i = 0; i < 30; ++i) {
      const std::unique_ptr<google::protobuf::Message> message(
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(resource.message)->New());
      FillRandomly(&random, message.get());
      const auto* name = resource.message->FindFieldByName("name");
      if (name != nullptr) message->GetReflection()->ClearField(message.get(), name);
      if (message->ByteSizeLong() == 0) continue;
      for (const std::string& text : {YamlText(*message), JsonText(*message, true)}) {
        const std::unique_ptr<google::protobuf::Message> back(message->New());
        const auto errors = ReadMessage(text, back.get());
        ASSERT_THAT(errors, IsEmpty()) << ErrorText("f", errors.front()) << "\n" << text;
        ASSERT_TRUE(MessageDifferencer::Equals(*message, *back)) << text << "\n" << back->DebugString();
      }
    }
  }
}

TEST(MessageReading, TellsEveryMistakeWithItsPlace) {
  EXPECT_THAT(
      Mistakes("# A comment\n"
               "reason: x\n"
               "limts: []\n"
               "limits:\n"
               "  - id: a\n"
               "    controller_level: TAPP\n"
               "    shareBasisPoints: 4x\n"
               "    id: b\n"
               "  - 7\n"
               "score_weights: [1]\n"
               "conflict_rules: {id: a}\n"
               "full_waiting_days: {a: b}\n"),
      ElementsAre("f:3:1: limts does not exist, did you mean 'limits'?",
                  HasSubstr("f:6:23: limits[0].controller_level must be one of TAP, "),
                  "f:7:23: limits[0].share_basis_points must be a whole number without separators, is '4x'",
                  "f:8:5: limits[0].id stands twice", HasSubstr("f:9:5: limits[1] must hold fields"),
                  HasSubstr("f:10:16: score_weights must hold fields"),
                  "f:11:17: conflict_rules must be a list, and is fields",
                  "f:12:20: full_waiting_days must be a value, and is fields"));
}

TEST(MessageReading, TellsWhereTextIsNoYaml) {
  EXPECT_THAT(Mistakes("reason: \"x\nlimits:"), ElementsAre(HasSubstr("is no YAML or JSON")));
  EXPECT_THAT(Mistakes("{\"reason\": }}"), ElementsAre(HasSubstr("f:1:")));
  EXPECT_THAT(Mistakes(""), ElementsAre("f:1:1: the file is empty"));
  EXPECT_THAT(Mistakes("# nothing"), ElementsAre("f:1:1: the file is empty"));
  EXPECT_THAT(Mistakes("reason: x\n---\nreason: y"), ElementsAre(HasSubstr("only one document")));
  EXPECT_THAT(Mistakes("just words"), ElementsAre(HasSubstr("must hold fields")));
  EXPECT_THAT(Mistakes(std::string(kMessageFileBytesMax + 1, '#')), ElementsAre(HasSubstr("is larger than")));
  EXPECT_THAT(Mistakes(std::string(50'000, '[')), testing::Not(IsEmpty()));
}

TEST(MessageReading, AliasesThatMultiplyEndIt) {
  std::string text = "limits:\n  - &l {id: x, exceptions: &e [";
  for (int i = 0; i < 2'000; ++i) text += "{reason: x}, ";
  text += "]}\n";
  for (int i = 0; i < 2'000; ++i) text += "  - *l\n";
  EXPECT_THAT(Mistakes(text), ElementsAre(HasSubstr("holds too much")));
}

TEST(MessageReading, WhatTheServerFillsIsPassedOver) {
  v1::Policy policy;
  EXPECT_THAT(
      ReadMessage("{reason: x, state: STATE_ACTIVE, author: principals/a, create_time: never}", &policy),
      IsEmpty());
  EXPECT_EQ(policy.state(), v1::Policy::STATE_UNSPECIFIED);
  EXPECT_EQ(policy.author(), "");
}

TEST(MessageReading, SaysHowLargeANumberMayBe) {
  EXPECT_THAT(
      Mistakes("full_waiting_days: 99999999999999999999"),
      ElementsAre(HasSubstr("full_waiting_days must be a whole number from -2147483648 to 2147483647, is "
                            "'99999999999999999999'")));
}

TEST(MessageReading, KnowsWhereEachFieldStands) {
  const std::string text = "reason: x\nlimits:\n  - id: a\n  - id: b\n    share_basis_points: 0\n";
  v1::Policy policy;
  ReadingNotes notes;
  ASSERT_THAT(ReadMessage(text, &policy, &notes), IsEmpty());
  const auto place = [&](const std::string& path) {
    const FilePlace found = PlaceOf(notes, path);
    return std::pair(found.line, found.column);
  };
  EXPECT_EQ(place("limits[1].share_basis_points"), std::pair(5, 5));
  EXPECT_EQ(place("limits[0].territory_level"), std::pair(3, 5))
      << "what is missing: where its element begins";
  EXPECT_EQ(place("limits[7].id"), std::pair(2, 1));
  EXPECT_EQ(place("score_weights.fit"), std::pair(0, 0));
}

TEST(MessageReading, SaysInOneLineWhatItPassedOverUnlessItIsSo) {
  v1::Policy policy;
  ReadingNotes notes;
  const std::string text =
      "{reason: x,\n state: STATE_ACTIVE, author: principals/a, single_handed: true,"
      " activate_time: '2026-11-28T10:00:00Z'}";
  ASSERT_THAT(ReadMessage(text, &policy, &notes), IsEmpty());
  EXPECT_EQ(
      PassedOverText("f", notes, nullptr),
      "f:2:2: state, author, single_handed, activate_time are the server's to fill: what the file says is "
      "passed over");
  v1::Policy known;
  known.set_state(v1::Policy::STATE_ACTIVE);
  known.set_author("principals/b");
  known.set_single_handed(true);
  known.mutable_activate_time()->set_seconds(1'795'860'000);
  EXPECT_THAT(PassedOverText("f", notes, &known), HasSubstr("author is the server's"));
  known.set_author("principals/a");
  EXPECT_EQ(PassedOverText("f", notes, &known), "");
}

TEST(MessageYaml, ExplainsEachFieldOnceAndNamesWhatIsNotSet) {
  v1::Policy policy;
  policy.add_limits()->set_id("a");
  policy.add_limits()->set_id("b");
  policy.mutable_expected_success();
  const std::string text = YamlText(policy);
  EXPECT_THAT(text,
              HasSubstr("    # Names the limit within the policy: lower-case letters, digits and hyphens.\n"
                        "  - id: a\n"));
  EXPECT_THAT(text, HasSubstr("\n\n  - id: b\n"));
  EXPECT_EQ(text.find("Names the limit"), text.rfind("Names the limit"));
  EXPECT_THAT(text, HasSubstr("expected_success: {}\n"));
  EXPECT_THAT(text, HasSubstr("# full_waiting_days:\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("author")));
}

}  // namespace
}  // namespace ayni::cli
