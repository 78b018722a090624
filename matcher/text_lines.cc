#include "matcher/text_lines.h"

#include <charconv>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace ayni::matcher {
namespace {

constexpr size_t kQuotedBytesMax = 40;
constexpr size_t kPartBytes = 1 << 16;
constexpr size_t kNumberBytesMax = 21;  // a blank, a sign and 19 digits

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

absl::Status LongLine(int64_t line) {
  return WrongLine(line, absl::StrCat("expected a line of at most ", kLineBytesMax, " bytes"));
}

}  // namespace

absl::Status WrongLine(int64_t line, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(line, ": ", why));
}

std::string Quoted(absl::string_view word) {
  const bool cut = word.size() > kQuotedBytesMax;
  return absl::StrCat("'", absl::CHexEscape(word.substr(0, kQuotedBytesMax)), cut ? "..." : "", "'");
}

std::pair<absl::string_view, absl::string_view> CutWord(absl::string_view line) {
  size_t begin = 0;
  while (begin < line.size() && IsBlank(line[begin])) ++begin;
  size_t end = begin;
  while (end < line.size() && !IsBlank(line[end])) ++end;
  return {line.substr(begin, end - begin), line.substr(end)};
}

absl::Status LineCutter::Take(absl::string_view part, LineFunction take_line) {
  size_t begin = 0;
  for (size_t end = part.find('\n'); end != absl::string_view::npos; end = part.find('\n', begin)) {
    const absl::string_view ending = part.substr(begin, end - begin);
    begin = end + 1;
    if (begun_.empty()) {
      if (absl::Status status = HandOver(ending, take_line); !status.ok()) return status;
      continue;
    }
    if (begun_.size() + ending.size() > kLineBytesMax + 1) return LongLine(line_ + 1);
    begun_.append(ending.data(), ending.size());
    const absl::Status status = HandOver(begun_, take_line);
    begun_.clear();
    if (!status.ok()) return status;
  }
  if (begun_.size() + part.size() - begin > kLineBytesMax + 1) return LongLine(line_ + 1);
  begun_.append(part.data() + begin, part.size() - begin);
  return absl::OkStatus();
}

absl::Status LineCutter::Finish(LineFunction take_line) {
  if (begun_.empty()) return absl::OkStatus();
  const absl::Status status = HandOver(begun_, take_line);
  begun_.clear();
  return status;
}

absl::Status LineCutter::HandOver(absl::string_view line, LineFunction take_line) {
  ++line_;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line.size() > kLineBytesMax ? LongLine(line_) : take_line(line);
}

absl::string_view LineFields::NextWord() {
  const auto [word, rest] = CutWord(rest_);
  rest_ = rest;
  return word;
}

int64_t LineFields::Number(const char* name, int64_t least, int64_t most) {
  if (!status_.ok()) return least;
  const absl::string_view word = NextWord();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error == std::errc() && end == word.data() + word.size() && number >= least && number <= most) {
    return number;
  }
  if (word.empty()) {
    Fail(absl::StrCat(name, " is missing: ", least, " to ", most));
  } else if (most < least) {
    Fail(absl::StrCat(name, " is ", Quoted(word), ": there is none"));
  } else {
    const bool is_number = error == std::errc() && end == word.data() + word.size();
    Fail(absl::StrCat(name, " is ", is_number ? std::string(word) : Quoted(word), ": ", least, " to ", most));
  }
  return least;
}

void LineFields::Expect(absl::string_view word) {
  if (!status_.ok()) return;
  const absl::string_view found = NextWord();
  if (found != word) Fail(absl::StrCat("found ", Quoted(found), " for '", word, "'"));
}

bool LineFields::IsSecond(const char* name, absl::string_view first, absl::string_view second) {
  if (!status_.ok()) return false;
  const absl::string_view word = NextWord();
  if (word != first && word != second) {
    Fail(absl::StrCat(name, " is ", Quoted(word), ": ", first, " or ", second));
  }
  return word == second;
}

bool LineFields::More() { return status_.ok() && !CutWord(rest_).first.empty(); }

void LineFields::Fail(absl::string_view why) {
  if (status_.ok()) status_ = WrongLine(line_, absl::StrCat("expected '", form_, "': ", why));
}

absl::Status LineFields::Finish() {
  if (More()) Fail(absl::StrCat(Quoted(NextWord()), " is one word too many"));
  return status_;
}

TextGatherer& TextGatherer::Word(absl::string_view word) {
  text_.append(word.data(), word.size());
  return *this;
}

TextGatherer& TextGatherer::Number(int64_t number) {
  char digits[kNumberBytesMax] = {' '};
  const auto [end, error] = std::to_chars(digits + 1, digits + sizeof(digits), number);
  text_.append(digits, end);
  return *this;
}

absl::Status TextGatherer::End() {
  text_.push_back('\n');
  return text_.size() < kPartBytes ? absl::OkStatus() : Finish();
}

absl::Status TextGatherer::Finish() {
  const absl::Status status = sink_(text_);
  text_.clear();
  return status;
}

}  // namespace ayni::matcher
