#include "services/cli/csv.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/services/cli/random_message.h"

namespace ayni::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<CsvRecord> ReadAll(const std::string& text) {
  std::vector<CsvRecord> records;
  CsvReader reader(text);
  CsvRecord record;
  while (reader.Next(&record)) records.push_back(record);
  return records;
}

TEST(Csv, GivesBackEveryRecordThatItWrote) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    const char separator = ",;\t"[round % 3];
    std::vector<std::vector<std::string>> written = {{"name", "note"}};
    for (int i = 0; i < 20; ++i) written.push_back({RandomText(&random), RandomText(&random)});
    std::string text;
    for (const auto& cells : written) text += CsvLine(cells, separator);
    const std::vector<CsvRecord> read = ReadAll(text);
    ASSERT_EQ(read.size(), written.size()) << text;
    for (size_t i = 0; i < read.size(); ++i) {
      ASSERT_EQ(read[i].error, "");
      ASSERT_EQ(read[i].cells, written[i]) << text;
    }
  }
}

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
  const std::string text =
      "\xEF\xBB\xBFname;display_name;note\r\n"
      "coop-1;Asociación Nuñez;\"dos\nlíneas\"\r\n"
      ";;\r\n"
      "\r\n"
      "coop-2;\"Ñahui \"\"La Esperanza\"\"; Ltda\";";
  const std::vector<CsvRecord> read = ReadAll(text);
  ASSERT_EQ(read.size(), 3u);
  EXPECT_THAT(read[0].cells, ElementsAre("name", "display_name", "note"));
  EXPECT_THAT(read[1].cells, ElementsAre("coop-1", "Asociación Nuñez", "dos\nlíneas"));
  EXPECT_THAT(read[2].cells, ElementsAre("coop-2", "Ñahui \"La Esperanza\"; Ltda", ""));
  EXPECT_EQ(read[1].line, 2);
  // Two lines of a quoted cell, a row of empty cells and an empty line lie between.
  EXPECT_EQ(read[2].line, 6);
}

TEST(Csv, TakesTheSeparatorThatAFirstLineNames) {
  for (const char* begin : {"sep=;\n", "\xEF\xBB\xBFSEP=;\r\n"}) {
    const std::vector<CsvRecord> read = ReadAll(std::string(begin) + "name;\"a,b\"\n1,5;2\n");
    ASSERT_EQ(read.size(), 2u);
    EXPECT_THAT(read[0].cells, ElementsAre("name", "a,b"));
    EXPECT_THAT(read[1].cells, ElementsAre("1,5", "2"));
    EXPECT_EQ(read[0].line, 2);
  }
  EXPECT_EQ(ReadAll("sep=x\n").size(), 1u);
}

TEST(Csv, EndsLinesAtALoneCarriageReturn) {
  const std::vector<CsvRecord> read = ReadAll("a,b\r1,2\r3,4");
  ASSERT_EQ(read.size(), 3u);
  EXPECT_THAT(read[2].cells, ElementsAre("3", "4"));
  EXPECT_EQ(read[2].line, 3);
}

TEST(Csv, TellsASeparatorInAQuotedCellFromOneBetweenCells) {
  EXPECT_THAT(ReadAll("a;b\n1,5;\"2;5\"\n")[1].cells, ElementsAre("1,5", "2;5"));
}

TEST(Csv, TakesTheSeparatorOfTheFirstLineThatIsNotBlank) {
  const std::vector<CsvRecord> read = ReadAll("\xEF\xBB\xBF\r\n\n\rname;note\nc1;a,b\n");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_THAT(read[0].cells, ElementsAre("name", "note"));
  EXPECT_EQ(read[0].line, 4);
  EXPECT_THAT(read[1].cells, ElementsAre("c1", "a,b"));
}

TEST(Csv, NamesTheCellThatIsWrongAndReadsOnAfterItsLine) {
  const std::string text = "a,b\n1,x\"y\n\"1\"z,2\n3,\"never closed\n5,6\n";
  const std::vector<CsvRecord> read = ReadAll(text);
  ASSERT_EQ(read.size(), 5u);
  EXPECT_THAT(read[1].error, HasSubstr("quote inside"));
  EXPECT_EQ(read[1].error_cell, 2);
  EXPECT_THAT(read[2].error, HasSubstr("after its closing quote"));
  EXPECT_EQ(read[2].error_cell, 1);
  EXPECT_THAT(read[3].error, HasSubstr("nothing closes"));
  EXPECT_EQ(read[3].line, 4);
  EXPECT_EQ(read[3].source, "3,\"never closed");
  EXPECT_THAT(read[4].cells, ElementsAre("5", "6"));
}

TEST(Csv, RefusesWhatIsNotUtf8) {
  const std::vector<CsvRecord> read = ReadAll(
      "a,b\n1,Nu\xF1"
      "ez\n");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_THAT(read[1].error, HasSubstr("UTF-8"));
  EXPECT_EQ(read[1].error_cell, 2);
}

TEST(Csv, ReadsEveryTextToItsEnd) {
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "ab,;\"\n\r\t\xC3\xB1"[random() % 10];
    CsvReader reader(text);
    CsvRecord record;
    int64_t line = 0;
    while (reader.Next(&record)) {
      ASSERT_GT(record.line, line);
      line = record.line;
    }
  }
}

TEST(Formula, NoGuardedTextLooksLikeOne) {
  for (const char* text : {"=1+1", "+51987654321", "-cmd", "@SUM(A1)", "\t=1", "'=1", "''+1"}) {
    EXPECT_EQ(Guarded(text).front(), '\'') << text;
  }
  for (const char* text : {"", "'", "Q'ero", "'quoted'", "1+1", "a@b.pe"}) EXPECT_EQ(Guarded(text), text);
}

TEST(Formula, GuardIsTakenAwayExactly) {
  std::mt19937 random(3);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (unsigned i = random() % 5; i > 0; --i) text += "'=+-@\tx"[random() % 7];
    EXPECT_EQ(Unguarded(Guarded(text)), text);
  }
}

TEST(Formula, ATextThatAPersonTypedStaysAsItIs) {
  EXPECT_EQ(Unguarded("+51987654321"), "+51987654321");
  EXPECT_EQ(Unguarded("'quoted'"), "'quoted'");
}

}  // namespace
}  // namespace ayni::cli
