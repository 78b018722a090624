// Single values of the API as text: what a flag takes, what a cell of a CSV file holds, what a table shows.
//
//   texts         as they are
//   references    full resource names; ids alone are completed (resource_name.h)
//   numbers       40, -13.53 or -13,53; no thousands separator
//   yes or no     yes, no; also true, false
//   enumerators   without their prefix, in any case: WOMAN of GENDER_WOMAN
//   money         12.50 PEN or 12,50 PEN
//   dates         2026-12-01
//   instants      2026-12-01T08:30:00Z, RFC 3339
//   durations     90s, 5m, 1h30m
//   bytes         hexadecimal
//   code pairs    RUC:20100066603, of a message of an enumerator and a text
//   empty messages  yes
#ifndef AYNI_SERVICES_CLI_VALUE_TEXT_H_
#define AYNI_SERVICES_CLI_VALUE_TEXT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/type/date.pb.h"

namespace ayni::cli {

enum class ValueStyle {
  kExact,  // for programs
  kShort,  // for people: references by their ids, instants to the second, durations to the millisecond,
           // prices in score
};

// Whether values of the field have a text as a whole. Messages that have none are reached by the paths of
// their fields.
bool HasText(const google::protobuf::FieldDescriptor& field);

// Whether the text of the field's values is a number, so that a minus sign before it is not a formula.
bool IsNumber(const google::protobuf::FieldDescriptor& field);

// Sets the field, or adds an element to a repeated one. What is wrong is said so that it reads on from the
// field's name: "must be a date as in 2026-12-01, is 'tomorrow'". REQUIRES: HasText(field); the field is no
// map.
absl::Status PutValue(const google::protobuf::FieldDescriptor& field, const std::string& text,
                      google::protobuf::Message* message);

// Of the element `index`, or of a field that is not repeated where index is -1. REQUIRES: HasText(field).
std::string ValueText(const google::protobuf::Message& message,
                      const google::protobuf::FieldDescriptor& field, int index, ValueStyle style);

// 2026-12-01.
std::string DateText(const google::type::Date& date);

// 1m30s, cut off below the step, a second or a millisecond; and 0 has a unit too.
std::string DurationText(absl::Duration duration, absl::Duration step);

// Without the prefix of its type.
std::string EnumeratorText(const google::protobuf::EnumValueDescriptor& value);
// What may be written: every enumerator but the one numbered 0.
std::vector<std::string> EnumeratorTexts(const google::protobuf::EnumDescriptor& enumeration);

// What a value of the field is called in help: NUMBER, DATE, MONEY, a reference's noun...
std::string ValueForm(const google::protobuf::FieldDescriptor& field);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_VALUE_TEXT_H_
