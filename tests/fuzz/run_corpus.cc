// The main of a fuzz target without libFuzzer: each file of a corpus, each of its beginnings, and changes of
// a byte or a number in it, the same in every run.
//
//   NAME_fuzz_corpus FOLDER
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr int kChangesPerFile = 4'000;
constexpr size_t kBeginningsMax = 2'000;

void RunOn(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

// A byte replaced, put in or left out, a number replaced by a notable one, or a line stated twice.
std::string Changed(std::string text, std::mt19937_64& random) {
  static constexpr const char* kNotable[] = {"0",
                                             "-1",
                                             "1",
                                             "2147483647",
                                             "2147483648",
                                             "1000000000",
                                             "1000001",
                                             "-9223372036854775808",
                                             "99999999999999999999"};
  if (text.empty()) return text;
  const size_t at = random() % text.size();
  switch (random() % 5) {
    case 0:
      text[at] = static_cast<char>(random());
      break;
    case 1:
      text.insert(at, 1, static_cast<char>(random()));
      break;
    case 2:
      text.erase(at, 1 + random() % 4);
      break;
    case 3: {
      const size_t begin = text.find_first_of("0123456789", at);
      if (begin == std::string::npos) break;
      const size_t end = std::min(text.find_first_not_of("0123456789", begin), text.size());
      text.replace(begin, end - begin, kNotable[random() % std::size(kNotable)]);
      break;
    }
    default: {
      const size_t begin = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at);
      text.insert(at, text.substr(begin, text.find('\n', begin + 1) - begin));
    }
  }
  return text;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", words[0]);
    return 2;
  }
  std::vector<std::filesystem::path> files(std::filesystem::directory_iterator(words[1]), {});
  std::sort(files.begin(), files.end());
  std::mt19937_64 random(1);
  RunOn("");
  for (const std::filesystem::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    RunOn(text);
    for (size_t size = 0; size < std::min(text.size(), kBeginningsMax); ++size) RunOn(text.substr(0, size));
    for (int i = 0; i < kChangesPerFile; ++i) {
      std::string changed = Changed(text, random);
      for (uint64_t more = random() % 3; more > 0; --more) changed = Changed(changed, random);
      RunOn(changed);
    }
  }
  std::printf("%zu files of %s\n", files.size(), words[1]);
  return files.empty() ? 1 : 0;
}
