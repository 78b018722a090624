// Descriptor: a file descriptor that is closed with its owner.
#ifndef AYNI_SERVICES_SERVER_DESCRIPTOR_H_
#define AYNI_SERVICES_SERVER_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace ayni::services {

class Descriptor {
 public:
  Descriptor() = default;
  // Negative: none.
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  // Leaves the closing to the caller.
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_DESCRIPTOR_H_
