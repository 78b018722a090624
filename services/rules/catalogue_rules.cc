#include "services/rules/rules.h"

namespace ayni::services {
RulesOf<v1::Service> ServiceRules() {
  RulesOf<v1::Service> rules;
  rules.referrers = {{&ResourceType::Of<v1::Need>(), "service"},
                     {&ResourceType::Of<v1::Offer>(), "service"},
                     {&ResourceType::Of<v1::Credential>(), "services"},
                     {&ResourceType::Of<v1::Match>(), "service"}};
  rules.filter_fields = {"family", "unit"};
  return rules;
}

RulesOf<v1::ValueChain> ValueChainRules() {
  RulesOf<v1::ValueChain> rules;
  rules.referrers = {{&ResourceType::Of<v1::Need>(), "value_chain"},
                     {&ResourceType::Of<v1::Offer>(), "value_chains"},
                     {&ResourceType::Of<v1::Credential>(), "value_chains"},
                     {&ResourceType::Of<v1::Match>(), "value_chain"}};
  rules.filter_fields = {"kind"};
  return rules;
}

}  // namespace ayni::services
