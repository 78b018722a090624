#include "services/cli/resource_name.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/cli/utf8.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

using Pattern = std::vector<std::string>;

bool IsVariable(const std::string& segment) { return segment.front() == '{'; }

std::string VariableName(const std::string& segment) { return segment.substr(1, segment.size() - 2); }

Pattern ParentPattern(const Resource& resource) {
  return Pattern(resource.pattern.begin(), resource.pattern.end() - 2);
}

bool Follows(const Pattern& pattern, const std::vector<std::string>& parts) {
  if (parts.size() != pattern.size()) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (IsVariable(pattern[i]) ? parts[i].empty() : parts[i] != pattern[i]) return false;
  }
  return true;
}

std::string IdForm(const Pattern& pattern) {
  std::vector<std::string> ids;
  for (const std::string& segment : pattern) {
    if (IsVariable(segment)) ids.push_back(absl::AsciiStrToUpper(VariableName(segment)));
  }
  return absl::StrJoin(ids, "/");
}

std::string FullForm(const Pattern& pattern) {
  std::vector<std::string> parts;
  for (const std::string& segment : pattern) {
    parts.push_back(IsVariable(segment) ? absl::AsciiStrToUpper(VariableName(segment)) : segment);
  }
  return absl::StrJoin(parts, "/");
}

absl::StatusOr<std::string> Complete(const Pattern& pattern, const std::string& text) {
  if (FirstInvalidUtf8(text) != absl::string_view::npos) return absl::InvalidArgumentError("is not in UTF-8");
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  if (Follows(pattern, parts)) return text;
  std::vector<std::string> filled;
  size_t next = 0;
  for (const std::string& segment : pattern) {
    if (!IsVariable(segment)) {
      filled.push_back(segment);
    } else if (next < parts.size()) {
      filled.push_back(parts[next++]);
    }
  }
  if (next != parts.size() || !Follows(pattern, filled)) {
    return absl::InvalidArgumentError(
        absl::StrCat("must be ", FullForm(pattern), " or ", IdForm(pattern), ", is '", text, "'"));
  }
  return absl::StrJoin(filled, "/");
}

}  // namespace

absl::StatusOr<std::string> CompleteName(const Resource& resource, const std::string& text) {
  return Complete(resource.pattern, text);
}

std::string ShortName(const Resource& resource, const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (!Follows(resource.pattern, parts)) return name;
  std::vector<std::string> ids;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (IsVariable(resource.pattern[i])) ids.push_back(parts[i]);
  }
  return absl::StrJoin(ids, "/");
}

absl::StatusOr<std::string> CompleteParent(const Resource& resource, const std::string& text) {
  INVARIANT(HasParent(resource), resource.type);
  return Complete(ParentPattern(resource), text);
}

bool HasParent(const Resource& resource) { return resource.pattern.size() > 2; }

std::string ParentNoun(const Resource& resource) {
  INVARIANT(HasParent(resource), resource.type);
  return VariableName(ParentPattern(resource).back());
}

std::string NameForm(const Resource& resource) { return IdForm(resource.pattern); }

}  // namespace ayni::cli
