#include "services/access/outsider.h"

namespace ayni::services {
namespace {

constexpr char kNobody[] = "principals/-";

}  // namespace

Caller Outsider() { return {kNobody, v1::ROLE_TAP, ""}; }

bool IsOutsider(const Caller& caller) { return caller.principal == kNobody; }

}  // namespace ayni::services
