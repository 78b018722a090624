#include "services/cli/resource_name.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/invariant.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::FirstInvalidUtf8;

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

// As the server has it, told here so that a file's line and column, or a flag, are named with it.
constexpr size_t kIdBytesMax = 63;

bool BelongsToId(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '.'; }

bool IsId(const std::string& id) {
  return id.size() <= kIdBytesMax && id[0] != '-' && id[0] != '.' &&
         std::all_of(id.begin(), id.end(), BelongsToId);
}

// The nearest that is one, for an example.
std::string IdLike(const std::string& text) {
  std::string id;
  for (char c : absl::AsciiStrToLower(text)) {
    const char kept = BelongsToId(c) ? c : '-';
    const bool joins = kept == '-' || kept == '.';
    if (id.size() < kIdBytesMax && !(joins && (id.empty() || id.back() == '-'))) id += kept;
  }
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id.empty() ? "coop-1" : id;
}

absl::Status CheckIds(const Pattern& pattern, const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!IsVariable(pattern[i]) || IsId(parts[i])) continue;
    return absl::InvalidArgumentError(absl::StrCat("must have ids of 1 to ", kIdBytesMax,
                                                   " lower-case letters without accents, digits, hyphens and "
                                                   "full stops, first a letter or digit, as in ",
                                                   IdLike(parts[i]), "; is '", parts[i], "'"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> CompleteName(const Resource& resource, const std::string& text) {
  absl::StatusOr<std::string> name = Complete(resource.pattern, text);
  // The codes of territories have letters of either case.
  if (!name.ok() || resource.type == "ayni.v1/Territory") return name;
  const absl::Status checked = CheckIds(resource.pattern, *name);
  return checked.ok() ? name : checked;
}

std::string LastId(const std::string& name) { return name.substr(name.rfind('/') + 1); }

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
  absl::StatusOr<std::string> name = Complete(ParentPattern(resource), text);
  if (!name.ok() || text == "-" || absl::EndsWith(text, "/-")) return name;
  const absl::Status checked = CheckIds(ParentPattern(resource), *name);
  return checked.ok() ? name : checked;
}

bool HasParent(const Resource& resource) { return resource.pattern.size() > 2; }

std::string ParentNoun(const Resource& resource) {
  INVARIANT(HasParent(resource), resource.type);
  return VariableName(ParentPattern(resource).back());
}

std::string NameForm(const Resource& resource) { return IdForm(resource.pattern); }

}  // namespace ayni::cli
