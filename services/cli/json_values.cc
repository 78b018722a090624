#include "services/cli/json_values.h"

#include "absl/strings/str_cat.h"
#include "services/cli/csv.h"

namespace ayni::cli {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

bool JsonValues::Fail(const std::string& error) {
  error_ = error;
  return false;
}

bool JsonValues::Feed(absl::string_view part) {
  if (!error_.empty()) return false;
  for (const char c : part) {
    if (!Step(c)) return false;
    if (c == '\n') ++line_;
  }
  return true;
}

bool JsonValues::Step(char c) {
  switch (state_) {
    case State::kStart: {
      const absl::string_view mark = kByteOrderMark;
      if (line_ == 1 && mark_bytes_ < mark.size() && c == mark[mark_bytes_]) {
        ++mark_bytes_;
        return true;
      }
      if (IsBlank(c)) return true;
      if (c == '[') {
        state_ = State::kElement;
        return true;
      }
      if (c != '{') return Fail("is no JSON: it should begin with [ or {");
      state_ = State::kLine;
      BeginValue(c);
      return true;
    }
    case State::kElement:
      return StepElement(c);
    case State::kValue:
    case State::kLine:
      StepValue(c);
      return true;
    case State::kComma:
      if (IsBlank(c)) return true;
      if (c != ',' && c != ']') return Fail("lacks a comma between two elements of its array");
      state_ = c == ',' ? State::kElement : State::kEnd;
      return true;
    case State::kEnd:
      return IsBlank(c) || Fail("goes on after the end of its array");
  }
  return true;
}

bool JsonValues::StepElement(char c) {
  if (IsBlank(c)) return true;
  if (c == ']' && !any_) {
    state_ = State::kEnd;
    return true;
  }
  if (c != '{') return Fail("should have an object here, one statement or entity of its array");
  any_ = true;
  state_ = State::kValue;
  BeginValue(c);
  return true;
}

void JsonValues::BeginValue(char c) {
  value_.clear();
  wrong_.clear();
  value_line_ = line_;
  depth_ = 0;
  in_string_ = false;
  escaped_ = false;
  blank_ = true;
  StepValue(c);
}

void JsonValues::StepValue(char c) {
  const bool of_line = state_ == State::kLine;
  if (of_line && c == '\n') {
    if (!blank_) EndValue();
    BeginValue(' ');
    value_line_ = line_ + 1;
    return;
  }
  blank_ &= IsBlank(c);
  if (blank_) return;
  if (value_.size() < kJsonValueBytesMax) {
    value_ += c;
  } else if (wrong_.empty()) {
    wrong_ =
        absl::StrCat("has more than ", kJsonValueBytesMax, " bytes, which is no one statement or entity");
  }
  if (in_string_) {
    if (!escaped_ && c == '"') in_string_ = false;
    escaped_ = !escaped_ && c == '\\';
    return;
  }
  if (c == '"') in_string_ = true;
  if (c == '{' || c == '[') ++depth_;
  if (depth_ > kJsonDepthMax && wrong_.empty())
    wrong_ = absl::StrCat("is nested deeper than ", kJsonDepthMax);
  if (c != '}' && c != ']') return;
  --depth_;
  if (depth_ <= 0 && !of_line) EndValue();
}

void JsonValues::EndValue() {
  take_(value_line_, value_, wrong_);
  if (state_ == State::kValue) state_ = State::kComma;
}

bool JsonValues::Finish() {
  if (!error_.empty()) return false;
  switch (state_) {
    case State::kStart:
      return Fail("holds nothing");
    case State::kLine:
      if (!blank_) EndValue();
      return true;
    case State::kValue:
      line_ = value_line_;
      return Fail("ends within the element that begins here");
    case State::kElement:
    case State::kComma:
      return Fail("ends before its array does");
    case State::kEnd:
      return true;
  }
  return true;
}

}  // namespace ayni::cli
