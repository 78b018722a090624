#include "tests/services/resource/random_request.h"

#include <cmath>
#include <iterator>
#include <limits>
#include <string>

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string AText(std::mt19937* random) {
  static const std::string* const texts = new std::string[]{"",
                                                            "-",
                                                            "a",
                                                            "n1",
                                                            "quz",
                                                            "que",
                                                            "spa",
                                                            "PEN",
                                                            "inei.080601",
                                                            "080601",
                                                            "c_304",
                                                            "kamayoq",
                                                            "+51984123456",
                                                            "Dosed animals and a signed record",
                                                            "general advice",
                                                            "services/dosing",
                                                            "services/none",
                                                            "valueChains/alpaca",
                                                            "territories/inei.08",
                                                            "territories/inei.0806",
                                                            "territories/inei.080601",
                                                            "territories/reniec.070601",
                                                            "territories/iso3166.pe",
                                                            "parties/coop",
                                                            "parties/tap",
                                                            "parties/certifier",
                                                            "cooperatives/coop",
                                                            "cooperatives/-",
                                                            "cooperatives/none",
                                                            "taps/tap",
                                                            "cooperatives/coop/needs/n1",
                                                            "cooperatives/coop/needs/n2",
                                                            "taps/tap/offers/o1",
                                                            "policies/p1",
                                                            "policies/p2",
                                                            "rounds/r1",
                                                            "principals/p1",
                                                            "relations/r1",
                                                            "credentials/c1",
                                                            "ledgerEntries/000000000001",
                                                            "*",
                                                            "quantity",
                                                            "window.end_date",
                                                            "1",
                                                            "2",
                                                            "state = OPEN AND service = services/dosing",
                                                            "service",
                                                            "display_name : \"coop\"",
                                                            std::string(70, 'x'),
                                                            std::string(3000, 'y'),
                                                            "\xFF\xFE",
                                                            std::string("a\0b", 3),
                                                            "Ñandú",
                                                            "/",
                                                            "//",
                                                            "cooperatives//needs/n1"};
  return texts[(*random)() % 55];
}

double ANumber(std::mt19937* random) {
  const double numbers[] = {
      0, 1, -1, 45.5, -13.6, -71.9, 91, -181, 1e300, std::nan(""), std::numeric_limits<double>::infinity()};
  return numbers[(*random)() % std::size(numbers)];
}

int64_t AnInteger(std::mt19937* random) {
  const int64_t integers[] = {0,
                              1,
                              2,
                              7,
                              12,
                              28,
                              31,
                              100,
                              1000,
                              2027,
                              2028,
                              -1,
                              10'000,
                              9999,
                              3661,
                              1'000'000'000,
                              1'000'000'001,
                              INT32_MAX,
                              INT32_MIN,
                              INT64_MAX,
                              INT64_MIN};
  return integers[(*random)() % std::size(integers)];
}

void SetScalar(std::mt19937* random, const FieldDescriptor* field, Message* message) {
  const Reflection* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->SetString(message, field, AText(random));
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(message, field, static_cast<int32_t>(AnInteger(random)));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->SetInt64(message, field, AnInteger(random));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection->SetUInt64(message, field, static_cast<uint64_t>(AnInteger(random)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection->SetDouble(message, field, ANumber(random));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(message, field, (*random)() % 2 == 0);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->SetEnumValue(message, field, static_cast<int>((*random)() % 10) - 1);
    default:
      return;
  }
}

void AddElement(std::mt19937* random, const FieldDescriptor* field, Message* message) {
  const Reflection* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->AddString(message, field, AText(random));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->AddEnumValue(message, field, static_cast<int>((*random)() % 10));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Mutate(random, reflection->AddMessage(message, field));
    default:
      return;
  }
}

void MutateField(std::mt19937* random, const FieldDescriptor* field, Message* message) {
  const Reflection* reflection = message->GetReflection();
  if ((*random)() % 6 == 0) return reflection->ClearField(message, field);
  if (field->is_repeated()) {
    const int count = reflection->FieldSize(*message, field);
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (is_message && !field->is_map() && count > 0 && (*random)() % 2 == 0) {
      const int index = static_cast<int>((*random)() % static_cast<unsigned>(count));
      return Mutate(random, reflection->MutableRepeatedMessage(message, field, index));
    }
    for (size_t i = 1 + (*random)() % 3; i > 0; --i) AddElement(random, field, message);
    return;
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return Mutate(random, reflection->MutableMessage(message, field));
  }
  SetScalar(random, field, message);
}

}  // namespace

void Mutate(std::mt19937* random, Message* message) {
  const auto* type = message->GetDescriptor();
  if (type->field_count() == 0) return;
  for (size_t i = 1 + (*random)() % 2; i > 0; --i) {
    MutateField(random,
                type->field(static_cast<int>((*random)() % static_cast<unsigned>(type->field_count()))),
                message);
  }
}

}  // namespace ayni::services
