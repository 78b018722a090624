// The values of a JSON file one by one, so that a file of any size is read in the memory of one value: the
// elements of an array of objects, or objects a line each (JSON lines).
#ifndef AYNI_SERVICES_CLI_JSON_VALUES_H_
#define AYNI_SERVICES_CLI_JSON_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace ayni::cli {

// Of one value: more is no record of anybody's.
inline constexpr size_t kJsonValueBytesMax = 1 << 20;
inline constexpr int kJsonDepthMax = 64;

// Not thread-safe.
class JsonValues {
 public:
  // `wrong` is empty where `text` is a balanced object, still to be parsed; else why it is not looked into.
  using Take = std::function<void(int64_t line, absl::string_view text, const std::string& wrong)>;

  explicit JsonValues(Take take) : take_(std::move(take)) {}

  // The next part of the file. False where what is read so far can't be the beginning of either form: then
  // error() and line() say why and where, and all else is in vain.
  bool Feed(absl::string_view part);
  // The file ends here.
  bool Finish();

  const std::string& error() const { return error_; }
  int64_t line() const { return line_; }

 private:
  enum class State { kStart, kElement, kValue, kComma, kEnd, kLine };

  bool Step(char c);
  void BeginValue(char c);
  void StepValue(char c);
  // The first character of an element, or the array's end.
  bool StepElement(char c);
  void EndValue();
  bool Fail(const std::string& error);

  Take take_;
  State state_ = State::kStart;
  std::string error_;
  int64_t line_ = 1;
  size_t mark_bytes_ = 0;  // of a byte order mark
  bool any_ = false;       // an element was read

  // Of the value that is being read.
  std::string value_;
  std::string wrong_;
  int64_t value_line_ = 0;
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool blank_ = true;  // of a line: nothing but blanks so far
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_JSON_VALUES_H_
