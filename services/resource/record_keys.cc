#include "services/resource/record_keys.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/identity.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need_template.pb.h"
#include "ayni/v1/notice.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "google/api/resource.pb.h"
#include "services/invariant.h"
#include "services/resource/filter.h"
#include "services/resource/name_likeness.h"
#include "services/resource/territory_name.h"
#include "services/resource/time.h"

namespace ayni::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kEnd = '\0';  // stands in no name, and so ends one
constexpr absl::string_view kAliases = "a";
constexpr absl::string_view kActivePolicies = "p";
constexpr absl::string_view kIdentifiers = "i";
constexpr absl::string_view kSingleHandedAdministrators = "s";
constexpr absl::string_view kTokenDigests = "t";
constexpr absl::string_view kIdentities = "o";
constexpr absl::string_view kNameWords = "n";
constexpr absl::string_view kNormalNames = "N";
constexpr absl::string_view kUnanswered = "u";
constexpr absl::string_view kQueuedNotices = "q";
// Of nanoseconds since 1970, of which the order is that of the texts.
constexpr int kDueDigits = 20;
constexpr absl::string_view kNeedTurns = "w";
// Of one name; the words after them are the last in the alphabet.
constexpr size_t kNameWordsMax = 16;

void AddReferenceFields(const Descriptor* record, const Descriptor* message, const std::string& path,
                        std::vector<FilterField>* fields) {
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    const std::string field_path = absl::StrCat(path, path.empty() ? "" : ".", field->name());
    if (field->options().HasExtension(google::api::resource_reference)) {
      fields->emplace_back(record, field_path);
    } else if (field->message_type() != nullptr && !field->is_repeated()) {
      AddReferenceFields(record, field->message_type(), field_path, fields);
    }
  }
}

const std::vector<FilterField>& ReferenceFields(const ResourceType& type) {
  using ByType = absl::flat_hash_map<const ResourceType*, std::vector<FilterField>>;
  static const ByType* const by_type = [] {
    auto* made = new ByType;
    for (const ResourceType* each : ResourceType::All()) {
      AddReferenceFields(each->descriptor(), each->descriptor(), "", &(*made)[each]);
    }
    return made;
  }();
  return by_type->at(&type);
}

std::string IndexKey(const std::string& stem, absl::string_view name) { return absl::StrCat(stem, name); }

void AppendReferenceKeys(const ResourceType& type, const Message& record, const std::string& name,
                         std::vector<std::string>* keys) {
  for (const FilterField& field : ReferenceFields(type)) {
    const Message* holder = field.Holder(record);
    if (holder == nullptr) continue;
    const auto* reflection = holder->GetReflection();
    const FieldDescriptor* descriptor = field.descriptor();
    const int count = descriptor->is_repeated() ? reflection->FieldSize(*holder, descriptor) : 1;
    for (int i = 0; i < count; ++i) {
      const std::string target = descriptor->is_repeated()
                                     ? reflection->GetRepeatedString(*holder, descriptor, i)
                                     : reflection->GetString(*holder, descriptor);
      if (!target.empty()) keys->push_back(IndexKey(ReferenceStem(type, field.path(), target), name));
    }
  }
}

void AppendNameKeys(absl::string_view shown, const std::string& name, std::vector<std::string>* keys) {
  const std::string normal = NormalName(shown);
  if (normal.empty()) return;
  const std::string rest = absl::StrCat(normal, absl::string_view(&kEnd, 1), name);
  keys->push_back(absl::StrCat(NormalNameStem(normal), rest));
  std::vector<std::string> words = NormalWords(normal);
  words.resize(std::min(words.size(), kNameWordsMax));
  for (const std::string& word : words) keys->push_back(absl::StrCat(NameWordStem(word), rest));
}

void AppendPartyKeys(const v1::Party& party, std::vector<std::string>* keys) {
  for (const v1::Identifier& identifier : party.identifiers()) {
    keys->push_back(IndexKey(IdentifierStem(identifier), party.name()));
  }
  AppendNameKeys(party.display_name(), party.name(), keys);
  for (const std::string& alias : party.aliases()) AppendNameKeys(alias, party.name(), keys);
}

// Of the years of records, of which the order is that of the texts.
std::string AnswerByStem(int64_t seconds) {
  return absl::StrCat(kUnanswered, ":", absl::Dec(seconds, absl::kZeroPad12), absl::string_view(&kEnd, 1));
}

std::string DueStem(int64_t due_ns) {
  return absl::StrCat(kQueuedNotices, ":", absl::Dec(due_ns, absl::kZeroPad20), absl::string_view(&kEnd, 1));
}

// Days of four-digit years are written so that their order is that of the texts.
std::string PostDayStem(absl::CivilDay day) {
  return absl::StrCat(kNeedTurns, ":", absl::FormatCivilTime(day), absl::string_view(&kEnd, 1));
}

// Sorted, each once.
std::vector<std::string> IndexKeys(const ResourceType& type, const Message& record) {
  std::vector<std::string> keys;
  const std::string name = record.GetReflection()->GetString(record, type.name_field());
  AppendReferenceKeys(type, record, name, &keys);
  if (type.descriptor() == v1::Territory::descriptor()) {
    for (const v1::TerritoryCode& other : static_cast<const v1::Territory&>(record).other_codes()) {
      keys.push_back(IndexKey(AliasStem(TerritoryName(other.scheme(), other.code())), name));
    }
  }
  if (type.descriptor() == v1::Party::descriptor()) {
    AppendPartyKeys(static_cast<const v1::Party&>(record), &keys);
  }
  if (type.descriptor() == v1::Policy::descriptor() &&
      static_cast<const v1::Policy&>(record).state() == v1::Policy::STATE_ACTIVE) {
    keys.push_back(IndexKey(ActivePolicyStem(), name));
  }
  if (type.descriptor() == v1::Principal::descriptor() &&
      static_cast<const v1::Principal&>(record).single_handed()) {
    keys.push_back(IndexKey(SingleHandedAdministratorStem(), name));
  }
  if (type.descriptor() == v1::Token::descriptor()) {
    keys.push_back(IndexKey(TokenDigestStem(static_cast<const v1::Token&>(record).secret_digest()), name));
  }
  if (type.descriptor() == v1::Identity::descriptor()) {
    const auto& identity = static_cast<const v1::Identity&>(record);
    keys.push_back(IndexKey(IdentityStem(identity.issuer(), identity.subject()), name));
  }
  if (type.descriptor() == v1::NeedTemplate::descriptor()) {
    const auto& date = static_cast<const v1::NeedTemplate&>(record).next_post_date();
    if (date.year() != 0)
      keys.push_back(IndexKey(PostDayStem(absl::CivilDay(date.year(), date.month(), date.day())), name));
  }
  if (type.descriptor() == v1::Match::descriptor()) {
    const auto& match = static_cast<const v1::Match&>(record);
    if (match.state() == v1::Match::STATE_PROPOSED && match.has_answer_by_time())
      keys.push_back(IndexKey(AnswerByStem(match.answer_by_time().seconds()), name));
  }
  if (type.descriptor() == v1::Notice::descriptor()) {
    const auto& notice = static_cast<const v1::Notice&>(record);
    if (notice.state() == v1::Notice::STATE_QUEUED) {
      const int64_t due_ns = absl::ToUnixNanos(TimeOf(notice.next_attempt_time()));
      keys.push_back(absl::StrCat(DueStem(due_ns), notice.subscription(), absl::string_view(&kEnd, 1), name));
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace

std::string RecordKey(const ResourceType& type, absl::string_view name) {
  return absl::StrCat(type.singular(), ":", name);
}

std::string NameOfRecordKey(std::string_view key) { return std::string(key.substr(key.find(':') + 1)); }

bool HasReferenceIndex(const ResourceType& type, absl::string_view field) {
  const std::vector<FilterField>& fields = ReferenceFields(type);
  return std::any_of(fields.begin(), fields.end(),
                     [&](const FilterField& each) { return each.path() == field; });
}

std::string ReferenceStem(const ResourceType& type, absl::string_view field, absl::string_view target) {
  return absl::StrCat("r:", type.singular(), ".", field, ":", target, absl::string_view(&kEnd, 1));
}

std::string AliasStem(absl::string_view name) {
  return absl::StrCat(kAliases, ":", name, absl::string_view(&kEnd, 1));
}

std::string IdentifierStem(const v1::Identifier& identifier) {
  return absl::StrCat(kIdentifiers, ":", static_cast<int>(identifier.scheme()), ":", identifier.value(),
                      absl::string_view(&kEnd, 1));
}

std::string NameWordStem(absl::string_view word) {
  return absl::StrCat(kNameWords, ":", word, absl::string_view(&kEnd, 1));
}

std::string NormalNameStem(absl::string_view normal) {
  return absl::StrCat(kNormalNames, ":", normal, absl::string_view(&kEnd, 1));
}

std::string NormalNameOfKey(std::string_view key) {
  const size_t name = key.rfind(kEnd);
  const size_t begin = key.rfind(kEnd, name - 1) + 1;
  return std::string(key.substr(begin, name - begin));
}

std::string ActivePolicyStem() { return absl::StrCat(kActivePolicies, ":", absl::string_view(&kEnd, 1)); }

std::string SingleHandedAdministratorStem() {
  return absl::StrCat(kSingleHandedAdministrators, ":", absl::string_view(&kEnd, 1));
}

std::string TokenDigestStem(absl::string_view digest) {
  return absl::StrCat(kTokenDigests, ":", absl::BytesToHexString(digest), absl::string_view(&kEnd, 1));
}

std::string IdentityStem(absl::string_view issuer, absl::string_view subject) {
  return absl::StrCat(kIdentities, ":", issuer, absl::string_view(&kEnd, 1), subject,
                      absl::string_view(&kEnd, 1));
}

std::string UnansweredStem() { return absl::StrCat(kUnanswered, ":"); }

std::string UnansweredEnd(int64_t answer_by_seconds) { return AnswerByStem(answer_by_seconds + 1); }

std::string QueuedNoticeStem() { return absl::StrCat(kQueuedNotices, ":"); }

std::string QueuedNoticeEnd(int64_t due_ns) { return DueStem(due_ns + 1); }

int64_t DueOfQueuedNoticeKey(std::string_view key) {
  int64_t due_ns = 0;
  const std::string digits(key.substr(kQueuedNotices.size() + 1, kDueDigits));
  return absl::SimpleAtoi(digits, &due_ns) ? due_ns : 0;
}

std::string SubscriptionOfQueuedNoticeKey(std::string_view key) {
  const size_t begin = QueuedNoticeStem().size() + kDueDigits + 1;
  return std::string(key.substr(begin, key.rfind(kEnd) - begin));
}
std::string NeedTurnStem() { return absl::StrCat(kNeedTurns, ":"); }

std::string NeedTurnEnd(absl::CivilDay day) { return PostDayStem(day + 1); }

std::string NameOfIndexKey(std::string_view key) { return std::string(key.substr(key.rfind(kEnd) + 1)); }

void AddIndexChanges(const ResourceType& type, const Message* before, const Message* after,
                     storage::Change* change) {
  std::vector<std::string> old_keys;
  std::vector<std::string> new_keys;
  if (before != nullptr) old_keys = IndexKeys(type, *before);
  if (after != nullptr) new_keys = IndexKeys(type, *after);
  std::set_difference(old_keys.begin(), old_keys.end(), new_keys.begin(), new_keys.end(),
                      std::back_inserter(change->index_deletes));
  std::set_difference(new_keys.begin(), new_keys.end(), old_keys.begin(), old_keys.end(),
                      std::back_inserter(change->index_puts));
}

}  // namespace ayni::services
