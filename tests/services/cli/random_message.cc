#include "tests/services/cli/random_message.h"

#include <iterator>
#include <limits>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "ayni/v1/money.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/type/date.pb.h"
#include "services/cli/api.h"

namespace ayni::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

int64_t Draw(std::mt19937* random, int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(*random);
}

bool OneIn(std::mt19937* random, int count) { return Draw(random, 1, count) == 1; }

std::string RandomName(std::mt19937* random, const Resource& resource) {
  std::string name;
  for (const std::string& segment : resource.pattern) {
    const std::string part = segment[0] == '{' ? absl::StrCat("x", Draw(random, 0, 99)) : segment;
    absl::StrAppend(&name, name.empty() ? "" : "/", part);
  }
  return name;
}

std::string RandomString(std::mt19937* random, const FieldDescriptor& field) {
  const Api& api = Api::Get();
  if (const Resource* named = field.name() == "name" ? api.FindResource(field.containing_type()) : nullptr) {
    return RandomName(random, *named);
  }
  if (const Resource* referent = api.FindResourceByType(ReferencedType(field)))
    return RandomName(random, *referent);
  return RandomText(random);
}

// False for a message of another kind.
bool FillKnown(std::mt19937* random, Message* message) {
  if (auto* money = dynamic_cast<v1::Money*>(message)) {
    const char* const currencies[] = {"PEN", "CLP", "KWD"};
    money->set_currency(currencies[Draw(random, 0, 2)]);
    money->set_minor_units(Draw(random, 0, 1'000'000'000'000));
  } else if (auto* date = dynamic_cast<google::type::Date*>(message)) {
    const absl::CivilDay day = absl::CivilDay(2000, 1, 1) + Draw(random, 0, 20'000);
    date->set_year(static_cast<int>(day.year()));
    date->set_month(day.month());
    date->set_day(day.day());
  } else if (auto* duration = dynamic_cast<google::protobuf::Duration*>(message)) {
    duration->set_seconds(Draw(random, 0, 100'000));
  } else if (auto* instant = dynamic_cast<google::protobuf::Timestamp*>(message)) {
    instant->set_seconds(Draw(random, 0, 2'000'000'000));
    instant->set_nanos(static_cast<int>(Draw(random, 0, 999)) * 1'000'000);
  } else {
    return false;
  }
  return true;
}

void FillMessage(std::mt19937* random, Message* message) {
  if (!FillKnown(random, message)) FillRandomly(random, message);
}

void FillMap(std::mt19937* random, const FieldDescriptor& field, Message* message) {
  for (const char* key : {"quz", "spa"}) {
    Message* entry = message->GetReflection()->AddMessage(message, &field);
    entry->GetReflection()->SetString(entry, field.message_type()->map_key(), key);
    entry->GetReflection()->SetString(entry, field.message_type()->map_value(), RandomText(random));
  }
}

int RandomEnumerator(std::mt19937* random, const FieldDescriptor& field) {
  return field.enum_type()
      ->value(static_cast<int>(Draw(random, 1, field.enum_type()->value_count() - 1)))
      ->number();
}

void AddElement(std::mt19937* random, const FieldDescriptor& field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    reflection.AddEnumValue(message, &field, RandomEnumerator(random, field));
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    reflection.AddString(message, &field, RandomString(random, field));
  } else {
    Message* element = reflection.AddMessage(message, &field);
    // A code pair is written only as a whole.
    for (int i = 0; i < element->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& part = *element->GetDescriptor()->field(i);
      if (part.is_repeated()) continue;
      if (part.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
        element->GetReflection()->SetEnumValue(element, &part, RandomEnumerator(random, part));
      } else if (part.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        element->GetReflection()->SetString(element, &part, RandomString(random, part));
      }
    }
  }
}

void FillField(std::mt19937* random, const FieldDescriptor& field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(message, &field,
                                 static_cast<int32_t>(Draw(random, std::numeric_limits<int32_t>::min(),
                                                           std::numeric_limits<int32_t>::max())));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(
          message, &field,
          Draw(random, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(message, &field, static_cast<uint64_t>(Draw(random, 0, 1'000'000)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.SetDouble(message, &field, std::uniform_real_distribution<>(-180, 180)(*random));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(message, &field, OneIn(random, 2));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(message, &field, RandomEnumerator(random, field));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(message, &field, RandomString(random, field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FillMessage(random, reflection.MutableMessage(message, &field));
    default:
      throw std::logic_error(field.full_name());
  }
}

}  // namespace

std::string RandomText(std::mt19937* random) {
  static const char* const kPieces[] = {"a",  "Ñ", "ñ", "á", "Q'ero", " ", ",", ";", "|", "\\",  "\"",
                                        "\n", "=", "+", "-", "@",     "'", "1", ".", ":", "yes", "no"};
  std::string text;
  const int64_t count = Draw(random, 1, 6);
  for (int64_t i = 0; i < count; ++i) text += kPieces[Draw(random, 0, std::size(kPieces) - 1)];
  // The API takes no text that begins or ends in a blank.
  const auto blank = [](char c) { return c == ' ' || c == '\n'; };
  return blank(text.front()) || blank(text.back()) ? "x" + text + "x" : text;
}

void FillRandomly(std::mt19937* random, Message* message) {
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message->GetDescriptor()->field(i);
    if (BehaviourOf(field).output_only || field.name() == "etag" ||
        (field.name() != "name" && OneIn(random, 2)))
      continue;
    if (field.is_map()) {
      FillMap(random, field, message);
    } else if (field.is_repeated()) {
      for (int64_t count = Draw(random, 1, 3); count > 0; --count) AddElement(random, field, message);
    } else {
      FillField(random, field, message);
    }
  }
}

}  // namespace ayni::cli
