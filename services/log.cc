#include "services/log.h"

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace ayni::services {
namespace {

constexpr const char* kLevelNames[] = {"debug", "info", "warning", "error"};

}  // namespace

Log::Log(int file, LogLevel least, std::function<absl::Time()> clock)
    : file_(file), least_(least), clock_(std::move(clock)) {}

void Log::Write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const {
  if (!Writes(level)) return;
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", clock_(), absl::UTCTimeZone());
  line["level"] = kLevelNames[static_cast<int>(level)];
  line["event"] = event;
  for (const LogField& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
  }
  const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  // One write a line, so that lines of several threads do not mix.
  [[maybe_unused]] const ssize_t written = write(file_, text.data(), text.size());
}

}  // namespace ayni::services
