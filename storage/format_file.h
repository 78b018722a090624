// FORMAT: the version of a store's format in a file of its own, as a decimal number and a new line. RocksDB
// has to be opened before the row that holds it can be read, and opening recovers the log, writes files and
// drops others: a program that is too old for a store must not come so far.
#ifndef AYNI_STORAGE_FORMAT_FILE_H_
#define AYNI_STORAGE_FORMAT_FILE_H_

#include <string>

#include "absl/status/status.h"

namespace ayni::storage {

// The file's name in the folder of a store.
inline constexpr char kFormatFile[] = "FORMAT";

// FailedPrecondition where the file says a version above kFormatVersion, or what this program can't read;
// Unavailable for an I/O error. A folder without the file is new, or of a program that wrote none.
absl::Status CheckFormatFile(const std::string& folder);

// Makes the file where there is none: whole and synced, or not at all.
absl::Status MakeFormatFile(const std::string& folder);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_FORMAT_FILE_H_
