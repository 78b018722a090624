// A small market in a running aynid, laid over the wire.
#ifndef AYNI_TESTS_SERVICES_SERVER_LAID_MARKET_H_
#define AYNI_TESTS_SERVICES_SERVER_LAID_MARKET_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "ayni/v1/need.pb.h"

namespace ayni::services {

inline constexpr char kLaidCooperative[] = "cooperatives/coop";

// Makes the catalogue, the party of kLaidCooperative and a principal of it, as the administrator whose token
// that is. Returns a token of the cooperative. Ends the process where it can't.
std::string LayMarket(const std::shared_ptr<grpc::Channel>& channel, const std::string& administrator_token);

// A need that the laid market takes, without its name.
v1::Need LaidNeed();

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_SERVER_LAID_MARKET_H_
