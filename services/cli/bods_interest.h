// Interests of the Beneficial Ownership Data Standard as relations.
#ifndef AYNI_SERVICES_CLI_BODS_INTEREST_H_
#define AYNI_SERVICES_CLI_BODS_INTEREST_H_

#include <string>
#include <vector>

#include "services/cli/bods_statement.h"
#include "services/cli/json_fields.h"

namespace ayni::cli {

// Voting rights of less decide nothing by themselves: the share from which owners form one group.
inline constexpr int kControllingBasisPoints = 2500;

// The interests of a relationship. Rights to income and assets go with the shares, where both are stated.
std::vector<BodsInterest> ReadBodsInterests(const JsonFields& relationship);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_BODS_INTEREST_H_
