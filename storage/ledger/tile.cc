#include "storage/ledger/tile.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "storage/invariant.h"

namespace ayni::storage {
namespace {

constexpr size_t kEntrySizeBytes = 2;
// Of an index that fits 63 bits, and more.
constexpr size_t kTilePathBytesMax = 48;

std::string IndexPath(uint64_t index) {
  std::string path = absl::StrFormat("%03d", index % 1000);
  for (uint64_t rest = index / 1000; rest > 0; rest /= 1000)
    path = absl::StrFormat("x%03d/%s", rest % 1000, path);
  return path;
}

std::string Partial(uint64_t width) { return width == kTileWidth ? "" : absl::StrCat(".p/", width); }

}  // namespace

std::vector<Tile> TilesOf(uint64_t leaf_count) {
  std::vector<Tile> tiles;
  uint64_t hashes = leaf_count;
  for (int level = 0; hashes > 0; ++level, hashes /= kTileWidth) {
    for (uint64_t first = 0; first < hashes; first += kTileWidth)
      tiles.push_back({level, first / kTileWidth, std::min(kTileWidth, hashes - first)});
  }
  return tiles;
}

std::string TilePath(const Tile& tile) {
  return absl::StrCat("tile/", tile.level, "/", IndexPath(tile.index), Partial(tile.width));
}

std::optional<Tile> ParseTilePath(std::string_view path) {
  if (path.size() > kTilePathBytesMax) return std::nullopt;
  std::vector<std::string> parts = absl::StrSplit(absl::string_view(path.data(), path.size()), '/');
  Tile tile;
  if (parts.size() < 3 || parts[0] != "tile" || !absl::SimpleAtoi(parts[1], &tile.level)) return std::nullopt;
  const std::string& last = parts.back();
  if (absl::EndsWith(parts[parts.size() - 2], ".p")) {
    if (!absl::SimpleAtoi(last, &tile.width)) return std::nullopt;
    parts.pop_back();
    parts.back().resize(parts.back().size() - 2);
  }
  for (size_t at = 2; at < parts.size(); ++at) {
    absl::string_view group = parts[at];
    uint64_t digits = 0;
    if (at + 1 < parts.size() && !absl::ConsumePrefix(&group, "x")) return std::nullopt;
    if (!absl::SimpleAtoi(group, &digits)) return std::nullopt;
    tile.index = tile.index * 1000 + digits;
  }
  // Signs, zeros too few or too many, and what has no end fall here.
  const bool is_one = tile.level >= 0 && tile.level < kTileLevelsMax && tile.width >= 1 &&
                      tile.width <= kTileWidth && TilePath(tile) == path;
  return is_one ? std::optional(tile) : std::nullopt;
}

std::string EntriesPath(const Tile& tile) {
  INVARIANT(tile.level == 0);
  return absl::StrCat("tile/entries/", IndexPath(tile.index), Partial(tile.width));
}

void AppendEntry(std::string_view leaf, std::string* bundle) {
  INVARIANT(leaf.size() <= kTileLeafBytesMax);
  bundle->push_back(static_cast<char>(leaf.size() >> 8));
  bundle->push_back(static_cast<char>(leaf.size()));
  bundle->append(leaf);
}

absl::StatusOr<std::vector<std::string_view>> ReadEntries(std::string_view bundle, uint64_t count) {
  std::vector<std::string_view> leaves;
  while (!bundle.empty()) {
    if (bundle.size() < kEntrySizeBytes)
      return absl::InvalidArgumentError("the last leaf's length is cut off");
    const size_t size = static_cast<size_t>(static_cast<unsigned char>(bundle[0])) << 8 |
                        static_cast<unsigned char>(bundle[1]);
    bundle.remove_prefix(kEntrySizeBytes);
    if (bundle.size() < size) return absl::InvalidArgumentError("the last leaf is cut off");
    leaves.push_back(bundle.substr(0, size));
    bundle.remove_prefix(size);
  }
  if (leaves.size() != count)
    return absl::InvalidArgumentError(absl::StrCat("holds ", leaves.size(), " leaves, not ", count));
  return leaves;
}

absl::StatusOr<std::vector<MerkleHash>> ReadTile(std::string_view bytes, uint64_t width) {
  if (bytes.size() != width * kSha256Bytes)
    return absl::InvalidArgumentError(
        absl::StrCat("has ", bytes.size(), " bytes, not ", width * kSha256Bytes));
  std::vector<MerkleHash> hashes(width);
  for (uint64_t i = 0; i < width; ++i)
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(i * kSha256Bytes), kSha256Bytes, hashes[i].begin());
  return hashes;
}

}  // namespace ayni::storage
