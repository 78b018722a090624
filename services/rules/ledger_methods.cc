#include "services/rules/ledger_methods.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ayni/v1/ledger_service.pb.h"
#include "services/errors.h"
#include "services/resource/filter.h"
#include "services/resource/form.h"
#include "services/resource/page.h"
#include "services/resource/standard_methods.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

constexpr size_t kIndexDigits = 12;
// Leaves that are read at once while a page is filled.
constexpr size_t kBatchLeaves = 1000;

const ResourceType& Type() { return ResourceType::Of<v1::LedgerEntry>(); }

// Members see who asked for what, and how, of their own events only; and nothing of principals and tokens,
// whom they can't read.
void Show(const Caller& caller, v1::LedgerEntry* entry) {
  v1::LedgerEvent* event = entry->mutable_event();
  if (!IsMember(caller.role) || (!event->actor().empty() && event->actor() == caller.principal)) return;
  entry->clear_leaf();
  event->clear_actor();
  event->clear_request_id();
  event->clear_blind();
  if (!absl::StartsWith(event->resource(), "principals/")) return;
  event->clear_resource();
  event->clear_method();
  event->clear_before_digest();
  event->clear_after_digest();
}

// As the caller may see it, so that no filter tells what is hidden.
absl::StatusOr<v1::LedgerEntry> ToEntry(uint64_t index, const storage::Leaf& leaf, const Caller& caller) {
  v1::LedgerEntry entry;
  entry.set_name(LedgerEntryName(index));
  entry.set_index(static_cast<int64_t>(index));
  entry.set_leaf(leaf.bytes);
  entry.set_leaf_hash(leaf.hash.data(), leaf.hash.size());
  if (!entry.mutable_event()->ParseFromString(leaf.bytes)) {
    return absl::DataLossError(absl::StrCat(entry.name(), " is no ledger event"));
  }
  Show(caller, &entry);
  return entry;
}

absl::StatusOr<std::unique_ptr<Message>> Get(const storage::Store& store, const Caller& caller,
                                             const v1::GetLedgerEntryRequest& request) {
  uint64_t index = 0;
  if (!LedgerEntryIndex(request.name(), &index)) {
    Violations violations;
    violations.Add(FieldPath() / "name",
                   absl::StrCat("must be as in ", LedgerEntryName(42), ", is ", Quoted(request.name())));
    return violations.ToStatus();
  }
  if (index >= store.leaf_count()) return ResourceNotFound(Type().type(), request.name());
  absl::StatusOr<std::vector<storage::Leaf>> leaves = store.ReadLeaves(index, 1);
  if (!leaves.ok()) return leaves.status();
  if (leaves->empty()) return ResourceNotFound(Type().type(), request.name());
  absl::StatusOr<v1::LedgerEntry> entry = ToEntry(index, leaves->front(), caller);
  if (!entry.ok()) return entry.status();
  return std::make_unique<v1::LedgerEntry>(*std::move(entry));
}

// What a valid request asks for. The page's places are the names of entries.
struct Listing {
  Filter filter;
  Page page;
  uint64_t first = 0;
};

Listing ReadListing(const storage::Store& store, const v1::ListLedgerEntriesRequest& request,
                    Violations* violations) {
  static const auto* const fields = [] {
    auto* made = new std::vector<FilterField>;
    for (const char* path : LedgerEntryRules().filter_fields) {
      made->emplace_back(v1::LedgerEntry::descriptor(), path);
    }
    return made;
  }();
  const auto as_it_is = [](const ResourceType&, const std::string& name) { return name; };
  Listing listing{Filter::Parse(request.filter(), *fields, as_it_is, FieldPath() / "filter", violations),
                  Page(store.secret(), request.page_size(), request.page_token(),
                       absl::StrCat("ListLedgerEntries\n", request.filter()), {}, violations)};
  const std::string& after = listing.page.after();
  if (after.empty()) return listing;
  if (LedgerEntryIndex(after, &listing.first)) {
    ++listing.first;
  } else {
    Page::AddWrongToken(violations);
  }
  return listing;
}

absl::StatusOr<std::unique_ptr<Message>> List(const storage::Store& store, const Caller& caller,
                                              const v1::ListLedgerEntriesRequest& request) {
  Violations violations;
  const Listing listing = ReadListing(store, request, &violations);
  if (!violations.empty()) return violations.ToStatus();
  auto response = std::make_unique<v1::ListLedgerEntriesResponse>();
  const uint64_t count = store.leaf_count();
  uint64_t next = listing.first;
  const uint64_t end = std::min(count, listing.first + kPageRecordsMax);
  bool is_full = false;
  while (next < end && !is_full) {
    const size_t wanted = std::min<size_t>(
        listing.filter.comparisons().empty() ? listing.page.size() : kBatchLeaves, end - next);
    absl::StatusOr<std::vector<storage::Leaf>> leaves = store.ReadLeaves(next, wanted);
    if (!leaves.ok()) return leaves.status();
    if (leaves->empty()) break;
    for (const storage::Leaf& leaf : *leaves) {
      absl::StatusOr<v1::LedgerEntry> entry = ToEntry(next, leaf, caller);
      if (!entry.ok()) return entry.status();
      if (listing.filter.Matches(*entry)) {
        is_full = response->ledger_entries_size() == listing.page.size();
        if (is_full) break;
        *response->add_ledger_entries() = *std::move(entry);
      }
      ++next;
    }
  }
  if (next < count) response->set_next_page_token(listing.page.TokenAfter(LedgerEntryName(next - 1)));
  return response;
}

}  // namespace

bool LedgerEntryIndex(absl::string_view name, uint64_t* index) {
  const absl::string_view id = LastId(name);
  return Type().MatchesName(name) && id.size() <= kIndexDigits &&
         std::all_of(id.begin(), id.end(), absl::ascii_isdigit) && absl::SimpleAtoi(id, index);
}

std::string LedgerEntryName(uint64_t index) { return absl::StrFormat("ledgerEntries/%012d", index); }

void AddLedgerMethods(storage::Store* store, MethodTable* table) {
  table->Add("ayni.v1.LedgerService/GetLedgerEntry", [store](const std::shared_ptr<const Call>& call,
                                                             const std::shared_ptr<const Requests>& requests,
                                                             const Reply& reply) {
    reply(Get(*store, call->caller, static_cast<const v1::GetLedgerEntryRequest&>(*requests->front())));
  });
  table->Add("ayni.v1.LedgerService/ListLedgerEntries",
             [store](const std::shared_ptr<const Call>& call, const std::shared_ptr<const Requests>& requests,
                     const Reply& reply) {
               reply(List(*store, call->caller,
                          static_cast<const v1::ListLedgerEntriesRequest&>(*requests->front())));
             });
}

}  // namespace ayni::services
