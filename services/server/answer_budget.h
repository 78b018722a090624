// AnswerBudget: bounds what calls and the answers that their callers have not taken yet hold in memory.
//
// An answer stays in the server until its caller makes room for it, and a caller may never do so. gRPC's own
// budget counts what it receives, and none of this.
#ifndef AYNI_SERVICES_SERVER_ANSWER_BUDGET_H_
#define AYNI_SERVICES_SERVER_ANSWER_BUDGET_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

namespace ayni::services {

// Of a call that waits, without its messages; and of its answer, what is not counted by itself.
inline constexpr int64_t kCallBytes = 8 << 10;
// One principal may hold this share of the whole, so that it takes several together to keep others out.
inline constexpr int64_t kPrincipalShareDivisor = 4;

// Thread-safety: any method from any thread.
class AnswerBudget {
 public:
  explicit AnswerBudget(int64_t bytes_max) : bytes_max_(bytes_max) {}
  AnswerBudget(const AnswerBudget&) = delete;
  AnswerBudget& operator=(const AnswerBudget&) = delete;

  int64_t held() const { return held_.load(std::memory_order_relaxed); }

 private:
  friend class AnswerBytes;

  // Principals share a place by their hash: it costs some a part of their share, and no memory of the server.
  static constexpr size_t kPlaces = 256;

  std::atomic<int64_t>& PlaceOf(std::string_view principal) {
    return places_[std::hash<std::string_view>()(principal) % kPlaces];
  }

  const int64_t bytes_max_;
  std::atomic<int64_t> held_{0};
  std::array<std::atomic<int64_t>, kPlaces> places_{};
};

// What one call holds of a budget, given back when it is destroyed. Not thread-safe.
class AnswerBytes {
 public:
  AnswerBytes(std::shared_ptr<AnswerBudget> budget, std::string_view principal)
      : budget_(std::move(budget)), place_(budget_->PlaceOf(principal)) {}
  ~AnswerBytes() { Add(-bytes_); }
  AnswerBytes(const AnswerBytes&) = delete;
  AnswerBytes& operator=(const AnswerBytes&) = delete;

  // False, and takes nothing, where the budget or the principal's share does not hold so much more.
  bool Take(int64_t bytes) {
    TakeAnyway(bytes);
    if (budget_->held() <= budget_->bytes_max_ &&
        place_.load(std::memory_order_relaxed) <= budget_->bytes_max_ / kPrincipalShareDivisor) {
      return true;
    }
    bytes_ -= bytes;
    Add(-bytes);
    return false;
  }

  // For what must be answered, whatever it takes.
  void TakeAnyway(int64_t bytes) {
    bytes_ += bytes;
    Add(bytes);
  }

 private:
  void Add(int64_t bytes) {
    budget_->held_.fetch_add(bytes, std::memory_order_relaxed);
    place_.fetch_add(bytes, std::memory_order_relaxed);
  }

  const std::shared_ptr<AnswerBudget> budget_;
  std::atomic<int64_t>& place_;
  int64_t bytes_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_ANSWER_BUDGET_H_
