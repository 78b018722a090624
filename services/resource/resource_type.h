// What the API's annotations say of a kind of resource, read once from its descriptor: its type, its name's
// pattern, and which of its fields the server fills or nobody may change.
#ifndef AYNI_SERVICES_RESOURCE_RESOURCE_TYPE_H_
#define AYNI_SERVICES_RESOURCE_RESOURCE_TYPE_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ayni::services {

inline constexpr size_t kResourceIdBytesMax = 63;

// 1 to 63 lower-case letters, digits, hyphens and full stops, first a letter or digit.
bool IsResourceId(absl::string_view id);

// How a field behaves, by google.api.field_behavior.
bool IsRequired(const google::protobuf::FieldDescriptor* field);
bool IsOutputOnly(const google::protobuf::FieldDescriptor* field);
bool IsImmutable(const google::protobuf::FieldDescriptor* field);

// Constant after construction, and safe to read from any thread.
class ResourceType {
 public:
  // REQUIRES: the message has a google.api.resource, and string fields `name` and, but for what never
  // changes, `etag`.
  explicit ResourceType(const google::protobuf::Descriptor* descriptor);
  ResourceType(const ResourceType&) = delete;
  ResourceType& operator=(const ResourceType&) = delete;

  // The one of that message. REQUIRES: it is a resource of ayni.v1.
  static const ResourceType& Of(const google::protobuf::Descriptor* descriptor);
  template <typename Record>
  static const ResourceType& Of() {
    static const ResourceType& type = Of(Record::descriptor());
    return type;
  }
  // By its type, as in ayni.v1/Need; null where there is none.
  static const ResourceType* Find(absl::string_view type);

  static std::vector<const ResourceType*> All();

  const google::protobuf::Descriptor* descriptor() const { return descriptor_; }
  const std::string& type() const { return type_; }        // ayni.v1/Need
  const std::string& pattern() const { return pattern_; }  // cooperatives/{cooperative}/needs/{need}
  const std::string& parent_pattern() const {
    return parent_pattern_;
  }                                                              // cooperatives/{cooperative}, or empty
  const std::string& singular() const { return singular_; }      // valueChain
  const std::string& plural() const { return plural_; }          // valueChains
  const std::string& noun() const { return noun_; }              // value chain
  const std::string& field_name() const { return field_name_; }  // value_chain
  const std::string& collection() const { return collection_; }  // needs: the last word of the pattern

  const google::protobuf::FieldDescriptor* name_field() const { return name_field_; }
  const google::protobuf::FieldDescriptor* etag_field() const { return etag_field_; }  // may be null
  const google::protobuf::FieldDescriptor* create_time_field() const {
    return create_time_field_;
  }  // may be null
  const google::protobuf::FieldDescriptor* update_time_field() const {
    return update_time_field_;
  }  // may be null

  // What the server fills, and what is fixed when a record is made.
  const std::vector<const google::protobuf::FieldDescriptor*>& output_only_fields() const {
    return output_only_fields_;
  }
  const std::vector<const google::protobuf::FieldDescriptor*>& immutable_fields() const {
    return immutable_fields_;
  }

  // Whether `name` follows the pattern, with a valid id at each of its variables.
  bool MatchesName(absl::string_view name) const;
  // Whether `parent` is that of such a name. With `wildcards`, - stands for any id.
  bool MatchesParent(absl::string_view parent, bool wildcards) const;
  // The name of `id` under `parent`; a parent of "" is that of a resource at the top.
  std::string Name(absl::string_view parent, absl::string_view id) const;

 private:
  const google::protobuf::Descriptor* descriptor_;
  std::string type_;
  std::string pattern_;
  std::string parent_pattern_;
  std::string singular_;
  std::string plural_;
  std::string noun_;
  std::string field_name_;
  std::string collection_;
  const google::protobuf::FieldDescriptor* name_field_;
  const google::protobuf::FieldDescriptor* etag_field_;
  const google::protobuf::FieldDescriptor* create_time_field_;
  const google::protobuf::FieldDescriptor* update_time_field_;
  std::vector<const google::protobuf::FieldDescriptor*> output_only_fields_;
  std::vector<const google::protobuf::FieldDescriptor*> immutable_fields_;
};

// The last part of a resource name: n17 of cooperatives/c3/needs/n17.
absl::string_view LastId(absl::string_view name);
// The second part of a resource name: c3 of cooperatives/c3/needs/n17. Empty where there is none.
absl::string_view FirstId(absl::string_view name);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_RESOURCE_TYPE_H_
