#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/type/date.pb.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_kind.h"
#include "services/cli/value_text.h"
#include "services/invariant.h"
#include "services/money_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

absl::Status Wrong(const std::string& allowed, const std::string& text) {
  return absl::InvalidArgumentError(absl::StrCat("must be ", allowed, ", is '", text, "'"));
}

template <typename Number>
absl::Status ParseInteger(const std::string& text, Number* number) {
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, *number);
  if (error == std::errc::result_out_of_range && rest == end) {
    using Limits = std::numeric_limits<Number>;
    return Wrong(absl::StrCat("a whole number from ", Limits::min(), " to ", Limits::max()), text);
  }
  if (error != std::errc() || rest != end) return Wrong("a whole number without separators", text);
  return absl::OkStatus();
}

template <typename Number>
absl::Status ParseDecimal(std::string text, Number* number) {
  const std::string given = text;
  if (std::count(text.begin(), text.end(), ',') == 1 && !absl::StrContains(text, '.')) {
    std::replace(text.begin(), text.end(), ',', '.');
  }
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, *number);
  if (error != std::errc() || rest != end || !std::isfinite(*number)) {
    return Wrong("a number as in -13.53 or -13,53", given);
  }
  return absl::OkStatus();
}

absl::Status ParseYesOrNo(const std::string& text, bool* value) {
  const std::string lower = absl::AsciiStrToLower(text);
  *value = lower == "yes" || lower == "true";
  return *value || lower == "no" || lower == "false" ? absl::OkStatus() : Wrong("yes or no", text);
}

absl::Status ParseEnumerator(const EnumDescriptor& enumeration, const std::string& text,
                             const EnumValueDescriptor** value) {
  std::string name = absl::AsciiStrToUpper(text);
  std::replace(name.begin(), name.end(), '-', '_');
  *value = enumeration.FindValueByName(EnumeratorPrefix(enumeration) + name);
  if (*value == nullptr) *value = enumeration.FindValueByName(name);
  if (*value != nullptr && (*value)->number() != 0) return absl::OkStatus();
  return Wrong(absl::StrCat("one of ", absl::StrJoin(EnumeratorTexts(enumeration), ", ")), text);
}

absl::Status ParseDate(const std::string& text, google::type::Date* date) {
  absl::CivilDay day;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !absl::ParseCivilTime(text, &day) ||
      absl::FormatCivilTime(day) != text) {
    return Wrong("a date as in 2026-12-01", text);
  }
  date->set_year(static_cast<int>(day.year()));
  date->set_month(day.month());
  date->set_day(day.day());
  return absl::OkStatus();
}

absl::Status ParseInstant(const std::string& text, google::protobuf::Timestamp* instant) {
  using google::protobuf::util::TimeUtil;
  absl::Time time;
  std::string error;
  // Not by nanoseconds alone, of which 64 bits end in the year 2262.
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error) ||
      absl::ToUnixSeconds(time) < TimeUtil::kTimestampMinSeconds ||
      absl::ToUnixSeconds(time) > TimeUtil::kTimestampMaxSeconds) {
    return Wrong("an instant as in 2026-12-01T08:30:00Z", text);
  }
  const int64_t seconds = absl::ToUnixSeconds(time);
  instant->set_seconds(seconds);
  instant->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return absl::OkStatus();
}

absl::Status ParseDuration(const std::string& text, google::protobuf::Duration* duration) {
  const absl::Duration largest = absl::Seconds(google::protobuf::util::TimeUtil::kDurationMaxSeconds);
  absl::Duration parsed;
  if (!absl::ParseDuration(text, &parsed) || absl::AbsDuration(parsed) > largest) {
    return Wrong("a duration as in 90s, 5m or 1h30m", text);
  }
  duration->set_seconds(absl::IDivDuration(parsed, absl::Seconds(1), &parsed));
  duration->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(parsed)));
  return absl::OkStatus();
}

absl::Status ParseCodePair(const std::string& text, Message* pair) {
  const size_t colon = text.find(':');
  const EnumDescriptor& codes = *pair->GetDescriptor()->field(0)->enum_type();
  if (colon == std::string::npos || colon + 1 == text.size()) {
    return Wrong(absl::StrCat("as in ", EnumeratorTexts(codes).front(), ":VALUE"), text);
  }
  const EnumValueDescriptor* code = nullptr;
  const absl::Status parsed = ParseEnumerator(codes, text.substr(0, colon), &code);
  if (!parsed.ok()) return parsed;
  const Reflection& reflection = *pair->GetReflection();
  reflection.SetEnum(pair, pair->GetDescriptor()->field(0), code);
  reflection.SetString(pair, pair->GetDescriptor()->field(1), text.substr(colon + 1));
  return absl::OkStatus();
}

absl::Status ParseMessage(const std::string& text, Message* message) {
  if (auto* date = dynamic_cast<google::type::Date*>(message)) return ParseDate(text, date);
  if (auto* instant = dynamic_cast<google::protobuf::Timestamp*>(message)) return ParseInstant(text, instant);
  if (auto* duration = dynamic_cast<google::protobuf::Duration*>(message))
    return ParseDuration(text, duration);
  if (auto* money = dynamic_cast<v1::Money*>(message)) {
    const absl::StatusOr<v1::Money> parsed = services::ParseMoney(text);
    if (parsed.ok()) *money = *parsed;
    return parsed.status();
  }
  if (auto* mask = dynamic_cast<google::protobuf::FieldMask*>(message)) {
    for (absl::string_view path : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
      mask->add_paths(std::string(absl::StripAsciiWhitespace(path)));
    }
    return absl::OkStatus();
  }
  INVARIANT(IsCodePair(*message->GetDescriptor()), message->GetTypeName());
  return ParseCodePair(text, message);
}

absl::Status PutMessage(const FieldDescriptor& field, const std::string& text, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  if (IsEmptyMessage(*field.message_type())) {
    bool wanted = false;
    const absl::Status parsed = ParseYesOrNo(text, &wanted);
    if (parsed.ok() && wanted) reflection.MutableMessage(message, &field);
    return parsed;
  }
  std::unique_ptr<Message> value(reflection.GetMessageFactory()->GetPrototype(field.message_type())->New());
  const absl::Status parsed = ParseMessage(text, value.get());
  if (!parsed.ok()) return parsed;
  if (field.is_repeated()) {
    reflection.AddMessage(message, &field)->CopyFrom(*value);
  } else {
    reflection.MutableMessage(message, &field)->CopyFrom(*value);
  }
  return absl::OkStatus();
}

absl::Status PutString(const FieldDescriptor& field, const std::string& text, Message* message) {
  std::string value = text;
  if (field.type() == FieldDescriptor::TYPE_BYTES) {
    value = absl::HexStringToBytes(text);
  } else if (const Resource* resource = NamedResource(field)) {
    absl::StatusOr<std::string> name = CompleteName(*resource, text);
    if (!name.ok()) return name.status();
    value = *std::move(name);
  }
  const Reflection& reflection = *message->GetReflection();
  field.is_repeated() ? reflection.AddString(message, &field, value)
                      : reflection.SetString(message, &field, value);
  return absl::OkStatus();
}

template <typename Value>
using Setter = void (Reflection::*)(Message*, const FieldDescriptor*, Value) const;

// Sets or adds what `parse` reads.
template <typename Value, typename Parse>
absl::Status PutParsed(const FieldDescriptor& field, const std::string& text, Message* message,
                       const Parse& parse, Setter<Value> set, Setter<Value> add) {
  Value value{};
  const absl::Status parsed = parse(text, &value);
  if (parsed.ok()) (message->GetReflection()->*(field.is_repeated() ? add : set))(message, &field, value);
  return parsed;
}

}  // namespace

absl::Status PutValue(const FieldDescriptor& field, const std::string& text, Message* message) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return PutParsed<int32_t>(field, text, message, ParseInteger<int32_t>, &Reflection::SetInt32,
                                &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return PutParsed<int64_t>(field, text, message, ParseInteger<int64_t>, &Reflection::SetInt64,
                                &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return PutParsed<uint32_t>(field, text, message, ParseInteger<uint32_t>, &Reflection::SetUInt32,
                                 &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return PutParsed<uint64_t>(field, text, message, ParseInteger<uint64_t>, &Reflection::SetUInt64,
                                 &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return PutParsed<double>(field, text, message, ParseDecimal<double>, &Reflection::SetDouble,
                               &Reflection::AddDouble);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return PutParsed<float>(field, text, message, ParseDecimal<float>, &Reflection::SetFloat,
                              &Reflection::AddFloat);
    case FieldDescriptor::CPPTYPE_BOOL:
      return PutParsed<bool>(field, text, message, ParseYesOrNo, &Reflection::SetBool, &Reflection::AddBool);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto parse = [&](const std::string& name, const EnumValueDescriptor** value) {
        return ParseEnumerator(*field.enum_type(), name, value);
      };
      return PutParsed<const EnumValueDescriptor*>(field, text, message, parse, &Reflection::SetEnum,
                                                   &Reflection::AddEnum);
    }
    case FieldDescriptor::CPPTYPE_STRING:
      return PutString(field, text, message);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return PutMessage(field, text, message);
  }
  INVARIANT(false, field.full_name());
}

}  // namespace ayni::cli
