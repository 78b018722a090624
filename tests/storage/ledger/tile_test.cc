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

TEST(Tile, PathsAreReadAsTheyAreWrittenAndInNoOtherWay) {
  for (const Tile& tile : {Tile{0, 0, 1}, Tile{0, 1234067, 256}, Tile{7, 999, 255}, Tile{1, 1000, 17},
                           Tile{3, uint64_t{1} << 54, 256}}) {
    const std::optional<Tile> read = ParseTilePath(TilePath(tile));
    ASSERT_TRUE(read.has_value()) << TilePath(tile);
    EXPECT_EQ(TilePath(*read), TilePath(tile));
    EXPECT_EQ(read->width, tile.width);
  }
  for (const char* path : {"",
                           "tile",
                           "tile/0",
                           "tile//",
                           "tile/0/",
                           "tile/0/1",
                           "tile/0/0000",
                           "tile/0/+01",
                           "tile/0/ 01",
                           "tile/0/-01",
                           "tile/8/000",
                           "tile/-1/000",
                           "tile/00/000",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/.p/5",
                           "tile/0.p/5",
                           "tile/0/x000/001",
                           "tile/0//001",
                           "tile/0/y001/067",
                           "tile/0/x001/x067",
                           "tile/0/001/067",
                           "tile/0/../000",
                           "tile/entries/000",
                           "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
                           "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/x999/999"})
    EXPECT_FALSE(ParseTilePath(path).has_value()) << path;
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
