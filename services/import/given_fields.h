// The fields that the rows of a file give, though they be empty: as the columns of a sheet do.
#ifndef AYNI_SERVICES_IMPORT_GIVEN_FIELDS_H_
#define AYNI_SERVICES_IMPORT_GIVEN_FIELDS_H_

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include <map>
#include <string>

namespace ayni::services {

// Constant after construction.
class GivenFields {
 public:
  explicit GivenFields(const google::protobuf::FieldMask& mask);

  // The first path that leads to no field of such a record; empty where all do.
  std::string FirstStray(const google::protobuf::Descriptor& record) const;

  // Puts into a row what it does not give, as the record has it that is stored. A field that is set in the
  // row is given in any case. A message of which a row gives parts, and gives them empty, goes when nothing
  // is left of it. REQUIRES: FirstStray of their type is empty.
  void Complete(const google::protobuf::Message& before, google::protobuf::Message* row) const;

 private:
  // Paths as a tree.
  struct Node {
    std::map<std::string, Node> below;
    bool whole = false;
  };

  static std::string FirstStray(const Node& node, const google::protobuf::Descriptor& message);
  // `before` loses what the row takes.
  static void Complete(const Node& node, google::protobuf::Message* before, google::protobuf::Message* row);
  static void CompleteMap(const Node& node, const google::protobuf::FieldDescriptor* map,
                          const google::protobuf::Message& before, google::protobuf::Message* row);
  static void CompleteMessage(const Node& node, const google::protobuf::FieldDescriptor* field,
                              google::protobuf::Message* before, google::protobuf::Message* row);

  Node root_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_IMPORT_GIVEN_FIELDS_H_
