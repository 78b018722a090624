// Acknowledged: the last sequence that callers were told of, in a file of its own beside the log that holds
// their changes. A store that ends before it has lost what it acknowledged, and by its own files could not
// know: a log that is gone, or that was cut, looks like one that ended there.
//
// It is written after the log is synced and before callers are answered, into the system's memory and not to
// the disk, which costs a microsecond a group of commits. So it outlives the process always, and a loss of
// power where the machine had the half minute that it takes to write it out, or where the store was closed;
// it is never ahead of the log.
#ifndef AYNI_STORAGE_ACKNOWLEDGED_H_
#define AYNI_STORAGE_ACKNOWLEDGED_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace ayni::storage {

// Not thread-safe.
class Acknowledged {
 public:
  // The file's name in the folder of a store.
  static constexpr char kFile[] = "ACKNOWLEDGED";

  // Makes the file where there is none. DataLoss where it holds something else; Unavailable for an I/O error.
  static absl::StatusOr<std::unique_ptr<Acknowledged>> Open(const std::string& folder);
  // Writes it out to the disk.
  ~Acknowledged();
  Acknowledged(const Acknowledged&) = delete;
  Acknowledged& operator=(const Acknowledged&) = delete;

  // Zero where the file is new.
  Sequence at_open() const { return at_open_; }

  // A failure leaves the file behind, where it finds less.
  void Raise(Sequence sequence);

 private:
  explicit Acknowledged(int file) : file_(file) {}

  const int file_;
  Sequence at_open_ = 0;
};

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_ACKNOWLEDGED_H_
