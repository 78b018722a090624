#include "services/rules/terms.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/errors.h"
#include "services/held_units.h"
#include "services/resource/update_mask.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool HoldsUnits(const Message& record) { return Holds(static_cast<const v1::Match&>(record)); }

bool Differs(const Message& before, const Message& after, const FieldDescriptor* field) {
  google::protobuf::util::MessageDifferencer differencer;
  return !differencer.CompareWithFields(before, after, {field}, {field});
}

}  // namespace

Reference MatchesOf(const char* field) {
  return {&ResourceType::Of<v1::Match>(), field, HoldsUnits,
          "what is matched stays, unless the match is declined, lapses or is cancelled"};
}

absl::Status PermitTerms(const Admission& admission, const Message& before, const Message& after,
                         absl::Span<const char* const> terms, const Reference& reference) {
  std::vector<std::string> changed;
  std::vector<std::string> free;
  for (const FieldDescriptor* field : InputFields(before.GetDescriptor())) {
    const bool is_term = std::find(terms.begin(), terms.end(), field->name()) != terms.end();
    if (is_term && Differs(before, after, field)) changed.push_back(field->name());
    if (!is_term && !IsImmutable(field)) free.push_back(field->name());
  }
  if (changed.empty()) return absl::OkStatus();
  const FieldDescriptor* name_field = before.GetDescriptor()->FindFieldByName("name");
  const std::string name = before.GetReflection()->GetString(before, name_field);
  const std::string match = admission.view.FirstReferrer(reference, name, HoldsUnits);
  return StateForbids("TERMS_MATCHED", name,
                      absl::StrCat("can't change ", absl::StrJoin(changed, ", "), " while ",
                                   match.empty() ? "a match" : match,
                                   " holds: both sides plan by it. What may still be changed: ",
                                   absl::StrJoin(free, ", "), ". For other terms, make another"));
}

}  // namespace ayni::services
