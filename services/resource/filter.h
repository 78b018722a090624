// Filters of List methods: comparisons joined by AND, a subset of AIP-160.
//
//   filter      = comparison { AND comparison }
//   comparison  = field ( = | != | < | <= | > | >= | : ) value
//   value       = "quoted" | 'quoted' | bare (no blanks, quotes or parentheses)
//
// Numbers, texts, days (2027-01-31) and moments (2027-01-31T18:00:00Z) compare with all operators, texts by
// their bytes; enumerators, by their names with or without the prefix of their type, and booleans with = and
// != only. A day or moment that is not set meets no comparison. Of a list, `:` asks whether it holds the
// value; of a text, whether it contains it; both whatever the case and the accents, but for resource names.
#ifndef AYNI_SERVICES_RESOURCE_FILTER_H_
#define AYNI_SERVICES_RESOURCE_FILTER_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/resource/field_path.h"
#include "services/resource/resource_type.h"
#include "services/resource/violations.h"

namespace ayni::services {

inline constexpr size_t kFilterBytesMax = 2000;
inline constexpr size_t kFilterComparisonsMax = 20;

// A field that a filter may compare. Constant after construction.
class FilterField {
 public:
  // `path` as a filter has it, as in coverage.territories. REQUIRES: it leads through messages, none of them
  // in a list, to a number, text, enumerator, boolean, google.type.Date or Timestamp, or to a list of texts
  // or enumerators.
  FilterField(const google::protobuf::Descriptor* record, absl::string_view path);

  const std::string& path() const { return path_; }
  const google::protobuf::FieldDescriptor* descriptor() const { return fields_.back(); }
  // What it refers to; null where it is no reference.
  const ResourceType* reference() const { return reference_; }
  // The message that holds the field; null where one on the way is not set.
  const google::protobuf::Message* Holder(const google::protobuf::Message& record) const;

 private:
  std::string path_;
  std::vector<const google::protobuf::FieldDescriptor*> fields_;
  const ResourceType* reference_ = nullptr;
};

struct Comparison {
  enum class Operator { kEqual, kNotEqual, kLess, kAtMost, kGreater, kAtLeast, kHas };

  const FilterField* field = nullptr;
  Operator op = Operator::kEqual;
  std::string text;    // of a text
  int64_t number = 0;  // of a number, an enumerator, a boolean, a day or a moment
};

// Replaces a name that stands for another, as a territory's in another scheme.
using NameResolver = std::function<std::string(const ResourceType&, const std::string&)>;

class Filter {
 public:
  // What is wrong becomes violations of `at`, and the filter then matches nothing in particular. `fields`
  // must outlive the filter.
  static Filter Parse(absl::string_view text, const std::vector<FilterField>& fields,
                      const NameResolver& resolve, const FieldPath& at, Violations* violations);

  bool Matches(const google::protobuf::Message& record) const;
  const std::vector<Comparison>& comparisons() const { return comparisons_; }
  void Add(Comparison comparison) { comparisons_.push_back(std::move(comparison)); }

 private:
  std::vector<Comparison> comparisons_;
};

// Lower case, and without the accents of Latin letters: for searching, not for showing.
std::string Folded(absl::string_view text);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_FILTER_H_
