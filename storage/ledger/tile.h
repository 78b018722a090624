// The files of a log as C2SP tlog-tiles has them: hashes in tiles of 256, leaves in bundles of 256.
//
//   checkpoint                 the signed note
//   tile/L/N[.p/W]             hashes of level 8 L from 256 N on, 32 bytes each
//   tile/entries/N[.p/W]       leaves from 256 N on, each after its length in two bytes, the higher first
//
// N is written in groups of three digits, all but the last after an x: x001/x234/067. A tile that is not full
// carries its width W, 1 to 255.
#ifndef AYNI_STORAGE_LEDGER_TILE_H_
#define AYNI_STORAGE_LEDGER_TILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/ledger/merkle.h"

namespace ayni::storage {

inline constexpr int kTileLevelBits = 8;
inline constexpr uint64_t kTileWidth = uint64_t{1} << kTileLevelBits;
inline constexpr int kTileLevelsMax = 8;
inline constexpr size_t kTileLeafBytesMax = 65535;
inline constexpr char kCheckpointFile[] = "checkpoint";

struct Tile {
  int level = 0;
  uint64_t index = 0;
  uint64_t width = kTileWidth;  // 1 to kTileWidth
};

// Every tile of a log of that many leaves, lowest level first; those of level 0 are as many as its bundles of
// leaves.
std::vector<Tile> TilesOf(uint64_t leaf_count);

std::string TilePath(const Tile& tile);
// The tile whose path it is, written in no other way; absent: none's.
std::optional<Tile> ParseTilePath(std::string_view path);
// REQUIRES: tile.level is 0.
std::string EntriesPath(const Tile& tile);

// REQUIRES: leaf.size() <= kTileLeafBytesMax.
void AppendEntry(std::string_view leaf, std::string* bundle);
// `count` leaves, views into the bundle. InvalidArgument: it holds more or fewer.
absl::StatusOr<std::vector<std::string_view>> ReadEntries(std::string_view bundle, uint64_t count);
// InvalidArgument: it holds more or fewer than `width`.
absl::StatusOr<std::vector<MerkleHash>> ReadTile(std::string_view bytes, uint64_t width);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_LEDGER_TILE_H_
