// How numbers and byte strings are laid out in a store: fixed width little-endian, big-endian where keys must
// sort by number, varints as in protobuf, strings by their length and then their bytes.
//
// Readers take a view and shorten it from the front. They return false, and leave the view as it is, when it
// does not hold what was asked for.
#ifndef AYNI_STORAGE_BYTES_H_
#define AYNI_STORAGE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ayni::storage {

inline constexpr size_t kFixed64Bytes = 8;

void AppendFixed64(std::string* out, uint64_t value);
void AppendBigEndian64(std::string* out, uint64_t value);
void AppendVarint(std::string* out, uint64_t value);
void AppendSized(std::string* out, std::string_view bytes);

// REQUIRES: room for kFixed64Bytes at out.
void EncodeFixed64(char* out, uint64_t value);
// REQUIRES: kFixed64Bytes at bytes.
uint64_t DecodeFixed64(const char* bytes);

bool ReadFixed64(std::string_view* in, uint64_t* value);
bool ReadBigEndian64(std::string_view* in, uint64_t* value);
bool ReadVarint(std::string_view* in, uint64_t* value);
// The bytes are a view into what `in` views.
bool ReadSized(std::string_view* in, std::string_view* bytes);
bool ReadBytes(std::string_view* in, size_t count, std::string_view* bytes);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_BYTES_H_
