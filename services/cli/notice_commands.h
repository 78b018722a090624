// `ayni need notice` and `ayni match notice`: what to tell a person without a smartphone, as one short
// message and as a page to print.
#ifndef AYNI_SERVICES_CLI_NOTICE_COMMANDS_H_
#define AYNI_SERVICES_CLI_NOTICE_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/cli/commands.h"
#include "services/reason_texts.h"

namespace ayni::cli {

std::vector<Command> NoticeCommands();

// Of --language; Spanish where it was not given. REQUIRES: the command has the flag.
absl::StatusOr<services::TextLanguage> ReadNoticeLanguage(const Arguments& arguments);

// Writes the page to --print, where that was given, and says where it is. REQUIRES: the command has the flag.
absl::StatusOr<ExitCode> PrintPage(const Invocation& invocation, absl::FunctionRef<std::string()> make_page);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_NOTICE_COMMANDS_H_
