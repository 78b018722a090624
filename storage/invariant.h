// INVARIANT(condition): stops the process when our own code broke a promise, in every build. A caller's fault
// or a failing disk is never an INVARIANT: those are a Status.
#ifndef AYNI_STORAGE_INVARIANT_H_
#define AYNI_STORAGE_INVARIANT_H_

#include <cstdio>
#include <cstdlib>

#define INVARIANT(condition)                                                                 \
  do {                                                                                       \
    if (!(condition)) {                                                                      \
      std::fprintf(stderr, "%s:%d: invariant broken: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)

#endif  // AYNI_STORAGE_INVARIANT_H_
