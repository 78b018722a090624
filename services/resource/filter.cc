#include "services/resource/filter.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/api/resource.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/type/date.pb.h"
#include "services/invariant.h"
#include "services/resource/form.h"

namespace ayni::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Operator = Comparison::Operator;

// In the order in which they must be tried: the longer before its own beginning.
constexpr std::pair<absl::string_view, Operator> kOperators[] = {
    {"!=", Operator::kNotEqual}, {"<=", Operator::kAtMost}, {">=", Operator::kAtLeast},
    {"=", Operator::kEqual},     {"<", Operator::kLess},    {">", Operator::kGreater},
    {":", Operator::kHas},
};

void SkipBlanks(absl::string_view* rest) { *rest = absl::StripLeadingAsciiWhitespace(*rest); }

absl::string_view TakeWhile(absl::string_view* rest, bool (*belongs)(char)) {
  size_t bytes = 0;
  while (bytes < rest->size() && belongs((*rest)[bytes])) ++bytes;
  const absl::string_view taken = rest->substr(0, bytes);
  rest->remove_prefix(bytes);
  return taken;
}

bool BelongsToField(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.'; }

bool BelongsToBareValue(char c) {
  return !absl::ascii_isspace(c) && c != '"' && c != '\'' && c != '(' && c != ')' && c != ',';
}

// Takes a quoted or bare value. False where there is none, or its quote does not end.
bool TakeValue(absl::string_view* rest, std::string* value) {
  if (rest->empty()) return false;
  const char quote = rest->front();
  if (quote != '"' && quote != '\'') {
    *value = std::string(TakeWhile(rest, BelongsToBareValue));
    return !value->empty();
  }
  rest->remove_prefix(1);
  while (!rest->empty() && rest->front() != quote) {
    if (rest->front() == '\\' && rest->size() > 1) rest->remove_prefix(1);
    *value += rest->front();
    rest->remove_prefix(1);
  }
  return absl::ConsumePrefix(rest, absl::string_view(&quote, 1));
}

const EnumValueDescriptor* FindEnumerator(const EnumDescriptor* type, const std::string& name) {
  if (const EnumValueDescriptor* value = type->FindValueByName(name)) return value;
  const absl::string_view prefix = absl::StripSuffix(type->value(0)->name(), "UNSPECIFIED");
  return type->FindValueByName(absl::StrCat(prefix, name));
}

std::string EnumeratorNames(const EnumDescriptor* type) {
  std::string names;
  for (int i = 1; i < type->value_count(); ++i)
    absl::StrAppend(&names, i == 1 ? "" : ", ", type->value(i)->name());
  return names;
}

bool IsDay(const FieldDescriptor* field) { return field->message_type() == google::type::Date::descriptor(); }
bool IsMoment(const FieldDescriptor* field) {
  return field->message_type() == google::protobuf::Timestamp::descriptor();
}

// Days and moments as numbers that are ordered as they are.
int64_t NumberOf(const google::type::Date& date) {
  return (int64_t{date.year()} * 100 + date.month()) * 100 + date.day();
}
int64_t NumberOf(absl::Time time) { return absl::ToUnixMicros(time); }

bool IsText(const FieldDescriptor* field) { return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING; }

// What is wrong with an operator on such a field; empty where it may be used.
std::string WrongOperator(const FieldDescriptor* field, Operator op) {
  if (field->is_repeated())
    return op == Operator::kHas ? "" : "is a list: ask with : whether it holds a value";
  const bool is_time = IsDay(field) || IsMoment(field);
  if (is_time && op == Operator::kHas) return "is a day or a moment: compare it with = != < <= > >=";
  const bool is_ordered = IsText(field) || is_time || field->cpp_type() == FieldDescriptor::CPPTYPE_INT32 ||
                          field->cpp_type() == FieldDescriptor::CPPTYPE_INT64;
  if (is_ordered || op == Operator::kEqual || op == Operator::kNotEqual || op == Operator::kHas) return "";
  return "has no order: compare it with = or !=";
}

// Sets the number of a day or a moment. What is wrong with it; empty where it is right.
std::string ReadTime(const std::string& value, Comparison* comparison) {
  if (IsDay(comparison->field->descriptor())) {
    absl::CivilDay day;
    if (value.size() != 10 || !absl::ParseCivilTime(value, &day)) {
      return absl::StrCat("must be compared with a day as in 2027-01-31, not ", Quoted(value));
    }
    comparison->number = (day.year() * 100 + day.month()) * 100 + day.day();
    return "";
  }
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, value, &time, &error)) {
    return absl::StrCat("must be compared with a moment as in 2027-01-31T18:00:00Z, not ", Quoted(value));
  }
  comparison->number = NumberOf(time);
  return "";
}

// Sets the comparison's value. What is wrong with it; empty where it is right.
std::string ReadValue(std::string value, const NameResolver& resolve, Comparison* comparison) {
  const FieldDescriptor* field = comparison->field->descriptor();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const ResourceType* reference = comparison->field->reference();
      const bool is_whole_name =
          comparison->op == Operator::kEqual || comparison->op == Operator::kNotEqual || field->is_repeated();
      if (reference != nullptr && is_whole_name) {
        if (!reference->MatchesName(value)) {
          return absl::StrCat("must be compared with a name such as ", reference->pattern(), ", not ",
                              Quoted(value));
        }
        value = resolve(*reference, value);
      }
      const bool is_folded =
          comparison->op == Operator::kHas && (reference == nullptr || !field->is_repeated());
      comparison->text = is_folded ? Folded(value) : value;
      return "";
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const EnumValueDescriptor* enumerator = FindEnumerator(field->enum_type(), value);
      if (enumerator == nullptr) {
        return absl::StrCat("must be one of ", EnumeratorNames(field->enum_type()), ", not ", Quoted(value));
      }
      comparison->number = enumerator->number();
      return "";
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (value != "true" && value != "false")
        return absl::StrCat("must be true or false, not ", Quoted(value));
      comparison->number = value == "true" ? 1 : 0;
      return "";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return ReadTime(value, comparison);
    default:
      if (absl::SimpleAtoi(value, &comparison->number)) return "";
      return absl::StrCat("must be compared with a whole number, not ", Quoted(value));
  }
}

bool TakeOperator(absl::string_view* rest, Operator* op) {
  for (const auto& [symbol, known] : kOperators) {
    if (!absl::ConsumePrefix(rest, symbol)) continue;
    *op = known;
    return true;
  }
  return false;
}

// Takes one comparison. What is wrong with it; empty where it is right.
std::string TakeComparison(const std::vector<FilterField>& fields, const NameResolver& resolve,
                           absl::string_view* rest, Comparison* comparison) {
  const absl::string_view path = TakeWhile(rest, BelongsToField);
  for (const FilterField& field : fields) {
    if (field.path() == path) comparison->field = &field;
  }
  if (comparison->field == nullptr) {
    return absl::StrCat("compares ", Quoted(path.empty() ? *rest : path), ", which is no field of it");
  }
  SkipBlanks(rest);
  if (!TakeOperator(rest, &comparison->op)) {
    return absl::StrCat("has no operator after ", path, ": one of = != < <= > >= :");
  }
  SkipBlanks(rest);
  std::string value;
  if (!TakeValue(rest, &value)) return absl::StrCat("has no value to compare ", path, " with");
  std::string wrong = WrongOperator(comparison->field->descriptor(), comparison->op);
  if (wrong.empty()) wrong = ReadValue(std::move(value), resolve, comparison);
  return wrong.empty() ? "" : absl::StrCat("compares ", path, ", which ", wrong);
}

// Takes the AND between two comparisons, or finds that the last one ends the filter. What is wrong; empty
// where nothing is.
std::string TakeAnd(absl::string_view* rest, bool* ends) {
  const absl::string_view left = *rest;
  SkipBlanks(rest);
  *ends = rest->empty();
  if (*ends) return "";
  const bool has_blanks = rest->size() < left.size() && absl::ConsumePrefix(rest, "AND");
  if (!has_blanks || rest->empty() || !absl::ascii_isspace(rest->front())) {
    return rest->empty() ? "ends in AND" : absl::StrCat("goes on with ", Quoted(left), " and not with AND");
  }
  SkipBlanks(rest);
  return rest->empty() ? "ends in AND" : "";
}

template <typename Value>
bool Holds(Operator op, const Value& left, const Value& right) {
  switch (op) {
    case Operator::kEqual:
    case Operator::kHas:
      return left == right;
    case Operator::kNotEqual:
      return left != right;
    case Operator::kLess:
      return left < right;
    case Operator::kAtMost:
      return left <= right;
    case Operator::kGreater:
      return left > right;
    case Operator::kAtLeast:
      return left >= right;
  }
  return false;
}

int64_t NumberIn(const Message& holder, const FieldDescriptor* field) {
  const Reflection* reflection = holder.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->GetEnumValue(holder, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(holder, field) ? 1 : 0;
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->GetInt32(holder, field);
    default:
      return reflection->GetInt64(holder, field);
  }
}

bool ListHolds(const Comparison& comparison, const Message& holder) {
  const FieldDescriptor* field = comparison.field->descriptor();
  const Reflection* reflection = holder.GetReflection();
  for (int i = 0; i < reflection->FieldSize(holder, field); ++i) {
    if (!IsText(field)) {
      if (reflection->GetRepeatedEnumValue(holder, field, i) == comparison.number) return true;
      continue;
    }
    const std::string text = reflection->GetRepeatedString(holder, field, i);
    if ((comparison.field->reference() == nullptr ? Folded(text) : text) == comparison.text) return true;
  }
  return false;
}

// What is not set is no day and no moment.
bool TimeHolds(const Comparison& comparison, const Message* holder) {
  const FieldDescriptor* field = comparison.field->descriptor();
  if (holder == nullptr || !holder->GetReflection()->HasField(*holder, field)) return false;
  const Message& time = holder->GetReflection()->GetMessage(*holder, field);
  if (IsDay(field)) {
    return Holds(comparison.op, NumberOf(static_cast<const google::type::Date&>(time)), comparison.number);
  }
  const auto& moment = static_cast<const google::protobuf::Timestamp&>(time);
  return Holds(comparison.op,
               NumberOf(absl::FromUnixSeconds(moment.seconds()) + absl::Nanoseconds(moment.nanos())),
               comparison.number);
}

bool ComparisonHolds(const Comparison& comparison, const Message& record) {
  const FieldDescriptor* field = comparison.field->descriptor();
  const Message* holder = comparison.field->Holder(record);
  if (field->is_repeated()) return holder != nullptr && ListHolds(comparison, *holder);
  if (field->message_type() != nullptr) return TimeHolds(comparison, holder);
  if (!IsText(field)) {
    return Holds(comparison.op, holder == nullptr ? 0 : NumberIn(*holder, field), comparison.number);
  }
  static const std::string& empty = *new std::string;
  std::string scratch;
  const std::string& text =
      holder == nullptr ? empty : holder->GetReflection()->GetStringReference(*holder, field, &scratch);
  if (comparison.op == Operator::kHas) return absl::StrContains(Folded(text), comparison.text);
  return Holds(comparison.op, text, comparison.text);
}

}  // namespace

FilterField::FilterField(const Descriptor* record, absl::string_view path) : path_(path) {
  const Descriptor* holder = record;
  for (const absl::string_view part : absl::StrSplit(path, '.')) {
    INVARIANT(holder != nullptr, path_);
    const FieldDescriptor* field = holder->FindFieldByName(std::string(part));
    INVARIANT(field != nullptr, path_);
    fields_.push_back(field);
    holder = field->message_type();
  }
  INVARIANT(holder == nullptr || IsDay(fields_.back()) || IsMoment(fields_.back()), path_);
  const auto& options = fields_.back()->options();
  if (options.HasExtension(google::api::resource_reference)) {
    reference_ = ResourceType::Find(options.GetExtension(google::api::resource_reference).type());
  }
}

const Message* FilterField::Holder(const Message& record) const {
  const Message* holder = &record;
  for (size_t i = 0; i + 1 < fields_.size(); ++i) {
    const Reflection* reflection = holder->GetReflection();
    if (!reflection->HasField(*holder, fields_[i])) return nullptr;
    holder = &reflection->GetMessage(*holder, fields_[i]);
  }
  return holder;
}

Filter Filter::Parse(absl::string_view text, const std::vector<FilterField>& fields,
                     const NameResolver& resolve, const FieldPath& at, Violations* violations) {
  Filter filter;
  std::string wrong;
  if (text.size() > kFilterBytesMax) wrong = absl::StrCat("has more than ", kFilterBytesMax, " bytes");
  absl::string_view rest = text;
  SkipBlanks(&rest);
  bool ends = rest.empty();
  while (wrong.empty() && !ends) {
    if (filter.comparisons_.size() == kFilterComparisonsMax) {
      wrong = absl::StrCat("has more than ", kFilterComparisonsMax, " comparisons");
      break;
    }
    Comparison comparison;
    wrong = TakeComparison(fields, resolve, &rest, &comparison);
    filter.comparisons_.push_back(std::move(comparison));
    if (wrong.empty()) wrong = TakeAnd(&rest, &ends);
  }
  if (wrong.empty()) return filter;
  std::string allowed;
  for (const FilterField& field : fields)
    absl::StrAppend(&allowed, allowed.empty() ? "" : ", ", field.path());
  violations->Add(at, absl::StrCat(wrong, "; a filter is comparisons joined by AND, as in ",
                                   fields.front().path(), " = \"...\", of: ", allowed));
  return Filter();
}

bool Filter::Matches(const Message& record) const {
  for (const Comparison& comparison : comparisons_) {
    if (!ComparisonHolds(comparison, record)) return false;
  }
  return true;
}

std::string Folded(absl::string_view text) {
  // The letters of U+00C0 to U+00FF without their accents; a blank stands for a character that is kept.
  static constexpr char kLatin1[] = "aaaaaa ceeeeiiii nooooo ouuuuy  aaaaaa ceeeeiiii nooooo ouuuuy y";
  static_assert(sizeof(kLatin1) == 65);
  std::string folded;
  folded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_latin1 = text[i] == '\xC3' && i + 1 < text.size();
    const char plain = is_latin1 ? kLatin1[static_cast<uint8_t>(text[i + 1]) & 0x3F] : ' ';
    if (plain == ' ') {
      folded += absl::ascii_tolower(text[i]);
    } else {
      folded += plain;
      ++i;
    }
  }
  return folded;
}

}  // namespace ayni::services
