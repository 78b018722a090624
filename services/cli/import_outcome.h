// What comes of an import, for people and for programs.
#ifndef AYNI_SERVICES_CLI_IMPORT_OUTCOME_H_
#define AYNI_SERVICES_CLI_IMPORT_OUTCOME_H_

#include <string>

#include "ayni/v1/market_service.pb.h"
#include "services/cli/environment.h"
#include "services/cli/market_reading.h"

namespace ayni::cli {

// What the server found wrong, among what was found here.
void AddServerProblems(const v1::ImportMarketResponse& response, MarketReading* reading);

// What is wrong with rows, and what of other publishers' files is left out.
void TellProblems(const MarketReading& reading, Environment* environment);

struct ImportOutcome {
  const MarketReading& reading;
  const v1::ImportMarketResponse& response;
  std::string failed_folder;  // empty where the rows that are wrong were not written
  bool checked_only = false;
};

std::string OutcomeText(const ImportOutcome& outcome);

// For programs: what is wrong here stands among what the server found.
v1::ImportMarketResponse WithAllProblems(const MarketReading& reading,
                                         const v1::ImportMarketResponse& response);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_IMPORT_OUTCOME_H_
