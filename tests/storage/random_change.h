// Changes over a small space of keys and request ids, so that they meet: they conflict, repeat and rely on
// each other.
#ifndef AYNI_TESTS_STORAGE_RANDOM_CHANGE_H_
#define AYNI_TESTS_STORAGE_RANDOM_CHANGE_H_

#include <random>
#include <string>
#include <vector>

#include "tests/storage/model.h"

namespace ayni::storage {

class RandomChanges {
 public:
  explicit RandomChanges(uint64_t seed) : random_(seed) {}

  // `model` is what the caller knows when it writes the change; its versions are often right, and often old.
  Change Next(const Model& model);
  size_t Below(size_t count) { return random_() % count; }

 private:
  std::string Key();
  std::string IndexKey();
  std::string Bytes();
  Precondition AnyPrecondition(const Model& model);
  void AddRequest(Change* change);

  std::mt19937_64 random_;
  std::vector<Change> requested_;
};

}  // namespace ayni::storage

#endif  // AYNI_TESTS_STORAGE_RANDOM_CHANGE_H_
