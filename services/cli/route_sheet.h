// `ayni match route-sheet`: the visits that were agreed, by day and district.
#ifndef AYNI_SERVICES_CLI_ROUTE_SHEET_H_
#define AYNI_SERVICES_CLI_ROUTE_SHEET_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command RouteSheetCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_ROUTE_SHEET_H_
