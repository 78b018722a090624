// INVARIANT(condition, what): ends the process, with file and line, when our own code is wrong. Never for a
// caller's fault.
#ifndef AYNI_MATCHER_INVARIANT_H_
#define AYNI_MATCHER_INVARIANT_H_

#include <cstdlib>
#include <iostream>

#define INVARIANT(condition, what)                                                                   \
  do {                                                                                               \
    if (!(condition)) {                                                                              \
      std::cerr << __FILE__ << ":" << __LINE__ << ": " << #condition << " does not hold: " << (what) \
                << std::endl;                                                                        \
      std::abort();                                                                                  \
    }                                                                                                \
  } while (false)

#endif  // AYNI_MATCHER_INVARIANT_H_
