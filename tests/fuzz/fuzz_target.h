// What every fuzz target defines. libFuzzer calls it with inputs of its own; run_corpus.cc with those of the
// corpus and changes of them, so that targets are built and run by every test run.
#ifndef AYNI_TESTS_FUZZ_FUZZ_TARGET_H_
#define AYNI_TESTS_FUZZ_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>

// Ends the process where what should hold of any input does not. Returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size);

#endif  // AYNI_TESTS_FUZZ_FUZZ_TARGET_H_
