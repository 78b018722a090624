// `ayni market import`: reads the files of a market, has every row checked, and makes or changes all of them
// or none.
#ifndef AYNI_SERVICES_CLI_MARKET_IMPORT_H_
#define AYNI_SERVICES_CLI_MARKET_IMPORT_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command MarketImportCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MARKET_IMPORT_H_
