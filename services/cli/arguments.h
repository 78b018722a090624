// The words of a command line after its noun and verb, read by the flags that its command has.
#ifndef AYNI_SERVICES_CLI_ARGUMENTS_H_
#define AYNI_SERVICES_CLI_ARGUMENTS_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/message_path.h"

namespace ayni::cli {

struct Flag {
  std::string name;        // without the hyphens
  std::string value_form;  // what help calls the value; empty for a switch
  std::string help;
  std::vector<std::string> choices;  // for completion; none: any
  bool names_file = false;           // for completion
  bool required = false;
  char letter = 0;  // -o for --out; 0: none
  // The message of which each value of the flag gives fields (parts_text.h); null of other flags. Such a flag
  // may be given again.
  const google::protobuf::Descriptor* element = nullptr;
};

struct Positional {
  std::string name;  // NEED
  std::string help;
  bool required = true;
  bool repeats = false;  // of the last one: once or more
};

// What a command line may hold.
struct Grammar {
  std::vector<Positional> positionals;
  std::vector<Flag> flags;
  // The message whose fields are flags too, by their paths; null where none is.
  const google::protobuf::Descriptor* fields = nullptr;
};

// A flag that is the path of a field, with one of its values.
struct FieldArgument {
  std::string path;
  std::string value;
};

class Arguments {
 public:
  // `--flag value`, `--flag=value` and, of a flag with a letter, `-f value`; a switch and a yes-or-no field
  // stand alone, or before yes or no; `--` ends the flags; - is a positional; -h is --help. A flag of one
  // value may be given once. InvalidArgument names what is wrong, and the nearest flag that exists.
  static absl::StatusOr<Arguments> Parse(const Grammar& grammar, const std::vector<std::string>& words);

  bool Has(const std::string& flag) const;
  // Empty where the flag was not given.
  std::string Value(const std::string& flag) const;
  // In the order given.
  std::vector<std::string> Values(const std::string& flag) const;
  // Empty where there are fewer.
  std::string Word(size_t index) const { return index < words_.size() ? words_[index] : ""; }
  const std::vector<std::string>& words() const { return words_; }
  // In the order given.
  const std::vector<FieldArgument>& fields() const { return fields_; }

 private:
  // `given` is the flag without its hyphens, with its value where that is attached.
  absl::Status Take(const Grammar& grammar, const std::string& given, const std::vector<std::string>& words,
                    size_t* next);
  absl::Status CheckComplete(const Grammar& grammar) const;

  std::vector<std::string> words_;
  std::vector<std::pair<std::string, std::string>> flags_;
  std::vector<FieldArgument> fields_;
};

// Null where there is none.
const Flag* FindFlag(const Grammar& grammar, const std::string& name);

// Whether a flag of the field stands for yes where it has no value.
bool IsSwitch(const google::protobuf::FieldDescriptor& field);

// The field that a flag names. Fields have underscores in the API, and other flags hyphens; of fields either
// is understood.
absl::StatusOr<MessagePath> ParseFieldFlag(const google::protobuf::Descriptor& message,
                                           const std::string& name);

// The paths of the fields of a message that a caller may set, in the order of the fields: without those of
// map entries and list elements, of which there is no end.
std::vector<std::string> FieldFlags(const google::protobuf::Descriptor& message);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_ARGUMENTS_H_
