// Files of other publishers, read: statements of the Beneficial Ownership Data Standard and entities of
// FollowTheMoney, told by what they hold and not by the file's name.
#ifndef AYNI_SERVICES_CLI_FOREIGN_READING_H_
#define AYNI_SERVICES_CLI_FOREIGN_READING_H_

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/market_reading.h"
#include "services/cli/progress.h"

namespace ayni::cli {

// A server takes names of files as long.
inline constexpr size_t kFileNameCharactersMax = 255;

// Statements may refer to those of other files, in any order; - is `in`. Fails where a file can't be read;
// what is wrong with its form makes it unread.
absl::StatusOr<MarketReading> ReadForeign(const std::vector<std::string>& paths, std::istream& in,
                                          Progress* progress);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FOREIGN_READING_H_
