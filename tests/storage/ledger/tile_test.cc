#include "storage/ledger/tile.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ayni::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> PathsOf(uint64_t leaf_count) {
  std::vector<std::string> paths;
  for (const Tile& tile : TilesOf(leaf_count)) paths.push_back(TilePath(tile));
  return paths;
}

// The examples of C2SP tlog-tiles.
TEST(Tile, PathsAreThoseOfTheStandard) {
  EXPECT_EQ(TilePath({0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(TilePath({1, 273, 112}), "tile/1/273.p/112");
  EXPECT_EQ(EntriesPath({0, 5, 17}), "tile/entries/005.p/17");
}

TEST(Tile, AllOfALogAreListed) {
  EXPECT_THAT(PathsOf(0), ElementsAre());
  EXPECT_THAT(PathsOf(1), ElementsAre("tile/0/000.p/1"));
  EXPECT_THAT(PathsOf(256), ElementsAre("tile/0/000", "tile/1/000.p/1"));
  EXPECT_THAT(PathsOf(257), ElementsAre("tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"));
  // The standard's own example: 70,000 leaves.
  const std::vector<std::string> paths = PathsOf(70000);
  EXPECT_EQ(paths.size(), 274u + 2u + 1u);
  EXPECT_EQ(paths[273], "tile/0/273.p/112");
  EXPECT_EQ(paths[274], "tile/1/000");
  EXPECT_EQ(paths[275], "tile/1/001.p/17");
  EXPECT_EQ(paths[276], "tile/2/000.p/1");
}

TEST(Tile, EntriesAreReadAsTheyWereWritten) {
  std::string bundle;
  const std::string longest(kTileLeafBytesMax, 'x');
  for (const std::string& leaf : {std::string("a"), std::string(), longest}) AppendEntry(leaf, &bundle);
  const absl::StatusOr<std::vector<std::string_view>> leaves = ReadEntries(bundle, 3);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  EXPECT_THAT(*leaves, ElementsAre("a", "", longest));
  EXPECT_THAT(std::string(ReadEntries(bundle, 2).status().message()), HasSubstr("holds 3"));
  bundle.pop_back();
  EXPECT_THAT(std::string(ReadEntries(bundle, 3).status().message()), HasSubstr("cut off"));
  EXPECT_THAT(std::string(ReadEntries("\1", 1).status().message()), HasSubstr("cut off"));
}

TEST(Tile, OfAnotherWidthIsRefused) {
  EXPECT_TRUE(ReadTile(std::string(64, 'x'), 2).ok());
  EXPECT_FALSE(ReadTile(std::string(63, 'x'), 2).ok());
  EXPECT_FALSE(ReadTile(std::string(96, 'x'), 2).ok());
}

}  // namespace
}  // namespace ayni::storage
