// Requests at random: near to right ones, so that they get past the first check, and of any shape.
#ifndef AYNI_TESTS_SERVICES_RESOURCE_RANDOM_REQUEST_H_
#define AYNI_TESTS_SERVICES_RESOURCE_RANDOM_REQUEST_H_

#include <google/protobuf/message.h>

#include <random>

namespace ayni::services {

// Changes some fields of the message, at any depth, to values that are often right and often not.
void Mutate(std::mt19937* random, google::protobuf::Message* message);

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_RESOURCE_RANDOM_REQUEST_H_
