// `ayni match export-ocds`: matches as a release package of the Open Contracting Data Standard.
#ifndef AYNI_SERVICES_CLI_OCDS_EXPORT_H_
#define AYNI_SERVICES_CLI_OCDS_EXPORT_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command OcdsExportCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_OCDS_EXPORT_H_
