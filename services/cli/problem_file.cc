#include "services/cli/problem_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "matcher/problem_binary.h"
#include "matcher/problem_text.h"
#include "matcher/solution_text.h"
#include "services/cli/failure.h"
#include "services/cli/file_parts.h"

namespace ayni::cli {
namespace {

constexpr int64_t kGapShownMaxPpm = 100'000'000;

// Reads in the form that the first bytes are of.
class ProblemReader {
 public:
  explicit ProblemReader(int64_t bytes_likely) : bytes_likely_(bytes_likely) {}

  absl::Status Take(absl::string_view part) {
    if (text_.has_value() || binary_.has_value()) return Pass(part);
    first_.append(part.data(), part.size());
    if (first_.size() < matcher::kProblemMagic.size()) return absl::OkStatus();
    Choose();
    return Pass(first_);
  }

  absl::StatusOr<ProblemFile> Finish() && {
    if (!text_.has_value() && !binary_.has_value()) {
      Choose();
      const absl::Status status = Pass(first_);
      if (!status.ok()) return status;
    }
    matcher::NeedGroups groups;
    absl::StatusOr<matcher::Problem> problem =
        text_.has_value() ? std::move(*text_).Finish(&groups) : std::move(*binary_).Finish(&groups);
    if (!problem.ok()) return problem.status();
    return ProblemFile{*std::move(problem), std::move(groups),
                       text_.has_value() ? ProblemForm::kText : ProblemForm::kBinary};
  }

 private:
  void Choose() {
    if (absl::StartsWith(first_, matcher::kProblemMagic)) {
      binary_.emplace(bytes_likely_);
    } else {
      text_.emplace(bytes_likely_);
    }
  }
  absl::Status Pass(absl::string_view part) {
    return text_.has_value() ? text_->Take(part) : binary_->Take(part);
  }

  const int64_t bytes_likely_;
  std::string first_;
  std::optional<matcher::ProblemTextReader> text_;
  std::optional<matcher::ProblemBinaryReader> binary_;
};

}  // namespace

absl::Status OfFile(const std::string& path, const absl::Status& status) {
  // What could not be read at all names the file already.
  if (status.ok() || status.code() != absl::StatusCode::kInvalidArgument) return status;
  const std::string name = path == kStandard ? "standard input" : path;
  const std::string message(status.message());
  const size_t colon = message.find(": ");
  const bool begins_with_line =
      colon != std::string::npos && colon > 0 &&
      std::all_of(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(colon), absl::ascii_isdigit);
  if (!begins_with_line) return LocalFileError(name, message);
  return LocalFileError(name + ":" + message.substr(0, colon), message.substr(colon + 2));
}

std::string CertificateText(const matcher::Certificate& certificate) {
  const std::string gap = certificate.gap_ppm > kGapShownMaxPpm
                              ? "more than 10000 %"
                              : absl::StrFormat("%.4f %%", static_cast<double>(certificate.gap_ppm) / 1e4);
  return absl::StrFormat("value %d, at most %d is possible: gap %s", certificate.value,
                         certificate.upper_bound, gap);
}

std::string MinimumText(const matcher::Minimum& minimum) {
  if (minimum.measure == matcher::Measure::kScoreSum) {
    return absl::StrFormat("smallest score sum %d, at most %d is possible", minimum.smallest,
                           minimum.upper_bound);
  }
  return absl::StrFormat("smallest share %.4f %%, at most %.4f %% is possible",
                         static_cast<double>(minimum.smallest) / 1e4,
                         static_cast<double>(minimum.upper_bound) / 1e4);
}

absl::StatusOr<ProblemFile> ReadProblem(const std::string& path, Environment* environment) {
  ProblemReader reader(path == kStandard ? 0 : FileBytes(path));
  const absl::Status read =
      ReadParts(path, environment->in, [&](absl::string_view part) { return reader.Take(part); });
  if (!read.ok()) return OfFile(path, read);
  absl::StatusOr<ProblemFile> file = std::move(reader).Finish();
  if (!file.ok()) return OfFile(path, file.status());
  return file;
}

absl::Status WriteProblem(const matcher::Problem& problem, const matcher::NeedGroups& groups,
                          ProblemForm form, const std::string& path, Environment* environment) {
  OutputFile file(path, &environment->out);
  const auto sink = [&](absl::string_view part) { return file.Write(part); };
  const absl::Status written = form == ProblemForm::kText
                                   ? matcher::WriteProblemText(problem, sink, &groups)
                                   : matcher::WriteProblemBinary(problem, sink, &groups);
  return written.ok() ? file.Complete() : written;
}

absl::StatusOr<matcher::StatedSolution> ReadSolution(const ProblemFile& file, const std::string& path,
                                                     Environment* environment) {
  matcher::SolutionTextReader reader(file.problem, file.groups.count);
  const absl::Status read =
      ReadParts(path, environment->in, [&](absl::string_view part) { return reader.Take(part); });
  if (!read.ok()) return OfFile(path, read);
  absl::StatusOr<matcher::StatedSolution> stated = std::move(reader).Finish();
  if (!stated.ok()) return OfFile(path, stated.status());
  return stated;
}

absl::Status WriteSolution(const matcher::Problem& problem, const matcher::Solution& solution,
                           const matcher::Certificate& certificate, const matcher::WrittenMinimum* minimum,
                           const std::string& path, Environment* environment) {
  OutputFile file(path, &environment->out);
  const absl::Status written =
      matcher::WriteSolutionText(problem, solution, certificate.value, certificate.upper_bound, minimum,
                                 [&](absl::string_view part) { return file.Write(part); });
  return written.ok() ? file.Complete() : written;
}

}  // namespace ayni::cli
