#include "storage/store.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace ayni::storage {

KeyRange KeyRange::Prefix(std::string_view prefix) {
  KeyRange range;
  range.begin = prefix;
  range.end = prefix;
  while (!range.end.empty() && static_cast<unsigned char>(range.end.back()) == 0xff) range.end.pop_back();
  if (!range.end.empty()) ++range.end.back();
  return range;
}

absl::StatusOr<Receipt> Store::CommitAndWait(Change change) {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<absl::StatusOr<Receipt>> answer;
  Commit(std::move(change), [&](absl::StatusOr<Receipt> receipt) {
    // Notified under the lock: the waiter destroys all three as soon as it may leave.
    const std::lock_guard lock(mutex);
    answer = std::move(receipt);
    answered.notify_one();
  });
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return answer.has_value(); });
  return *std::move(answer);
}

}  // namespace ayni::storage
