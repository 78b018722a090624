// `need why` and `party why`: why a need was given what it was given in a round, and for which needs a TAP
// was passed over, as a person reads it in the language that the reasons are in.
#ifndef AYNI_SERVICES_CLI_NEED_WHY_H_
#define AYNI_SERVICES_CLI_NEED_WHY_H_

#include <string>

#include "absl/status/statusor.h"
#include "ayni/v1/audit_service.pb.h"
#include "services/cli/commands.h"
#include "services/reason_texts.h"

namespace ayni::cli {

absl::StatusOr<ExitCode> RunNeedWhy(const Invocation& invocation);

// Lines of at most `width` columns of the terminal.
std::string NeedWhyText(const v1::ExplainNeedResponse& answer, services::TextLanguage language, int width);

absl::StatusOr<ExitCode> RunPartyWhy(const Invocation& invocation);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_NEED_WHY_H_
