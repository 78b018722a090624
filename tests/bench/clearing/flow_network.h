// A market whose constraints nest, as the network that it is.
#ifndef AYNI_TESTS_BENCH_CLEARING_FLOW_NETWORK_H_
#define AYNI_TESTS_BENCH_CLEARING_FLOW_NETWORK_H_

#include "matcher/problem.h"
#include "tests/bench/clearing/flow_peer.h"

namespace ayni::bench {

// Needs, offers, TAPs, cells and the sink, in this order; a need's units go along an edge, or stay unmatched.
// REQUIRES: of a shape with `flow`.
FlowNetwork NetworkOf(const matcher::Problem& problem);

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_CLEARING_FLOW_NETWORK_H_
