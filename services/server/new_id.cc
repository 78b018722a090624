#include "services/server/new_id.h"

#include <cstdint>
#include <random>

namespace ayni::services {
namespace {

constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int kBitsPerDigit = 5;
constexpr int kTimeDigits = 9;
constexpr int kRandomDigits = 7;

// The last `count` digits of `number`, into the characters before `end`.
void WriteDigits(uint64_t number, int count, char* end) {
  for (int i = 0; i < count; ++i) {
    *--end = kDigits[number % (1 << kBitsPerDigit)];
    number >>= kBitsPerDigit;
  }
}

}  // namespace

std::string NewId(absl::Time now) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string id(kTimeDigits + kRandomDigits, '0');
  WriteDigits(static_cast<uint64_t>(absl::ToUnixMillis(now)), kTimeDigits, id.data() + kTimeDigits);
  WriteDigits(random(), kRandomDigits, id.data() + id.size());
  return id;
}

}  // namespace ayni::services
