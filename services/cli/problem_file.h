// Files of the engine: problems in text or binary form, and solutions. - stands for standard input and
// output.
//
// A failure to read is as LocalFileError has it, with the line where one is to blame:
//   market.ayni:17: expected 'n NEED DEMAND': DEMAND is 'x': 0 to 1000000000
#ifndef AYNI_SERVICES_CLI_PROBLEM_FILE_H_
#define AYNI_SERVICES_CLI_PROBLEM_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matcher/problem.h"
#include "matcher/solution_text.h"
#include "matcher/stated_solution.h"
#include "services/cli/environment.h"

namespace ayni::cli {

enum class ProblemForm { kText, kBinary };

struct ProblemFile {
  matcher::Problem problem;
  matcher::NeedGroups groups;  // count 0 where the file has none
  ProblemForm form = ProblemForm::kText;
};

// In either form: the first bytes say which.
absl::StatusOr<ProblemFile> ReadProblem(const std::string& path, Environment* environment);
absl::Status WriteProblem(const matcher::Problem& problem, const matcher::NeedGroups& groups,
                          ProblemForm form, const std::string& path, Environment* environment);

absl::StatusOr<matcher::StatedSolution> ReadSolution(const ProblemFile& file, const std::string& path,
                                                     Environment* environment);
// With the smallest share or score sum where `minimum` is not null.
absl::Status WriteSolution(const matcher::Problem& problem, const matcher::Solution& solution,
                           const matcher::Certificate& certificate, const matcher::WrittenMinimum* minimum,
                           const std::string& path, Environment* environment);

// value 38, at most 71 is possible: gap 46.4789 %
std::string CertificateText(const matcher::Certificate& certificate);
// smallest share 50.0000 %, at most 66.6667 % is possible; or: smallest score sum 50, at most 66 is possible
std::string MinimumText(const matcher::Minimum& minimum);

// What the engine says of a file's text, with the file's name, and the line that the engine begins with.
absl::Status OfFile(const std::string& path, const absl::Status& status);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_PROBLEM_FILE_H_
