#include "services/cli/kinship_words.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace ayni::cli {
namespace {

struct Words {
  const char* words;  // in small letters, without accents and hyphens
  v1::Kinship kinship;
  int degree;
};

// Degrees as in Peru's civil code: a step up or down for each birth between the two.
constexpr Words kWords[] = {
    {"parent father mother child son daughter padre madre hijo hija", v1::KINSHIP_BLOOD, 1},
    {"sibling brother sister grandparent grandfather grandmother grandchild grandson granddaughter hermano "
     "hermana "
     "abuelo abuela nieto nieta",
     v1::KINSHIP_BLOOD, 2},
    {"uncle aunt nephew niece tio tia sobrino sobrina bisabuelo bisabuela bisnieto bisnieta",
     v1::KINSHIP_BLOOD, 3},
    {"cousin primo prima", v1::KINSHIP_BLOOD, 4},
    {"spouse husband wife esposo esposa conyuge marido", v1::KINSHIP_AFFINITY, 1},
    {"fatherinlaw motherinlaw soninlaw daughterinlaw suegro suegra yerno nuera stepfather stepmother stepson "
     "stepdaughter padrastro madrastra hijastro hijastra",
     v1::KINSHIP_AFFINITY, 1},
    {"brotherinlaw sisterinlaw cunado cunada", v1::KINSHIP_AFFINITY, 2},
    {"partner cohabitant conviviente", v1::KINSHIP_COHABITANT, 1},
};

}  // namespace

void SetKinship(const std::string& word, v1::Relation* relation) {
  std::string plain = absl::StrReplaceAll(word, {{"\xC3\xA1", "a"},
                                                 {"\xC3\xA9", "e"},
                                                 {"\xC3\xAD", "i"},
                                                 {"\xC3\xB3", "o"},
                                                 {"\xC3\xBA", "u"},
                                                 {"\xC3\xB1", "n"},
                                                 {"\xC3\x91", "n"},
                                                 {"\xC3\x8D", "i"},
                                                 {"\xC3\x93", "o"},
                                                 {"-", ""},
                                                 {" ", ""}});
  absl::AsciiStrToLower(&plain);
  const auto found = std::find_if(std::begin(kWords), std::end(kWords), [&](const Words& each) {
    const std::vector<absl::string_view> words = absl::StrSplit(each.words, ' ');
    return std::find(words.begin(), words.end(), plain) != words.end();
  });
  if (found == std::end(kWords)) return;
  relation->set_kinship(found->kinship);
  relation->set_kinship_degree(found->degree);
}

}  // namespace ayni::cli
