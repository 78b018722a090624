// `ayni token draw`: a secret that nobody but who drew it ever has. The market gets its digest.
#ifndef AYNI_SERVICES_CLI_TOKEN_DRAW_H_
#define AYNI_SERVICES_CLI_TOKEN_DRAW_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command TokenDrawCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_TOKEN_DRAW_H_
