// The shape of a record: what each of its fields may hold by itself. It joins what the API's annotations say
// (required, filled by the server, a reference to a resource) with a limit for every field, and is compiled
// once from the descriptor, so that a check costs some nanoseconds a field. What fields must be together is
// the matter of a resource's rules.
#ifndef AYNI_SERVICES_RESOURCE_SHAPE_H_
#define AYNI_SERVICES_RESOURCE_SHAPE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/resource/field_path.h"
#include "services/resource/form.h"
#include "services/resource/referents.h"
#include "services/resource/resource_type.h"
#include "services/resource/violations.h"

namespace ayni::services {

// Characters of a text whose form sets no smaller bound.
inline constexpr int64_t kFormedCharactersMax = 255;

// What one field may hold beyond its annotations. A field that is not required may also be left out.
struct FieldLimit {
  const char* field = "";
  int64_t min = 0;  // of a number; of a text, its characters
  int64_t max = 0;
  int count_max = 0;  // of a repeated field
  Form form = nullptr;
};

inline FieldLimit Number(const char* field, int64_t min, int64_t max) {
  return {field, min, max, 1, nullptr};
}
// Plain text of so many characters.
inline FieldLimit Text(const char* field, int64_t min, int64_t max) {
  return {field, min, max, 1, WrongText};
}
inline FieldLimit Formed(const char* field, Form form) { return {field, 0, kFormedCharactersMax, 1, form}; }
// At most count_max, of any form that their own annotations give (references, enumerators, messages).
inline FieldLimit Each(const char* field, int count_max) {
  return {field, 0, kFormedCharactersMax, count_max, nullptr};
}
inline FieldLimit Each(const char* field, int count_max, Form form) {
  return {field, 0, kFormedCharactersMax, count_max, form};
}
// Texts of so many characters each.
inline FieldLimit EachText(const char* field, int count_max, int64_t min, int64_t max) {
  return {field, min, max, count_max, WrongText};
}

using MessageCheck = void (*)(const google::protobuf::Message&, const FieldPath&, Violations*);

class ShapeBook;

// Constant once its book is complete; safe to use from any thread.
class Shape {
 public:
  // Adds what is wrong with `record`. References are looked up in `referents`, which may replace one by the
  // name that it stands for. Fields that the server fills, `name` and `etag` are left alone.
  void Check(google::protobuf::Message* record, const FieldPath& path, Referents* referents,
             Violations* violations) const;

 private:
  friend class ShapeBook;

  struct Field {
    const google::protobuf::FieldDescriptor* descriptor;
    FieldLimit limit;
    bool required;
    const ResourceType* reference;  // null where it is none
    const Shape* shape;             // of a message; null where it is none
  };

  void CheckSingular(const Field& field, google::protobuf::Message* record, const FieldPath& path,
                     Referents* referents, Violations* violations) const;
  void CheckRepeated(const Field& field, google::protobuf::Message* record, const FieldPath& path,
                     Referents* referents, Violations* violations) const;
  void CheckMap(const Field& field, google::protobuf::Message* record, const FieldPath& path,
                Violations* violations) const;

  std::vector<Field> fields_;
  MessageCheck check_ = nullptr;  // after the fields; of the message as a whole
};

// All shapes, by message.
class ShapeBook {
 public:
  struct Page {
    const google::protobuf::Descriptor* descriptor;
    // Of each number, text, list and map that the caller fills. REQUIRES: none is left out.
    std::vector<FieldLimit> limits;
    MessageCheck check = nullptr;
    // False: only `check` looks at the message.
    bool by_field = true;
  };

  // REQUIRES: each message that another one holds has a page.
  explicit ShapeBook(const std::vector<Page>& pages);

  // REQUIRES: it has a page.
  const Shape& Of(const google::protobuf::Descriptor* descriptor) const;

 private:
  void Fill(const Page& page, Shape* shape);

  std::vector<std::pair<const google::protobuf::Descriptor*, std::unique_ptr<Shape>>> shapes_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_SHAPE_H_
