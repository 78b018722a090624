// `ayni market export`: writes the files that import reads.
#ifndef AYNI_SERVICES_CLI_MARKET_EXPORT_H_
#define AYNI_SERVICES_CLI_MARKET_EXPORT_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "services/cli/commands.h"

namespace ayni::cli {

Command MarketExportCommand();

// The file in its canonical form: columns in the order of the fields, those alone that some row fills, full
// names, and rows as given. REQUIRES: all are of the type.
std::string MarketFileText(const google::protobuf::Descriptor& type,
                           const std::vector<const google::protobuf::Message*>& rows);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MARKET_EXPORT_H_
