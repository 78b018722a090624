// The problem that solutions of the corpus are of.
#ifndef AYNI_TESTS_FUZZ_SMALL_MARKET_H_
#define AYNI_TESTS_FUZZ_SMALL_MARKET_H_

namespace ayni::matcher {

inline constexpr char kSmallMarket[] =
    "p ayni 3 3 1 2 6\n"
    "n 1 5\n"
    "n 2 3\n"
    "n 3 1000000000\n"
    "o 1 4 1 2\n"
    "o 2 9 0\n"
    "o 3 1000000000 0\n"
    "t 1 3\n"
    "k 1 5\n"
    "k 2 2\n"
    "f 1 3 2\n"
    "f 2 4 100000000\n"
    "e 1 1 4 10 1\n"
    "e 1 2 9 8 1 2\n"
    "e 2 1 4 7\n"
    "e 2 2 3 6 1\n"
    "e 3 2 1 5 2\n"
    "e 3 3 1000000000 1000000\n";

}  // namespace ayni::matcher

#endif  // AYNI_TESTS_FUZZ_SMALL_MARKET_H_
