// A message as the value of one flag: its fields by their paths, as in
// payer=COOPERATIVE,amount=12.50 PEN,in_kind=3 sacks, one of them large. A comma ends a value only where a
// field and an equals sign follow.
#ifndef AYNI_SERVICES_CLI_PARTS_TEXT_H_
#define AYNI_SERVICES_CLI_PARTS_TEXT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace ayni::cli {

// Sets the fields that the text gives. What is wrong is said so that it reads on from the text:
// "payer must be one of ..., is 'BANK'".
absl::Status PutParts(const std::string& text, google::protobuf::Message* message);

// For help: "payer=PRODUCERS|COOPERATIVE|FUNDER,amount=MONEY,in_kind=TEXT".
std::string PartsForm(const google::protobuf::Descriptor& message);

// For completion: "payer=", and of the field the values that may follow, where there are few.
std::vector<std::string> PartNames(const google::protobuf::Descriptor& message);
std::vector<std::string> PartValues(const google::protobuf::Descriptor& message, const std::string& path);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_PARTS_TEXT_H_
