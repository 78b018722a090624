#include "services/cli/progress.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace ayni::cli {
namespace {

constexpr char kClearLine[] = "\r\033[K";

}  // namespace

Progress::Progress(Environment* environment, absl::Duration pause)
    : environment_(*environment), pause_(pause), shown_(absl::Now()), next_line_(shown_ + pause) {}

Progress::~Progress() {
  if (environment_.err_is_terminal && !text_.empty()) environment_.err << kClearLine << std::flush;
}

void Progress::Show(const std::string& text) {
  if (text != text_) shown_ = absl::Now();
  text_ = text;
  Write(text);
}

void Progress::ShowAgain() {
  const int64_t seconds = absl::ToInt64Seconds(absl::Now() - shown_);
  if (!text_.empty()) Write(absl::StrCat(text_, " (", seconds, " s)"));
}

void Progress::Write(const std::string& text) {
  if (environment_.err_is_terminal) {
    environment_.err << kClearLine << text << std::flush;
  } else if (!text.empty() && absl::Now() >= next_line_) {
    environment_.err << text << std::endl;
    next_line_ = absl::Now() + pause_;
  }
}

}  // namespace ayni::cli
