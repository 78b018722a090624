// The word that was probably meant.
#ifndef AYNI_SERVICES_CLI_NEAREST_H_
#define AYNI_SERVICES_CLI_NEAREST_H_

#include <string>
#include <vector>

namespace ayni::cli {

// The candidate with the fewest inserted, deleted, changed or swapped letters; the first of several. Empty
// where none is within a third of the word's length, and one at least.
std::string Nearest(const std::string& word, const std::vector<std::string>& candidates);

// ", did you mean 'need'?"; empty where Nearest is.
std::string DidYouMean(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_NEAREST_H_
