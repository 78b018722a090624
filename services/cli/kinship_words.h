// How two people are family, of the words by which it is said.
#ifndef AYNI_SERVICES_CLI_KINSHIP_WORDS_H_
#define AYNI_SERVICES_CLI_KINSHIP_WORDS_H_

#include <string>

#include "ayni/v1/relation.pb.h"

namespace ayni::cli {

// Sets kinship and degree for an English or Spanish word that is known, as mother or suegra, whatever its
// case and accents; leaves both unset for others, which counts as within every degree.
void SetKinship(const std::string& word, v1::Relation* relation);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_KINSHIP_WORDS_H_
