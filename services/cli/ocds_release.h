// A match as a release of the Open Contracting Data Standard, 1.1.
#ifndef AYNI_SERVICES_CLI_OCDS_RELEASE_H_
#define AYNI_SERVICES_CLI_OCDS_RELEASE_H_

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"

namespace ayni::cli {

using OcdsJson = nlohmann::ordered_json;

// What matches refer to, by name.
struct OcdsReferences {
  std::map<std::string, v1::Party> parties;
  std::map<std::string, v1::Offer> offers;
  std::map<std::string, v1::Service> services;
  std::map<std::string, v1::ValueChain> value_chains;
  std::map<std::string, v1::Territory> territories;
};

// The process is the need's part that the match serves: the tender is what was asked, the award the match,
// and the contract what both have accepted. The need's highest price is not in it, nor a person's
// identifiers. `ocid_prefix` as the Open Contracting Partnership gives it.
OcdsJson OcdsRelease(const v1::Match& match, const OcdsReferences& references,
                     const std::string& ocid_prefix);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_OCDS_RELEASE_H_
