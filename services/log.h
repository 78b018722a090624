// The server's log: one JSON object a line, for machines first and people with jq second.
//
//   {"time":"2026-11-24T10:00:00.123456Z","level":"info","event":"serving","address":"127.0.0.1:7400"}
//
// Thread-safety: any method from any thread; a line is written whole.
#ifndef AYNI_SERVICES_LOG_H_
#define AYNI_SERVICES_LOG_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "absl/time/time.h"

namespace ayni::services {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogField {
  std::string_view name;
  std::variant<std::string_view, int64_t, double, bool> value;
};

class Log {
 public:
  // Lines below `least` are not written. `file` stays the caller's; a line that it does not take is lost.
  Log(int file, LogLevel least, std::function<absl::Time()> clock);

  bool Writes(LogLevel level) const { return level >= least_; }

  // `event` says what happened in a few words that never vary; what varies are the fields. Bytes that are not
  // UTF-8 are replaced.
  void Write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {}) const;

 private:
  const int file_;
  const LogLevel least_;
  const std::function<absl::Time()> clock_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_LOG_H_
