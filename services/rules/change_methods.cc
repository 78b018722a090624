#include "services/rules/change_methods.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "ayni/v1/change_service.pb.h"
#include "services/access/authorisation.h"
#include "services/errors.h"
#include "services/invariant.h"
#include "services/resource/form.h"
#include "services/resource/page.h"
#include "services/resource/page_token.h"
#include "services/resource/record_keys.h"
#include "services/resource/request_fields.h"
#include "services/resource/stored.h"
#include "services/rules/resource_methods.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

constexpr char kMethod[] = "ayni.v1.ChangeService/ListChanges";
// Entries of the feed that are read at a time; each may hold a whole import.
constexpr size_t kFeedEntries = 64;

// A kind of record, and who may list it.
struct ListedKind {
  const Kind* kind;
  AccessRule rule;  // of its List method
};

// What the keys of the kind's records begin with, up to the name.
std::string KeyStem(const Kind& kind) { return RecordKey(kind.type, ""); }

// By KeyStem.
std::map<std::string, ListedKind, std::less<>> ListedKinds() {
  std::map<std::string, ListedKind, std::less<>> listed;
  for (const Kind& kind : AllKinds()) {
    std::string plural = kind.type.plural();
    plural[0] = absl::ascii_toupper(plural[0]);
    const std::string ending = absl::StrCat("/List", plural);
    for (const AccessRow& row : AuthorisationTable()) {
      if (!absl::EndsWith(Absl(row.method), ending)) continue;
      absl::StatusOr<AccessRule> rule = AccessRule::Bind(row, MethodOf(std::string(row.method)));
      INVARIANT(rule.ok(), ending);
      listed.insert({KeyStem(kind), {&kind, *std::move(rule)}});
    }
    INVARIANT(listed.count(KeyStem(kind)) == 1, ending);
  }
  return listed;
}

// The next change to look at: the entry of the feed, and which of its changes.
struct Place {
  storage::Sequence sequence = 0;
  size_t change = 0;
};

std::string ToText(const Place& place) { return absl::StrCat(place.sequence, ":", place.change); }

std::optional<Place> ReadPlace(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  Place place;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &place.sequence) ||
      !absl::SimpleAtoi(parts[1], &place.change) || place.sequence == 0) {
    return std::nullopt;
  }
  return place;
}

class Changes {
 public:
  explicit Changes(const storage::Store* store) : store_(*store), listed_(ListedKinds()) {}

  absl::StatusOr<std::unique_ptr<Message>> List(const Call& call,
                                                const v1::ListChangesRequest& request) const;

 private:
  // What a valid request asks for.
  struct Listing {
    std::map<std::string, const Kind*, std::less<>> kinds;  // by KeyStem
    PageTokens change_tokens;
    Page page;
    std::optional<Place> from;
  };

  Listing Read(const Call& call, const v1::ListChangesRequest& request, Violations* violations) const;
  // The change as the caller may see it, into `shown`; nullopt where it is shown nothing, since the record
  // changed again or is not its own.
  absl::StatusOr<std::optional<v1::RecordChange>> Show(const Call& call, const Listing& listing,
                                                       const storage::Snapshot& snapshot,
                                                       storage::Sequence sequence,
                                                       const storage::FeedChange& change) const;

  const storage::Store& store_;
  const std::map<std::string, ListedKind, std::less<>> listed_;
};

Changes::Listing Changes::Read(const Call& call, const v1::ListChangesRequest& request,
                               Violations* violations) const {
  std::map<std::string, std::pair<std::string, const Kind*>> may_list;  // by type
  for (const auto& [stem, listed] : listed_) {
    if (listed.rule.ScopeOf(call.caller.role) == Scope::kNone) continue;
    may_list.insert({listed.kind->type.type(), {stem, listed.kind}});
  }
  std::map<std::string, const Kind*, std::less<>> kinds;
  const FieldPath root;
  for (int i = 0; i < request.types_size(); ++i) {
    const auto found = may_list.find(request.types(i));
    if (found == may_list.end()) {
      const std::string known =
          absl::StrJoin(may_list, ", ", [](std::string* out, const auto& type) { *out += type.first; });
      violations->Add(root.Element("types", i),
                      absl::StrCat("must be one of ", known, ", is ", Quoted(request.types(i))));
    } else if (!kinds.insert(found->second).second) {
      violations->Add(root.Element("types", i), absl::StrCat("stands twice: ", request.types(i)));
    }
  }
  if (request.types_size() == 0) {
    for (const auto& [type, listed] : may_list) kinds.insert(listed);
  }
  const std::string list = absl::StrCat(
      kMethod, "\n", v1::Role_Name(call.caller.role), "\n", call.caller.principal, "\n", call.caller.party,
      "\n", absl::StrJoin(kinds, " ", [](std::string* out, const auto& kind) { *out += kind.first; }));
  PageTokens change_tokens(store_.secret(), list + "\nchange");
  Page page(store_.secret(), request.page_size(), request.page_token(),
            absl::StrCat(list, "\n", request.change_token()), {}, violations);
  std::optional<Place> from;
  if (!request.change_token().empty()) {
    const absl::optional<std::string> text = change_tokens.Read(request.change_token());
    if (text.has_value()) from = ReadPlace(*text);
    if (!from.has_value()) {
      violations->Add(root / "change_token",
                      "is not the next_change_token of a reading of the same types by the same caller: begin "
                      "again without it, and list what is to be kept");
    }
  }
  if (!page.after().empty()) {
    from = ReadPlace(page.after());
    if (!from.has_value()) Page::AddWrongToken(violations);
  }
  return {std::move(kinds), std::move(change_tokens), std::move(page), from};
}

absl::StatusOr<std::optional<v1::RecordChange>> Changes::Show(const Call& call, const Listing& listing,
                                                              const storage::Snapshot& snapshot,
                                                              storage::Sequence sequence,
                                                              const storage::FeedChange& change) const {
  const auto found = listing.kinds.find(change.key.substr(0, change.key.find(':') + 1));
  if (found == listing.kinds.end()) return std::nullopt;
  const Kind& kind = *found->second;
  const std::string name = NameOfRecordKey(change.key);
  const Scope scope = listed_.at(found->first).rule.ScopeOf(call.caller.role);
  if (scope == Scope::kOwnName && !OwnsName(call.caller, name)) return std::nullopt;
  v1::RecordChange shown;
  shown.set_name(name);
  // Told also of what was made again since: that may be somebody else's, of which nothing is told.
  if (change.deleted) {
    shown.set_deleted(true);
    return shown;
  }
  absl::StatusOr<StoredRecord> stored = ReadRecord(snapshot, kind.type, name);
  if (!stored.ok()) return stored.status();
  // What changed again comes in its turn.
  if (stored->version != sequence) return std::nullopt;
  if (scope == Scope::kOwnRecord && !OwnsRecord(call.caller, *stored->record)) return std::nullopt;
  FillEtag(kind.type, stored->version, stored->record.get());
  kind.rules.show(call.caller, stored->record.get());
  shown.mutable_record()->PackFrom(*stored->record);
  return shown;
}

absl::StatusOr<std::unique_ptr<Message>> Changes::List(const Call& call,
                                                       const v1::ListChangesRequest& request) const {
  Violations violations;
  const Listing listing = Read(call, request, &violations);
  if (!violations.empty()) return violations.ToStatus();
  absl::StatusOr<std::unique_ptr<storage::Snapshot>> snapshot = store_.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const storage::Sequence last = (*snapshot)->sequence();
  if (listing.from.has_value() && listing.from->sequence > last + 1) {
    violations.Add(
        FieldPath() / "change_token",
        "is of a later state than this market has, which was set back to a copy: begin again without "
        "it, and list what is to be kept");
    return violations.ToStatus();
  }
  auto response = std::make_unique<v1::ListChangesResponse>();
  Place place = listing.from.value_or(Place{last + 1, 0});
  const auto end_page = [&] {
    response->set_next_page_token(listing.page.TokenAfter(ToText(place)));
    return std::move(response);
  };
  int looked_at = 0;
  size_t bytes = 0;
  while (place.sequence <= last) {
    absl::StatusOr<std::vector<storage::FeedEntry>> entries = store_.Feed(place.sequence - 1, kFeedEntries);
    if (!entries.ok()) return entries.status();
    INVARIANT(!entries->empty(), "the feed has an entry for every commit");
    for (const storage::FeedEntry& entry : *entries) {
      if (entry.sequence > last) break;
      if (++looked_at > kPageRecordsMax) return end_page();
      for (; place.change < entry.changes.size(); ++place.change) {
        if (++looked_at > kPageRecordsMax) return end_page();
        absl::StatusOr<std::optional<v1::RecordChange>> shown =
            Show(call, listing, **snapshot, entry.sequence, entry.changes[place.change]);
        if (!shown.ok()) return shown.status();
        if (!shown->has_value()) continue;
        bytes += (*shown)->ByteSizeLong();
        const int size = response->changes_size();
        if (size == listing.page.size() || (bytes > kPageBytesMax && size > 0)) return end_page();
        *response->add_changes() = **std::move(shown);
      }
      place = {entry.sequence + 1, 0};
    }
  }
  response->set_next_change_token(listing.change_tokens.After(ToText(place)));
  return response;
}

}  // namespace

void AddChangeMethods(const storage::Store* store, MethodTable* table) {
  auto changes = std::make_shared<const Changes>(store);
  table->Add(kMethod, [changes](const std::shared_ptr<const Call>& call,
                                const std::shared_ptr<const Requests>& requests, const Reply& reply) {
    reply(changes->List(*call, static_cast<const v1::ListChangesRequest&>(*requests->front())));
  });
}

}  // namespace ayni::services
