// Messages with random fields, for properties that must hold of every resource.
#ifndef AYNI_TESTS_SERVICES_CLI_RANDOM_MESSAGE_H_
#define AYNI_TESTS_SERVICES_CLI_RANDOM_MESSAGE_H_

#include <google/protobuf/message.h>

#include <random>
#include <string>

namespace ayni::cli {

// A text of letters with accents and tildes, and of what separates and quotes.
std::string RandomText(std::mt19937* random);

// Sets the name, and about half of the other fields that a caller may set. References and names are full and
// follow their patterns, dates are days of the calendar, and money is of a known currency.
void FillRandomly(std::mt19937* random, google::protobuf::Message* message);

}  // namespace ayni::cli

#endif  // AYNI_TESTS_SERVICES_CLI_RANDOM_MESSAGE_H_
