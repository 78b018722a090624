// Ctrl-C, and the end that others ask of this process, as something to look at.
#ifndef AYNI_SERVICES_CLI_INTERRUPT_H_
#define AYNI_SERVICES_CLI_INTERRUPT_H_

#include <csignal>

namespace ayni::cli {

// While one lives, the first SIGINT or SIGTERM is noted; the second ends the process. At most one at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool asked() const;

 private:
  struct sigaction before_int_, before_term_;
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_INTERRUPT_H_
