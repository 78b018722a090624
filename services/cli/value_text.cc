#include "services/cli/value_text.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <charconv>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "google/type/date.pb.h"
#include "matcher/solution.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_kind.h"
#include "services/invariant.h"
#include "services/money_text.h"
#include "services/page/date_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool MessageHasText(const FieldDescriptor& field) {
  const Descriptor& message = *field.message_type();
  const std::string& name = message.full_name();
  return name == v1::Money::descriptor()->full_name() || name == "google.type.Date" ||
         name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration" ||
         name == "google.protobuf.FieldMask" || IsEmptyMessage(message) ||
         (field.is_repeated() && IsCodePair(message));
}

// For people an instant is a second.
google::protobuf::Timestamp Rounded(google::protobuf::Timestamp instant, ValueStyle style) {
  if (style == ValueStyle::kShort) instant.set_nanos(0);
  return instant;
}

std::string MessageText(const Message& message, ValueStyle style) {
  if (const auto* date = dynamic_cast<const google::type::Date*>(&message)) return DateText(*date);
  if (const auto* instant = dynamic_cast<const google::protobuf::Timestamp*>(&message)) {
    return google::protobuf::util::TimeUtil::ToString(Rounded(*instant, style));
  }
  if (const auto* duration = dynamic_cast<const google::protobuf::Duration*>(&message)) {
    const absl::Duration exact = absl::Seconds(duration->seconds()) + absl::Nanoseconds(duration->nanos());
    if (style == ValueStyle::kShort) return DurationText(exact, absl::Milliseconds(1));
    return absl::FormatDuration(exact);
  }
  if (const auto* money = dynamic_cast<const v1::Money*>(&message)) return services::MoneyText(*money);
  if (const auto* mask = dynamic_cast<const google::protobuf::FieldMask*>(&message)) {
    return absl::StrJoin(mask->paths(), ",");
  }
  if (IsEmptyMessage(*message.GetDescriptor())) return "yes";
  const Descriptor& pair = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  return absl::StrCat(EnumeratorText(*reflection.GetEnum(message, pair.field(0))), ":",
                      reflection.GetString(message, pair.field(1)));
}

std::string StringText(const FieldDescriptor& field, const std::string& value, ValueStyle style) {
  if (field.type() == FieldDescriptor::TYPE_BYTES) return absl::BytesToHexString(value);
  if (style == ValueStyle::kExact) return value;
  const Resource* resource = NamedResource(field);
  return resource == nullptr ? value : ShortName(*resource, value);
}

template <typename Number>
std::string DecimalText(Number number) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), number);
  INVARIANT(error == std::errc(), "32 characters hold every double");
  return std::string(buffer, end);
}

bool IsPrice(const FieldDescriptor& field) { return field.full_name() == "ayni.v1.Price.price"; }

// Points of score, of which the API has fixed point.
std::string PriceText(int64_t price) {
  std::string text =
      absl::StrFormat("%.4f", static_cast<double>(price) / static_cast<double>(matcher::kPriceScale));
  text.erase(text.find_last_not_of('0') + 1);
  return std::string(absl::StripSuffix(text, "."));
}

// Of the element `index`, or of a field that is not repeated where index is -1.
template <typename Value>
Value Read(const Message& message, const FieldDescriptor& field, int index,
           Value (Reflection::*get)(const Message&, const FieldDescriptor*) const,
           Value (Reflection::*get_element)(const Message&, const FieldDescriptor*, int) const) {
  const Reflection* reflection = message.GetReflection();
  return index < 0 ? (reflection->*get)(message, &field) : (reflection->*get_element)(message, &field, index);
}

const Message& ReadMessage(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  return index < 0 ? reflection.GetMessage(message, &field)
                   : reflection.GetRepeatedMessage(message, &field, index);
}

}  // namespace

std::string DurationText(absl::Duration duration, absl::Duration step) {
  const absl::Duration cut = absl::Trunc(duration, step);
  if (cut != absl::ZeroDuration()) return absl::FormatDuration(cut);
  return step < absl::Seconds(1) ? "0ms" : "0s";
}

std::string DateText(const google::type::Date& date) { return page::DateText(date); }

bool HasText(const FieldDescriptor& field) {
  if (field.is_map()) return false;
  return field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || MessageHasText(field);
}

bool IsNumber(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return true;
    default:
      return IsMessage(field, v1::Money::descriptor()) ||
             IsMessage(field, google::protobuf::Duration::descriptor());
  }
}

std::string ValueText(const Message& message, const FieldDescriptor& field, int index, ValueStyle style) {
  const auto read = [&](auto get, auto get_element) { return Read(message, field, index, get, get_element); };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(read(&Reflection::GetInt32, &Reflection::GetRepeatedInt32));
    case FieldDescriptor::CPPTYPE_INT64:
      if (style == ValueStyle::kShort && IsPrice(field))
        return PriceText(message.GetReflection()->GetInt64(message, &field));
      return absl::StrCat(read(&Reflection::GetInt64, &Reflection::GetRepeatedInt64));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(read(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(read(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return DecimalText(read(&Reflection::GetDouble, &Reflection::GetRepeatedDouble));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return DecimalText(read(&Reflection::GetFloat, &Reflection::GetRepeatedFloat));
    case FieldDescriptor::CPPTYPE_BOOL:
      return read(&Reflection::GetBool, &Reflection::GetRepeatedBool) ? "yes" : "no";
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumeratorText(*read(&Reflection::GetEnum, &Reflection::GetRepeatedEnum));
    case FieldDescriptor::CPPTYPE_STRING:
      return StringText(field, read(&Reflection::GetString, &Reflection::GetRepeatedString), style);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (index < 0 && !message.GetReflection()->HasField(message, &field)) return "";
      return MessageText(ReadMessage(message, field, index), style);
  }
  INVARIANT(false, field.full_name());
}

std::string EnumeratorText(const EnumValueDescriptor& value) {
  if (value.number() == 0) return "";
  return std::string(absl::StripPrefix(value.name(), EnumeratorPrefix(*value.type())));
}

std::vector<std::string> EnumeratorTexts(const EnumDescriptor& enumeration) {
  std::vector<std::string> texts;
  for (int i = 0; i < enumeration.value_count(); ++i) {
    if (enumeration.value(i)->number() != 0) texts.push_back(EnumeratorText(*enumeration.value(i)));
  }
  return texts;
}

std::string ValueForm(const FieldDescriptor& field) {
  if (const Resource* resource = Referent(field)) return NameForm(*resource);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "yes|no";
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::AsciiStrToUpper(SnakeCase(field.enum_type()->name()));
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? "HEX" : "TEXT";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
    default:
      return "NUMBER";
  }
  if (IsMessage(field, google::type::Date::descriptor())) return "DATE";
  if (IsMessage(field, google::protobuf::Timestamp::descriptor())) return "INSTANT";
  if (IsMessage(field, google::protobuf::FieldMask::descriptor())) return "FIELDS";
  if (IsEmptyMessage(*field.message_type())) return "yes";
  if (IsCodePair(*field.message_type()) && field.is_repeated()) return "CODE:VALUE";
  return absl::AsciiStrToUpper(SnakeCase(field.message_type()->name()));
}

}  // namespace ayni::cli
