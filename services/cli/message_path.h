// Paths of fields, the one way in which flags, columns of CSV files and columns of tables name a value of a
// message:
//   quantity                a field
//   window.start_date       a field of a message
//   local_names.quz         an entry of a map
//   limits.2.id             a field of an element of a repeated message, counted from 1
//   languages               a repeated field: its values separated by |, with \| and \\ for themselves
//   contact                 a message: yes makes it present, though all its fields are empty
#ifndef AYNI_SERVICES_CLI_MESSAGE_PATH_H_
#define AYNI_SERVICES_CLI_MESSAGE_PATH_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/cli/value_text.h"

namespace ayni::cli {

// Elements of a repeated message that paths may reach.
inline constexpr int kElementsMax = 100;

// An empty text means that a value is not set, both ways. Constant after construction; copied freely.
class MessagePath {
 public:
  // Fails where the path leads nowhere, and names the nearest that does.
  static absl::StatusOr<MessagePath> Parse(const google::protobuf::Descriptor& message,
                                           const std::string& path);

  const std::string& text() const { return text_; }
  const google::protobuf::FieldDescriptor& leaf() const { return *steps_.back().field; }
  // Whether the leaf holds values to be separated.
  bool repeated() const;
  // Whether the server fills the field, or one that it is part of.
  bool output_only() const;
  // Whether it leads to one element of a list, or one entry of a map.
  bool within_list() const;
  // What an update mask names: the path up to the first list or map.
  std::string MaskPath() const;
  // What an import is told that a column gives: the path up to the first list, or the entry of a map.
  std::string GivenPath() const;
  // Whether the leaf has a text of its own, and not only says that a message is there.
  bool has_value() const;

  // Sets the value that `text` stands for, making the messages on the way; an empty text sets nothing. For a
  // repeated field, adds its values.
  absl::Status Put(const std::string& text, google::protobuf::Message* message) const;
  // Adds one value, whatever separators it holds. REQUIRES: repeated().
  absl::Status PutElement(const std::string& text, google::protobuf::Message* message) const;
  // Takes all values away. REQUIRES: repeated().
  void Clear(google::protobuf::Message* message) const;

  // Empty where the value is not set, or is a text or enumerator that is empty. A number or yes-or-no of a
  // message that is present is its value, be it 0 or no: so that the message comes back present.
  std::string Text(const google::protobuf::Message& message, ValueStyle style) const;

 private:
  struct Step {
    const google::protobuf::FieldDescriptor* field;
    int element = -1;  // of a repeated message, from 0
    std::string key;   // of a map
  };

  // The message that holds the leaf; null where it is absent.
  const google::protobuf::Message* Holder(const google::protobuf::Message& message) const;
  google::protobuf::Message* MutableHolder(google::protobuf::Message* message) const;
  std::string PresenceText(const google::protobuf::Message& holder) const;

  std::string text_;
  std::vector<Step> steps_;
};

// The paths that hold all of the messages, in the order of the fields: one for each value, key and element
// that some message has. `outputs`: also what the server fills. Of an Any, its type alone. REQUIRES: all are
// of the type.
std::vector<MessagePath> PathsOf(const google::protobuf::Descriptor& type,
                                 const std::vector<const google::protobuf::Message*>& messages, bool outputs);

// The paths of all fields of the type, whatever a message holds, so that they are the same each time; of
// entries of maps and elements, of which there is no end, those that some message has.
std::vector<MessagePath> PathsOfAll(const google::protobuf::Descriptor& type,
                                    const std::vector<const google::protobuf::Message*>& messages);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MESSAGE_PATH_H_
