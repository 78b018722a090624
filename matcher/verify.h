// Checks a solution without trusting whoever found it. Shares no code with the solver.
#ifndef AYNI_MATCHER_VERIFY_H_
#define AYNI_MATCHER_VERIFY_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/solution.h"

namespace ayni::matcher {

struct Certificate {
  int64_t value = 0;        // sum of weight x units, less the penalties of floors that are not reached
  int64_t upper_bound = 0;  // no solution of the problem has a greater value
  // (upper_bound - value) / |upper_bound| in parts per million, rounded up; 0 where both are the same,
  // INT64_MAX where it is greater or only the bound is 0.
  int64_t gap_ppm = 0;
};

// What a solution was refused for.
struct Refusal {
  enum class Constraint : uint8_t {
    kColumn,  // a column of the solution has another size than the problem
    kEdge,    // the units of an edge: its bound or its offer's lot
    kNeed,    // the sum of units, here and below
    kOffer,
    kTap,
    kCell,
    kNeedPrice,  // the price, here and below
    kOfferPrice,
    kTapPrice,
    kCellPrice,
    kPromise,  // the units of a group of needs
    kPromisePrice,
  };
  Constraint constraint = Constraint::kColumn;
  int64_t index = 0;  // of the edge, need, offer, TAP or cell in the problem, or of the group
  // What there is, and what there might have been. An edge may have no units too.
  int64_t found = 0, least = 0, most = 0;
};

// The value of `solution` and the bound that its prices prove, by the formula of the design, section 4:
//   sum d a + sum c b + sum T t + sum over cells of B(l)
//     + sum over edges of u x max(0, w - a - b - t - sum l)
// where B(l) = room x l of a cell without a floor.
//
// Floors. Let X be the units in a cell, 0 <= X <= room, F its floor, f = min(F, room) and P its penalty. As X
// is at most the room, P max(0, F - X) = P (F - f) + P max(0, f - X): what the room can't reach is lost
// whatever is done. For any 0 <= m <= P and any k >= 0
//   -P max(0, f - X) <= m (X - f)   and   0 <= k (room - X),
// so that a solution's value is at most sum of w x + sum over cells of [k (room - X) - m (f - X) - P (F -
// f)], in which the units of an edge in the cell pay k - m. With the signed price l = k - m >= -P, the least
// that the two cost (m = 0 where l >= 0, k = 0 where l < 0; better as f <= room) is
//   B(l) = room x l where l >= 0, f x l where l < 0; less P (F - f) in either case.
//
// InvalidArgument, naming the constraint and by how much it is broken, when the solution is not feasible, and
// when a price is missing, above kPriceMax, or negative (of a cell: under -P). The bound holds without lots,
// hence also with them. Values are whole, so it is rounded down; INT64_MAX where it is greater.
//
// One pass, linear in the size of the problem. Pure; thread-safe. REQUIRES: Validate(problem) is OK. Where it
// refuses, and `refusal` is not null, it says there what for.
absl::StatusOr<Certificate> Verify(const Problem& problem, const Solution& solution,
                                   Refusal* refusal = nullptr);

// Verify among the solutions that keep the promises of a smallest share or score sum, as minimum.h has them:
// refuses one that does not, too. REQUIRES besides: one group a need; smallest >= 0, of shares at most
// kShareMax.
absl::StatusOr<Certificate> VerifyPromised(const Problem& problem, const NeedGroups& groups, Measure measure,
                                           const Solution& solution, int64_t smallest,
                                           const std::vector<int64_t>& promise_price,
                                           Refusal* refusal = nullptr);

struct MinimumCertificate {
  int64_t smallest = 0;     // that the units reach, whether they keep the constraints or not
  int64_t upper_bound = 0;  // no solution has a greater one; of score sums INT64_MAX where nothing is proved
};

// By the formula of minimum.h. InvalidArgument where weights or prices are missing or out of range. Linear;
// pure. REQUIRES: Validate(problem) is OK; one group a need, one quantity an edge.
absl::StatusOr<MinimumCertificate> VerifyMinimum(const Problem& problem, const NeedGroups& groups,
                                                 Measure measure, const std::vector<Units>& edge_units,
                                                 const MinimumProof& proof);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_VERIFY_H_
