// ayni: the command line. Looks around once, and hands what it finds to Run.
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "services/cli/run.h"

namespace {

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

int TerminalWidth() {
  winsize size = {};
  constexpr int kWidthOfUnknown = 80;
  if (isatty(STDOUT_FILENO) == 0) return 0;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWidthOfUnknown;
  return size.ws_col;
}

}  // namespace

int main(int count, char** words) {
  std::ios::sync_with_stdio(false);
  const int width = TerminalWidth();
  ayni::cli::Environment environment{std::cin,
                                     std::cout,
                                     std::cerr,
                                     width,
                                     isatty(STDERR_FILENO) != 0,
                                     width > 0 && Variable("NO_COLOR").empty() && Variable("TERM") != "dumb",
                                     Variable};
  const ayni::cli::ExitCode code = ayni::cli::Run({words + 1, words + count}, &environment);
  std::cout.flush();
  if (std::cout) return code;
  // A command that looked at its output has said so.
  if (code != ayni::cli::kLocalFile) std::cerr << "ayni: standard output: can't be written\n";
  return ayni::cli::kLocalFile;
}
