#include "services/cli/explain.h"

#include <gmock/gmock.h>

#include "services/cli/message_path.h"
#include "tests/services/cli/command_line.h"

namespace ayni::cli {
namespace {

using ::testing::HasSubstr;

TEST(Explain, MentionsEachFieldAndEnumerator) {
  for (const Resource& resource : Api::Get().resources()) {
    const CommandOutcome outcome = RunWords({"explain", NounOf(resource)});
    ASSERT_EQ(outcome.code, kDone) << outcome.err;
    for (int i = 0; i < resource.message->field_count(); ++i) {
      const auto& field = *resource.message->field(i);
      EXPECT_THAT(outcome.out, HasSubstr("\n  " + field.name())) << resource.type;
      if (field.cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_ENUM) continue;
      for (const std::string& enumerator : EnumeratorTexts(*field.enum_type())) {
        EXPECT_THAT(outcome.out, HasSubstr("        " + enumerator)) << resource.type;
      }
    }
  }
}

TEST(Explain, SaysWhatTheApisCommentsSay) {
  const std::string text = RunWords({"explain", "need"}).out;
  EXPECT_THAT(text, HasSubstr("What a cooperative asks for on behalf of its producers."));
  EXPECT_THAT(text, HasSubstr("quantity  NUMBER (required)\n      In the service's unit, 1 to 10^9."));
  EXPECT_THAT(text, HasSubstr("matched_quantity  NUMBER (filled by the server)"));
  EXPECT_THAT(text, HasSubstr("window.start_date  DATE (required)"));
  EXPECT_THAT(text, HasSubstr("service  SERVICE (required, set once, names a service)"));
  EXPECT_THAT(RunWords({"explain", "policy"}).out, HasSubstr("limits.1.share_basis_points"));
  EXPECT_THAT(RunWords({"explain", "service"}).out, HasSubstr("local_names.KEY"));
}

TEST(Explain, KnowsPartsAndSuggestsTheNearest) {
  EXPECT_EQ(RunWords({"explain", "DateWindow"}).code, kDone);
  EXPECT_EQ(RunWords({"explain", "price"}).code, kDone);
  EXPECT_EQ(RunWords({"explain", "prices"}).out, RunWords({"explain", "Price"}).out);
  const CommandOutcome unknown = RunWords({"explain", "neeed"});
  EXPECT_EQ(unknown.code, kUsage);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'need'?"));
}

}  // namespace
}  // namespace ayni::cli
