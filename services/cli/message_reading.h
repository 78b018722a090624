// A message out of YAML or JSON that a person wrote: by the JSON mapping of protobuf, with dates, money and
// enumerators also as flags take them (value_text.h). Comments are passed over.
#ifndef AYNI_SERVICES_CLI_MESSAGE_READING_H_
#define AYNI_SERVICES_CLI_MESSAGE_READING_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <string>
#include <vector>

namespace ayni::cli {

inline constexpr size_t kMessageFileBytesMax = 1 << 20;

// Something wrong, and where: `limits[2].share_basis_points must be a whole number, is '4x'`. Lines and
// columns count from 1; 0 where the place is not known.
struct ReadingError {
  int line = 0;
  int column = 0;
  std::string what;
};

// Adds what the text holds to the message, and returns everything that is wrong, in the order of the text:
// what is no YAML, fields that do not exist with the nearest that does, values of another kind, fields that
// stand twice. What the server fills is passed over, so that a record that was printed can be read back.
std::vector<ReadingError> ReadMessage(const std::string& text, google::protobuf::Message* message);

// As in policy.yaml:12:3: limits[0].id ...
std::string ErrorText(const std::string& file, const ReadingError& error);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MESSAGE_READING_H_
