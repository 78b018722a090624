#include "storage/bytes.h"

#include <bit>
#include <cstring>

namespace ayni::storage {
namespace {

static_assert(std::endian::native == std::endian::little,
              "fixed width numbers are copied as they lie in memory");

constexpr int kVarintBytesMax = 10;

}  // namespace

void EncodeFixed64(char* out, uint64_t value) { std::memcpy(out, &value, kFixed64Bytes); }

uint64_t DecodeFixed64(const char* bytes) {
  uint64_t value;
  std::memcpy(&value, bytes, kFixed64Bytes);
  return value;
}

void AppendFixed64(std::string* out, uint64_t value) {
  char bytes[kFixed64Bytes];
  EncodeFixed64(bytes, value);
  out->append(bytes, kFixed64Bytes);
}

void AppendBigEndian64(std::string* out, uint64_t value) { AppendFixed64(out, __builtin_bswap64(value)); }

void AppendVarint(std::string* out, uint64_t value) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

void AppendSized(std::string* out, std::string_view bytes) {
  AppendVarint(out, bytes.size());
  out->append(bytes);
}

bool ReadFixed64(std::string_view* in, uint64_t* value) {
  if (in->size() < kFixed64Bytes) return false;
  *value = DecodeFixed64(in->data());
  in->remove_prefix(kFixed64Bytes);
  return true;
}

bool ReadBigEndian64(std::string_view* in, uint64_t* value) {
  if (!ReadFixed64(in, value)) return false;
  *value = __builtin_bswap64(*value);
  return true;
}

bool ReadVarint(std::string_view* in, uint64_t* value) {
  uint64_t result = 0;
  for (size_t i = 0; i < in->size() && i < kVarintBytesMax; ++i) {
    const auto byte = static_cast<unsigned char>((*in)[i]);
    result |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      *value = result;
      in->remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

bool ReadBytes(std::string_view* in, size_t count, std::string_view* bytes) {
  if (in->size() < count) return false;
  *bytes = in->substr(0, count);
  in->remove_prefix(count);
  return true;
}

bool ReadSized(std::string_view* in, std::string_view* bytes) {
  std::string_view rest = *in;
  uint64_t size;
  if (!ReadVarint(&rest, &size) || !ReadBytes(&rest, size, bytes)) return false;
  *in = rest;
  return true;
}

}  // namespace ayni::storage
