#include "services/cli/market_file.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "services/cli/failed_rows.h"
#include "services/cli/market_export.h"
#include "tests/services/cli/random_message.h"
#include "tests/temporary_folder.h"

namespace ayni::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const MarketFile& FileNamed(const std::string& name) {
  for (const MarketFile& file : MarketFiles()) {
    if (file.name == name) return file;
  }
  throw std::logic_error(name);
}

struct Read {
  std::vector<v1::ImportRow> rows;
  std::vector<std::string> problems;
};

Read ReadText(const std::string& file, const std::string& text) {
  Read read;
  std::vector<RowProblem> problems;
  const MarketSheet sheet(FileNamed(file), text, &problems);
  if (problems.empty()) {
    for (MarketSheet::Pass pass(sheet); pass.Next();) {
      read.rows.emplace_back();
      pass.Parse(&read.rows.back(), &problems);
    }
  }
  for (const RowProblem& problem : problems) read.problems.push_back(problem.Text());
  return read;
}

TEST(MarketFiles, AreOneForEachResourceOfAnImport) {
  std::vector<std::string> names;
  for (const MarketFile& file : MarketFiles()) names.push_back(file.name);
  EXPECT_THAT(names,
              ElementsAre("territories.csv", "value_chains.csv", "services.csv", "parties.csv",
                          "relations.csv", "credentials.csv", "skills.csv", "budgets.csv", "agreements.csv",
                          "needs.csv", "need_templates.csv", "offers.csv", "policies.csv"));
}

TEST(MarketSheet, ReadsASpreadsheetsNumbersNamesAndLists) {
  const Read read =
      ReadText("offers.csv",
               "\xEF\xBB\xBFname;service;value_chains;unit;unit_price;coverage.position.latitude;"
               "fee_for_service;embedded.seller;deliverable\r\n"
               "tap-nahui/o-1;dosing;alpaca|sheep;animal;12,50 PEN;-13,53;yes;;\"Nuñez, e hijos\"\r\n");
  ASSERT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.rows, SizeIs(1));
  EXPECT_EQ(read.rows[0].file(), "offers.csv");
  EXPECT_EQ(read.rows[0].line(), 2);
  const v1::Offer& offer = read.rows[0].offer();
  EXPECT_EQ(offer.name(), "taps/tap-nahui/offers/o-1");
  EXPECT_EQ(offer.service(), "services/dosing");
  EXPECT_THAT(offer.value_chains(), ElementsAre("valueChains/alpaca", "valueChains/sheep"));
  EXPECT_EQ(offer.unit(), v1::UNIT_ANIMAL);
  EXPECT_EQ(offer.unit_price().minor_units(), 1250);
  EXPECT_EQ(offer.coverage().position().latitude(), -13.53);
  EXPECT_TRUE(offer.has_fee_for_service());
  EXPECT_EQ(offer.deliverable(), "Nuñez, e hijos");
}

TEST(MarketSheet, NamesFileLineColumnAndReasonOfEveryProblem) {
  const Read read = ReadText("needs.csv",
                             "name,quantity,window.start_date,urgency\n"
                             "c1/n1,40,2026-12-01,HIGH\n"
                             "c1/n2,forty,01/12/2026,SOON\n"
                             "\n"
                             "c1/n3,1,2026-12-01,HIGH,5\n"
                             "c1/n4,1,\"2026\"-12,\n");
  EXPECT_THAT(read.problems,
              ElementsAre(HasSubstr("needs.csv:3: quantity: must be a whole number"),
                          HasSubstr("needs.csv:3: window.start_date: must be a date as in 2026-12-01"),
                          HasSubstr("needs.csv:3: urgency: must be one of NORMAL, HIGH, CRITICAL"),
                          "needs.csv:5: has 5 cells, and the first row 4",
                          HasSubstr("needs.csv:6: window.start_date: has more after its closing quote")));
}

TEST(MarketSheet, TakesTrailingCellsThatAreEmpty) {
  EXPECT_THAT(ReadText("needs.csv", "name,quantity\nc1/n1,4,,\n").problems, IsEmpty());
  EXPECT_THAT(ReadText("needs.csv", "name,quantity\nc1/n1,4,,5\n").problems, SizeIs(1));
}

TEST(MarketSheet, RefusesColumnsThatAreUnknownOrTheServersOrThereTwice) {
  EXPECT_THAT(
      ReadText("needs.csv", "name,quantty,state,quantity,quantity,etag\n").problems,
      ElementsAre(HasSubstr("quantty: is no field of Need, did you mean 'quantity'?"),
                  HasSubstr("state: is filled by the server"), HasSubstr("quantity: is a column twice"),
                  HasSubstr("etag: is filled by the server")));
  EXPECT_THAT(ReadText("needs.csv", "quantity\n").problems, ElementsAre(HasSubstr("name: is missing")));
  EXPECT_THAT(ReadText("needs.csv", "").problems, ElementsAre(HasSubstr("holds nothing")));
}

TEST(MarketSheet, TakesColumnsInCapitalsAndWithBlanks) {
  const Read read =
      ReadText("needs.csv", "Name,Quantity,Highest Unit Price,Window.Start_Date\nc1/n1,4,3 PEN,2026-12-01\n");
  ASSERT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.rows[0].need().quantity(), 4);
  EXPECT_EQ(read.rows[0].need().highest_unit_price().minor_units(), 300);
  EXPECT_EQ(read.rows[0].need().window().start_date().year(), 2026);
  EXPECT_THAT(ReadText("needs.csv", "name,quantity,QUANTITY\n").problems,
              ElementsAre(HasSubstr("is a column twice")));
}

TEST(MarketSheet, SaysThatTheIdIsTheName) {
  EXPECT_THAT(
      ReadText("needs.csv", "Id,quantity\n").problems,
      ElementsAre(HasSubstr("Id: is no field of Need, did you mean 'name'? It holds COOPERATIVE/NEED")));
  EXPECT_THAT(ReadText("parties.csv", "party_id\n").problems, ElementsAre(HasSubstr("did you mean 'name'?")));
}

TEST(MarketSheet, SaysWhatAnIdMayBe) {
  EXPECT_THAT(
      ReadText("parties.csv", "name\nCoop 1\n").problems,
      ElementsAre(AllOf(HasSubstr("parties.csv:2: name: must have ids of"), HasSubstr("as in coop-1"))));
}

TEST(MarketSheet, HasLimits) {
  std::string header = "name";
  for (int i = 1; i <= kSheetColumnsMax; ++i) header += absl::StrCat(",c", i);
  EXPECT_THAT(ReadText("needs.csv", header + "\n").problems,
              ElementsAre(AllOf(HasSubstr("needs.csv:1: has "), HasSubstr("columns, and at most"))));
  const std::string largest(kCellBytesMax, 'x');
  EXPECT_THAT(ReadText("needs.csv", "name,note\nc1/n1," + largest + "\n").problems, IsEmpty());
  EXPECT_THAT(ReadText("needs.csv", "name,note\nc1/n1," + largest + "x\n").problems,
              ElementsAre(AllOf(HasSubstr("needs.csv:2: note: has "), HasSubstr("bytes, and at most"))));
  EXPECT_THAT(ReadText("needs.csv", "name," + largest + "x\n").problems,
              ElementsAre(HasSubstr("needs.csv:1: cell 2: has ")));
  std::string wide = "name";
  std::string row = "c1/n1";
  for (size_t i = 1; i <= kRecordBytesMax / kCellBytesMax + 1; ++i) {
    wide += absl::StrCat(",local_names.k", i);
    row += "," + largest;
  }
  EXPECT_THAT(ReadText("services.csv", wide + "\n" + row + "\n").problems,
              ElementsAre(AllOf(HasSubstr("services.csv:2: has "), HasSubstr("bytes, and at most"))));
}

TEST(MarketSheet, TakesCellsThatARowLacksAtItsEndForEmptyOnes) {
  const Read read = ReadText("needs.csv", "name,quantity,note\nc1/n1,4\nc1/n2\n");
  ASSERT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.rows, SizeIs(2));
  EXPECT_EQ(read.rows[0].need().quantity(), 4);
  EXPECT_EQ(read.rows[0].need().note(), "");
  EXPECT_EQ(read.rows[1].need().name(), "cooperatives/c1/needs/n2");
}

TEST(MarketSheet, NamesTheLineOfItsHeader) {
  EXPECT_THAT(ReadText("needs.csv", "\n;\nname;quantty;name;state\n").problems,
              ElementsAre(HasSubstr("needs.csv:3: quantty: is no field"), HasSubstr("needs.csv:3: name: "),
                          HasSubstr("needs.csv:3: state: ")));
  EXPECT_THAT(ReadText("needs.csv", "\nquantity\n").problems, ElementsAre(HasSubstr("needs.csv:2: name: ")));
}

TEST(MarketSheet, RefusesTwoMembersOfAOneof) {
  const std::string header = "name,fee_for_service,embedded.product,embedded.seller,subsidised.funder\n";
  EXPECT_THAT(ReadText("offers.csv", header + "t/o,yes,Salt,seller-1,\n").problems,
              ElementsAre(HasSubstr("embedded.product: can't be given together with fee_for_service"),
                          HasSubstr("embedded.seller")));
  EXPECT_THAT(ReadText("offers.csv", header + "t/o,no,Salt,seller-1,\n").problems, IsEmpty());
}

TEST(MarketSheet, PassesOverTheColumnOfFailedRows) {
  const Read read = ReadText("policies.csv", "name,reason,failed_because\np1,First,reason: must be longer\n");
  ASSERT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.rows[0].policy().reason(), "First");
}

// What is exported is what was imported, to the byte.
TEST(MarketFileText, IsReadBackAsTheSameRowsAndWrittenAgainAsTheSameText) {
  std::mt19937 random(13);
  for (const MarketFile& file : MarketFiles()) {
    const auto* prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(file.resource->message);
    std::vector<std::unique_ptr<google::protobuf::Message>> written;
    std::vector<const google::protobuf::Message*> pointers;
    for (int i = 0; i < 100; ++i) {
      written.emplace_back(prototype->New());
      FillRandomly(&random, written.back().get());
      pointers.push_back(written.back().get());
    }
    const std::string text = MarketFileText(*file.resource->message, pointers);
    const Read read = ReadText(file.name, text);
    ASSERT_THAT(read.problems, IsEmpty()) << text;
    std::vector<const google::protobuf::Message*> again;
    for (const v1::ImportRow& row : read.rows)
      again.push_back(&row.GetReflection()->GetMessage(row, file.row_field));
    EXPECT_EQ(MarketFileText(*file.resource->message, again), text);
  }
}

TEST(ColumnOf, IsTheNearestColumnAboveTheServersField) {
  const std::vector<std::string> header = {"name", "highest_unit_price", "limits.2.id", "languages"};
  EXPECT_EQ(ColumnOf(header, "highest_unit_price.currency"), "highest_unit_price");
  EXPECT_EQ(ColumnOf(header, "limits[1].id"), "limits.2.id");
  EXPECT_EQ(ColumnOf(header, "languages[0]"), "languages");
  EXPECT_EQ(ColumnOf(header, "window"), "window");
  EXPECT_EQ(ColumnOf(header, ""), "");
}

std::string TextOf(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(FailedRows, HoldTheRowsAsTheyWereWithTheReason) {
  const TemporaryFolder folder;
  std::vector<RowProblem> problems;
  std::vector<MarketSheet> sheets;
  sheets.emplace_back(FileNamed("needs.csv"), "name;quantity\nc1/n1;4\nc1/n2;\"fo;rty\"\nc1/n3;\"x\n",
                      &problems);
  problems.push_back({"needs.csv", 3, "quantity", "must be a number"});
  problems.push_back({"needs.csv", 3, "", "=odd"});
  problems.push_back({"needs.csv", 4, "quantity", "begins with a quote that nothing closes"});
  ASSERT_TRUE(WriteFailedRows(folder.path(), sheets, problems, {}).ok());
  EXPECT_EQ(TextOf(folder / "needs.csv"),
            "name;quantity;failed_because\n"
            "c1/n2;\"fo;rty\";\"quantity: must be a number; =odd\"\n"
            "c1/n3;\"x\n");

  // What was to be corrected is kept beside, however often: the next import has no failed needs.
  ASSERT_TRUE(WriteFailedRows(folder.path(), sheets, {{"needs.csv", 2, "", "second"}}, {}).ok());
  // The same import again has nothing to keep aside.
  ASSERT_TRUE(WriteFailedRows(folder.path(), sheets, {{"needs.csv", 2, "", "second"}}, {}).ok());
  ASSERT_TRUE(WriteFailedRows(folder.path(), sheets, {}, {}).ok());
  EXPECT_FALSE(std::filesystem::exists(folder / "needs.csv"));
  EXPECT_THAT(TextOf(folder / "needs.csv.~1~"), HasSubstr("fo;rty"));
  EXPECT_THAT(TextOf(folder / "needs.csv.~2~"), HasSubstr("second"));
}

TEST(FailedRows, HoldThoseTooOfWhichNoReasonWasTold) {
  const TemporaryFolder folder;
  std::vector<RowProblem> problems;
  std::vector<MarketSheet> sheets;
  sheets.emplace_back(FileNamed("needs.csv"), "name,quantity\nc1/n1,4\nc1/n2,5\nc1/n3,6\n", &problems);
  ASSERT_TRUE(WriteFailedRows(folder.path(), sheets, {{"needs.csv", 2, "", "told"}},
                              {{"needs.csv", 2}, {"needs.csv", 4}})
                  .ok());
  EXPECT_THAT(TextOf(folder / "needs.csv"),
              AllOf(HasSubstr("c1/n1,4,told\n"), HasSubstr("c1/n3,6,"), Not(HasSubstr("c1/n2"))));
}

TEST(FailedRows, SayWhatCanBeFoundAgainThoughItWasNotKept) {
  const TemporaryFolder folder;
  std::vector<RowProblem> problems;
  std::vector<MarketSheet> sheets;
  sheets.emplace_back(FileNamed("needs.csv"), "name,quantity\nc1/n1,forty\n", &problems);
  ASSERT_TRUE(WriteFailedRows(folder.path(), sheets, {}, {{"needs.csv", 2}}).ok());
  EXPECT_THAT(TextOf(folder / "needs.csv"), HasSubstr("quantity: must be a whole number"));
}

TEST(FailedRows, KeepTheMarkByWhichExcelTellsUtf8) {
  const TemporaryFolder folder;
  std::vector<RowProblem> problems;
  std::vector<MarketSheet> sheets;
  sheets.emplace_back(FileNamed("needs.csv"), "\xEF\xBB\xBFname;note\nc1/n1;Ñahui\n", &problems);
  ASSERT_TRUE(WriteFailedRows(folder.path(), sheets, {{"needs.csv", 2, "note", "x"}}, {}).ok());
  EXPECT_EQ(TextOf(folder / "needs.csv"), "\xEF\xBB\xBFname;note;failed_because\nc1/n1;Ñahui;note: x\n");
}

TEST(MarketSheet, GivesTheFieldsOfItsColumns) {
  std::vector<RowProblem> problems;
  const MarketSheet services(FileNamed("services.csv"), "name,local_names.quz,failed_because,unit\n",
                             &problems);
  EXPECT_THAT(services.GivenFields().paths(), ElementsAre("local_names.quz", "name", "unit"));
  const MarketSheet parties(FileNamed("parties.csv"), "name,contact,contact.phone,roles\n", &problems);
  EXPECT_THAT(parties.GivenFields().paths(), ElementsAre("contact.phone", "name", "roles"));
  const MarketSheet policies(FileNamed("policies.csv"), "name,limits.1.id,limits.2.id\n", &problems);
  EXPECT_THAT(policies.GivenFields().paths(), ElementsAre("limits", "name"));
  EXPECT_THAT(problems, IsEmpty());
}

}  // namespace
}  // namespace ayni::cli
