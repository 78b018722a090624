// Where records and their index keys stand in a store.
#ifndef AYNI_SERVICES_RESOURCE_RECORD_KEYS_H_
#define AYNI_SERVICES_RESOURCE_RECORD_KEYS_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "ayni/v1/party.pb.h"
#include "services/resource/resource_type.h"
#include "storage/change.h"

namespace ayni::services {

// The key of the record; with an empty name, what all keys of the type begin with.
std::string RecordKey(const ResourceType& type, absl::string_view name);
std::string NameOfRecordKey(std::string_view key);

// Whether records of the type are indexed by what they refer to with the field, as in coverage.territories.
bool HasReferenceIndex(const ResourceType& type, absl::string_view field);
// What the index keys of all records that refer to `target` with the field begin with; a record's name
// follows.
std::string ReferenceStem(const ResourceType& type, absl::string_view field, absl::string_view target);
// What the index keys of the territory begin with that has the name in another scheme.
std::string AliasStem(absl::string_view name);
// What the index keys of the party begin with that has the identifier.
std::string IdentifierStem(const v1::Identifier& identifier);
// What the index keys begin with of the parties in whose normal names (name_likeness.h) the word stands; and
// of those with that normal name. The normal name follows, NUL, and the party's name.
std::string NameWordStem(absl::string_view word);
std::string NormalNameStem(absl::string_view normal);
// The normal name in such a key.
std::string NormalNameOfKey(std::string_view key);
// What the index keys of active policies begin with.
std::string ActivePolicyStem();
// What the index keys of administrators begin with that one administrator made alone; and of tokens by the
// digest of their secret.
std::string SingleHandedAdministratorStem();
std::string TokenDigestStem(absl::string_view digest);
// The same of identities by the account that they are of.
std::string IdentityStem(absl::string_view issuer, absl::string_view subject);
// What the index keys begin with of matches that wait for an answer until that second or an earlier one: the
// keys from the first of them on, and the first key after them.
std::string UnansweredStem();
std::string UnansweredEnd(int64_t answer_by_seconds);
// What the index keys of queued notices begin with, and the first key after those that are due at that
// moment, in the order of the moments. `subscription` is that of such a key.
std::string QueuedNoticeStem();
std::string QueuedNoticeEnd(int64_t due_ns);
int64_t DueOfQueuedNoticeKey(std::string_view key);
std::string SubscriptionOfQueuedNoticeKey(std::string_view key);
// The same of need templates whose next turn is to be posted on that day or an earlier one.
std::string NeedTurnStem();
std::string NeedTurnEnd(absl::CivilDay day);
std::string NameOfIndexKey(std::string_view key);

// Adds the index keys to put and to delete when `after` takes the place of `before`; either may be null.
void AddIndexChanges(const ResourceType& type, const google::protobuf::Message* before,
                     const google::protobuf::Message* after, storage::Change* change);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_RECORD_KEYS_H_
