// INVARIANT(condition, what) of the engine, for our own mistakes in services too. Never for a caller's fault.
#ifndef AYNI_SERVICES_INVARIANT_H_
#define AYNI_SERVICES_INVARIANT_H_

#include "matcher/invariant.h"

#endif  // AYNI_SERVICES_INVARIANT_H_
