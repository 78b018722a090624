#include "services/simulation/assumptions.h"

#include "absl/numeric/int128.h"
#include "services/simulation/draw.h"

namespace ayni::services {

// The greatest whole number whose power is not above the share's: by halving, since roots of floating point
// differ from one library to the next.
int64_t AnnualSurvivalPerMillion(int64_t per_mille, int years) {
  const auto power = [&](int64_t base) {
    absl::uint128 product = 1;
    for (int year = 0; year < years; ++year) product *= static_cast<uint64_t>(base);
    return product;
  };
  const absl::uint128 wanted = power(kWholePerMillion) / 1'000 * static_cast<uint64_t>(per_mille);
  int64_t least = 0;
  int64_t most = kWholePerMillion;
  while (least < most) {
    const int64_t middle = (least + most + 1) / 2;
    if (power(middle) <= wanted) {
      least = middle;
    } else {
      most = middle - 1;
    }
  }
  return least;
}

}  // namespace ayni::services
