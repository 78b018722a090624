// SHA-256 of a problem and of a solution in the canonical form that README.md gives to whoever checks a
// round.
#ifndef AYNI_SERVICES_ROUND_ROUND_DIGEST_H_
#define AYNI_SERVICES_ROUND_ROUND_DIGEST_H_

#include <string>

#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/solution.h"

namespace ayni::services {

// 32 bytes each.
std::string DigestOf(const matcher::Problem& problem);
std::string DigestOf(const matcher::Solution& solution);
// Of a round of OBJECTIVE_MAXMIN.
std::string DigestOf(const matcher::Problem& problem, const matcher::NeedGroups& groups,
                     matcher::Measure measure);
std::string DigestOf(const matcher::Solution& solution, const matcher::Minimum& minimum);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUND_DIGEST_H_
