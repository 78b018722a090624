// A round's bundle as a file, and what it holds once it is read. Nothing here says that it is right:
// bundle_check.h does.
#ifndef AYNI_SERVICES_BUNDLE_BUNDLE_FILE_H_
#define AYNI_SERVICES_BUNDLE_BUNDLE_FILE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "ayni/v1/bundle.pb.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/solution.h"
#include "services/bundle/bundle_market.h"

namespace ayni::services {

inline constexpr char kBundleFormat[] = "ayni round bundle v1";
// Of the JSON text, and of the file: a bundle of a national round is a few tens of megabytes.
inline constexpr size_t kBundleTextBytesMax = size_t{256} << 20;
inline constexpr size_t kBundleFileBytesMax = size_t{128} << 20;
// Of one part of a column, so that a part of the bundle fits a message.
inline constexpr size_t kColumnPartNumbers = 64 << 10;
inline constexpr size_t kStatementPieceBytes = 512 << 10;

struct BundleMinimum {
  matcher::NeedGroups groups;
  matcher::Minimum minimum;  // its measure and proof; smallest and upper_bound are not known
};

struct BundleContents {
  v1::RoundBundle bundle;  // without columns
  std::string statement_text;
  v1::RoundStatement statement;
  matcher::Problem problem;
  matcher::Solution solution;
  std::optional<BundleMinimum> maxmin;
  BundleMarket market;
  // Of the columns as they stand here.
  std::string problem_digest, solution_digest, market_digest;
};

// Of the same bundle the same bytes. ResourceExhausted where its text is larger than kBundleTextBytesMax;
// Internal where it can't be written.
absl::StatusOr<std::string> BundleFile(const v1::RoundBundle& bundle);

// InvalidArgument, which says what is wrong: it is no bundle, its JSON is not as protobuf prints it, its
// columns do not fit together, or a number is out of its range. Of any bytes, in memory of a few times
// kBundleTextBytesMax at most.
absl::StatusOr<BundleContents> ReadBundleFile(std::string_view file);

// Adds a column's numbers to the bundle, in parts.
void AddColumn(const char* name, const BundleMarket::Column& numbers, v1::RoundBundle* bundle);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_BUNDLE_FILE_H_
