// Clears a bundle's problem again, by the settings of its round.
#ifndef AYNI_SERVICES_BUNDLE_BUNDLE_REPLAY_H_
#define AYNI_SERVICES_BUNDLE_BUNDLE_REPLAY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/bundle/bundle_file.h"

namespace ayni::services {

struct BundleReplay {
  // Of what was found again, with its prices: to be compared with the bundle's.
  std::string solution_digest;
  int64_t differing_edges = 0;   // edges with other units than the bundle's
  int64_t differing_prices = 0;  // of all prices
  int clearings = 0;
  // At which of its questions the engine was told to stop, as in the round; 0: it ended by itself.
  int64_t stopped_at = 0;

  bool IsSame(const BundleContents& contents) const { return solution_digest == contents.solution_digest; }
};

// InvalidArgument where the settings are none that the engine takes. Takes as long as the round took, but
// where the round was stopped by its time limit no longer than it takes to ask as often. Pure.
absl::StatusOr<BundleReplay> Replay(const BundleContents& contents);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_BUNDLE_REPLAY_H_
