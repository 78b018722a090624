// What a long step is doing and how far it is.
#ifndef AYNI_SERVICES_CLI_PROGRESS_H_
#define AYNI_SERVICES_CLI_PROGRESS_H_

#include <string>

#include "absl/time/time.h"
#include "services/cli/environment.h"

namespace ayni::cli {

// Off a terminal, between lines and before the first: a short step leaves nothing in a log.
inline constexpr absl::Duration kProgressPause = absl::Seconds(5);

// On a terminal one line, written over again and again; elsewhere a line now and then. Not thread-safe.
class Progress {
 public:
  // REQUIRES: *environment outlives it.
  explicit Progress(Environment* environment, absl::Duration pause = kProgressPause);
  // Takes the line off a terminal.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(const std::string& text);
  // For what tells nothing while it goes on: shows the text again, with how long it has stood.
  void ShowAgain();

 private:
  void Write(const std::string& text);

  Environment& environment_;
  const absl::Duration pause_;
  std::string text_;
  absl::Time shown_;      // since when the text stands
  absl::Time next_line_;  // off a terminal
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_PROGRESS_H_
