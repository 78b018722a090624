// A text that comes in parts, as lines, and a line's words as numbers: what both text formats are read by.
#ifndef AYNI_MATCHER_TEXT_LINES_H_
#define AYNI_MATCHER_TEXT_LINES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace ayni::matcher {

// No line of a format is longer; a comment may not be either.
inline constexpr size_t kLineBytesMax = 4'096;

// What takes a text that is written in parts.
using TextSink = absl::FunctionRef<absl::Status(absl::string_view)>;

// Cuts parts, which may end anywhere, into lines without their ends (LF or CRLF). Holds one line at most.
class LineCutter {
 public:
  using LineFunction = absl::FunctionRef<absl::Status(absl::string_view line)>;

  // Hands over each line that is complete. The first failure ends it.
  absl::Status Take(absl::string_view part, LineFunction take_line);
  // Hands over a last line that has no end.
  absl::Status Finish(LineFunction take_line);

  // Of the line handed over last, from 1.
  int64_t line() const { return line_; }

 private:
  absl::Status HandOver(absl::string_view line, LineFunction take_line);

  std::string begun_;
  int64_t line_ = 0;
};

// The words of one line, after the letters that say what it is, taken one by one.
//
// A line that is not as it should be gives one failure, for the first word that is wrong:
//   17: expected 'n NEED DEMAND': DEMAND is 'x': 0 to 1000000000
class LineFields {
 public:
  // `form` outlives this.
  LineFields(int64_t line, absl::string_view form, absl::string_view words)
      : line_(line), form_(form), rest_(words) {}

  // The next word as a number from `least` to `most`; `least` where there is none, or another failure before.
  int64_t Number(const char* name, int64_t least, int64_t most);
  // Fails unless the next word is this one.
  void Expect(absl::string_view word);
  // Whether the next word is `second`: fails where it is neither of the two.
  bool IsSecond(const char* name, absl::string_view first, absl::string_view second);
  // Whether there is another word, and no failure yet.
  bool More();
  void Fail(absl::string_view why);
  // Fails where words are left over, too.
  absl::Status Finish();

 private:
  absl::string_view NextWord();

  int64_t line_;
  absl::string_view form_;
  absl::string_view rest_;
  absl::Status status_;
};

// The first word of a line, and what comes after it. Blanks and tabs stand between words.
std::pair<absl::string_view, absl::string_view> CutWord(absl::string_view line);

// A failure as LineFields has it: "LINE: why".
absl::Status WrongLine(int64_t line, absl::string_view why);

// A word as it is quoted in a failure: cut, and with nothing that a terminal would obey.
std::string Quoted(absl::string_view word);

// Gathers text and hands it on in parts of a size that is worth it.
class TextGatherer {
 public:
  explicit TextGatherer(TextSink sink) : sink_(sink) {}

  TextGatherer& Word(absl::string_view word);
  TextGatherer& Number(int64_t number);  // with a blank before it
  // Ends the line.
  absl::Status End();
  absl::Status Finish();

 private:
  TextSink sink_;
  std::string text_;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_TEXT_LINES_H_
