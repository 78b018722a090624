// Whether a text says anything that a producer could hold an offer to. The field's lesson: vague services do
// not sell.
#ifndef AYNI_SERVICES_RULES_VAGUE_H_
#define AYNI_SERVICES_RULES_VAGUE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ayni::services {

// Fewer than two words are left of the text once those that any offer could use ('general', 'advice',
// 'support', and the same in Spanish and Portuguese) are taken out.
bool IsVague(absl::string_view text);

// Of a deliverable or a benefit, as a Form: plain text that is not vague.
std::string WrongDescription(absl::string_view text);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_VAGUE_H_
