#include "services/cli/interrupt.h"

#include <atomic>

namespace ayni::cli {
namespace {

std::atomic<bool> noted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void Note(int) { noted.store(true, std::memory_order_relaxed); }

}  // namespace

Interrupt::Interrupt() {
  noted = false;
  struct sigaction action = {};
  action.sa_handler = Note;
  // The first time only. Calls that it breaks into go on, so that what is being read or written is not lost.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigaction(SIGINT, &action, &before_int_);
  sigaction(SIGTERM, &action, &before_term_);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &before_int_, nullptr);
  sigaction(SIGTERM, &before_term_, nullptr);
}

bool Interrupt::asked() const { return noted.load(std::memory_order_relaxed); }

}  // namespace ayni::cli
