// A message out of YAML or JSON that a person wrote: by the JSON mapping of protobuf, with dates, money and
// enumerators also as flags take them (value_text.h). Comments are passed over.
#ifndef AYNI_SERVICES_CLI_MESSAGE_READING_H_
#define AYNI_SERVICES_CLI_MESSAGE_READING_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <map>
#include <memory>
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

struct FilePlace {
  int line = 0;  // from 1, as the column
  int column = 0;
};

// What a text tells beside the message.
struct ReadingNotes {
  // Of each field and element, by its path as in limits[2].id.
  std::map<std::string, FilePlace> places;
  // The fields of the message that the server fills and the text has all the same, with what it says of them.
  std::vector<const google::protobuf::FieldDescriptor*> passed_over;
  std::unique_ptr<google::protobuf::Message> filled;
};

// Adds what the text holds to the message, and returns everything that is wrong, in the order of the text:
// what is no YAML, fields that do not exist with the nearest that does, values of another kind, fields that
// stand twice. What the server fills is passed over, so that a record that was printed can be read back.
std::vector<ReadingError> ReadMessage(const std::string& text, google::protobuf::Message* message,
                                      ReadingNotes* notes = nullptr);

// Where the field stands, or the nearest that holds it: of limits[2].id.x limits[2].id. Line 0: nowhere.
FilePlace PlaceOf(const ReadingNotes& notes, std::string path);

// One line on what was passed over, but for fields of which the text says what `known` does (null: nothing is
// known); empty where there is nothing to say.
std::string PassedOverText(const std::string& file, const ReadingNotes& notes,
                           const google::protobuf::Message* known);

// As in policy.yaml:12:3: limits[0].id ...
std::string ErrorText(const std::string& file, const ReadingError& error);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MESSAGE_READING_H_
