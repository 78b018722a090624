// The hash of a ledger leaf.
#ifndef AYNI_STORAGE_LEAF_HASH_H_
#define AYNI_STORAGE_LEAF_HASH_H_

#include <string_view>

#include "storage/store.h"

namespace ayni::storage {

// RFC 6962, section 2.1: SHA-256(0x00 || leaf). Thread-safe.
LeafHash HashLeaf(std::string_view leaf);

}  // namespace ayni::storage

#endif  // AYNI_STORAGE_LEAF_HASH_H_
