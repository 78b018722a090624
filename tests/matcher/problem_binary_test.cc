#include "matcher/problem_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "matcher/problem_text.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

using ::testing::HasSubstr;

template <typename Write>
std::string Written(const Problem& problem, Write write) {
  std::string text;
  const auto sink = [&](absl::string_view part) {
    text.append(part.data(), part.size());
    return absl::OkStatus();
  };
  EXPECT_TRUE(write(problem, sink, nullptr).ok());
  return text;
}

std::string BytesOf(const Problem& problem) { return Written(problem, WriteProblemBinary); }

// In parts of so many bytes.
absl::StatusOr<Problem> Read(absl::string_view bytes, size_t part_bytes = 1 << 20, int64_t bytes_likely = 0) {
  ProblemBinaryReader reader(bytes_likely);
  for (size_t begin = 0; begin < bytes.size(); begin += part_bytes) {
    if (absl::Status status = reader.Take(bytes.substr(begin, part_bytes)); !status.ok()) return status;
  }
  return std::move(reader).Finish();
}

std::string Refusal(absl::string_view bytes) { return std::string(Read(bytes).status().message()); }

TEST(ProblemBinary, GivesBackWhatItWroteWhereverThePartsAreCut) {
  Random random(33);
  for (int i = 0; i < 300; ++i) {
    const Problem problem = RandomProblem(random, {.lots = true, .floors = i % 2 == 0});
    const std::string bytes = BytesOf(problem);
    const auto read = Read(bytes, static_cast<size_t>(Draw(random, 1, 40)), i % 3 == 0 ? bytes.size() : 0);
    ASSERT_TRUE(read.ok()) << read.status();
    ASSERT_EQ(BytesOf(*read), bytes);
    ASSERT_EQ(Written(*read, WriteProblemText), Written(problem, WriteProblemText));
  }
}

TEST(ProblemBinary, IsWhatTheHeaderSays) {
  const std::string bytes =
      BytesOf(ProblemBuilder().Need(258).Offer(7, 0, 2).Tap(6).Cell(5).Edge(0, 0, 3, 9, {0}).Build());
  const char expected[] =
      "\x89"
      "AyniP\r\n"
      "\1\0\0\0"
      "\0\0\0\0"
      "\1\0\0\0"
      "\1\0\0\0"
      "\1\0\0\0"
      "\1\0\0\0"
      "\1\0\0\0\0\0\0\0"
      "\1\0\0\0\0\0\0\0"
      "\2\1\0\0"
      "\7\0\0\0"
      "\1\0\0\0"
      "\2\0\0\0"
      "\6\0\0\0"
      "\5\0\0\0"
      "\1\0\0\0"
      "\0\0\0\0"
      "\3\0\0\0"
      "\11\0\0\0"
      "\1"
      "\0\0\0\0";
  EXPECT_EQ(bytes, std::string(expected, sizeof(expected) - 1));
}

TEST(ProblemBinary, HoldsGroupsOfNeeds) {
  const Problem problem = ProblemBuilder().Need(1).Need(2).Need(3).Offer(4).Edge(0, 0, 1, 5).Build();
  const auto bytes_with = [&](const NeedGroups& groups) {
    std::string bytes;
    const auto sink = [&](absl::string_view part) {
      bytes.append(part.data(), part.size());
      return absl::OkStatus();
    };
    EXPECT_TRUE(WriteProblemBinary(problem, sink, &groups).ok());
    return bytes;
  };
  const auto read = [](const std::string& bytes, NeedGroups* groups) {
    ProblemBinaryReader reader;
    EXPECT_TRUE(reader.Take(bytes).ok());
    return std::move(reader).Finish(groups).status();
  };
  const NeedGroups groups{2, {1, 0, 1}};
  NeedGroups found;
  EXPECT_TRUE(read(bytes_with(groups), &found).ok());
  EXPECT_EQ(found, groups);
  EXPECT_TRUE(read(BytesOf(problem), &found).ok());
  EXPECT_EQ(found.count, 0);
  EXPECT_THAT(std::string(read(bytes_with({3, {2, 0, 2}}), &found).message()),
              HasSubstr("need_group: group 1 has no need"));
  EXPECT_THAT(std::string(read(bytes_with({4, {3, 0, 2}}), &found).message()),
              HasSubstr("need_group[0] is 3: expected less than the count of needs"));
}

TEST(ProblemBinary, RefusesWhatIsCutOrGoesOn) {
  Random random(34);
  const std::string bytes = BytesOf(RandomProblem(random, {.floors = true}));
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(Read(absl::string_view(bytes).substr(0, size)).ok()) << size;
  }
  EXPECT_THAT(Refusal(bytes + "x"), HasSubstr("after the last column"));
}

TEST(ProblemBinary, NamesWhatIsWrong) {
  const std::string sound =
      BytesOf(ProblemBuilder().Need(2).Offer(7, 0, 2).Tap(6).Cell(5).Edge(0, 0, 3, 9, {0}).Build());
  const auto with = [&](size_t offset, char byte) {
    std::string changed = sound;
    changed[offset] = byte;
    return changed;
  };
  EXPECT_THAT(Refusal(with(0, 'A')), HasSubstr("first 8 bytes"));
  EXPECT_THAT(Refusal(with(8, 2)), HasSubstr("version is 2: expected 1"));
  EXPECT_THAT(Refusal(with(12, 4)), HasSubstr("mark of floors and groups is 4"));
  EXPECT_THAT(Refusal(with(19, '\xff')), HasSubstr("count of needs"));
  EXPECT_THAT(Refusal(with(39, '\xff')), HasSubstr("count of edges"));
  EXPECT_THAT(Refusal(with(40, 65)), HasSubstr("cells of edges is 65: expected at most 64 an edge"));
  EXPECT_THAT(Refusal(with(56, 2)), HasSubstr("offer_tap[0]"));
  EXPECT_THAT(Refusal(with(59, '\xff')), HasSubstr("offer_tap[0]"));
  EXPECT_THAT(Refusal(with(60, 0)), HasSubstr("offer_lot[0]"));
  EXPECT_THAT(Refusal(with(72, 2)), HasSubstr("need_edge_begin"));
  EXPECT_THAT(Refusal(with(76, 1)), HasSubstr("edge_offer[0]"));
  EXPECT_THAT(Refusal(with(80, 0)), HasSubstr("edge_bound[0]"));
  EXPECT_THAT(Refusal(with(84, 0)), HasSubstr("edge_weight[0]"));
  EXPECT_THAT(Refusal(with(88, 0)), HasSubstr("edge_cell_begin"));
  EXPECT_THAT(Refusal(with(89, 1)), HasSubstr("edge_cell[0]"));
}

TEST(ProblemBinary, AsksForNoMoreMemoryThanHasCome) {
  std::string header(kProblemMagic.data(), kProblemMagic.size());
  header += std::string("\1\0\0\0\0\0\0\0", 8);
  for (int i = 0; i < 4; ++i) header += std::string("\xf0\xff\xff\x7f", 4);
  header += std::string("\0\0\0\0\0\1\0\0", 8) + std::string("\0\0\0\0\0\1\0\0", 8);
  EXPECT_THAT(Refusal(header), HasSubstr("ends before"));
}

}  // namespace
}  // namespace ayni::matcher
