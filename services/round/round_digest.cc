#include "services/round/round_digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "services/invariant.h"

namespace ayni::services {
namespace {

class CanonicalHash {
 public:
  explicit CanonicalHash(const char* title) {
    INVARIANT(EVP_DigestInit_ex(state_.get(), EVP_sha256(), nullptr) == 1, "SHA-256 is there");
    Update(title, std::char_traits<char>::length(title));
  }

  template <typename Number>
  void AddColumn(const std::vector<Number>& column) {
    AddNumber(static_cast<int64_t>(column.size()));
    for (const Number& number : column) AddNumber(ValueOf(number));
  }

  std::string Finish() {
    Flush();
    std::string digest(32, '\0');
    INVARIANT(EVP_DigestFinal_ex(state_.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1,
              "SHA-256 ends");
    return digest;
  }

 private:
  static int64_t ValueOf(int64_t number) { return number; }
  template <typename Tag>
  static int64_t ValueOf(matcher::Index<Tag> index) {
    return index.value;
  }

  void AddNumber(int64_t number) {
    const auto bits = static_cast<uint64_t>(number);
    for (int byte = 0; byte < 8; ++byte) buffer_[used_++] = static_cast<unsigned char>(bits >> (8 * byte));
    if (used_ == buffer_.size()) Flush();
  }

  void Flush() {
    Update(buffer_.data(), used_);
    used_ = 0;
  }

  void Update(const void* bytes, size_t size) {
    INVARIANT(EVP_DigestUpdate(state_.get(), bytes, size) == 1, "SHA-256 takes bytes");
  }

  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> state_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  std::array<unsigned char, 8192> buffer_;
  size_t used_ = 0;
};

}  // namespace

std::string DigestOf(const matcher::Problem& problem) {
  CanonicalHash hash("ayni problem v1\n");
  hash.AddColumn(problem.need_demand);
  hash.AddColumn(problem.offer_capacity);
  hash.AddColumn(problem.offer_tap);
  hash.AddColumn(problem.offer_lot);
  hash.AddColumn(problem.tap_capacity);
  hash.AddColumn(problem.cell_room);
  hash.AddColumn(problem.need_edge_begin);
  hash.AddColumn(problem.edge_offer);
  hash.AddColumn(problem.edge_bound);
  hash.AddColumn(problem.edge_weight);
  hash.AddColumn(problem.edge_cell_begin);
  hash.AddColumn(problem.edge_cell);
  return hash.Finish();
}

std::string DigestOf(const matcher::Solution& solution) {
  CanonicalHash hash("ayni solution v1\n");
  hash.AddColumn(solution.edge_units);
  hash.AddColumn(solution.prices.need);
  hash.AddColumn(solution.prices.offer);
  hash.AddColumn(solution.prices.tap);
  hash.AddColumn(solution.prices.cell);
  return hash.Finish();
}

}  // namespace ayni::services
