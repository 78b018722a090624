#include "services/round/audit_methods.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/errors.h"
#include "services/resource/check_name.h"
#include "services/resource/field_path.h"
#include "services/resource/page.h"
#include "services/resource/standard_methods.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"
#include "services/round/price_chunks.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

constexpr PageSizes kPricePageSizes{.preset = 1'000, .max = 10'000};

// What a valid request asks for. The page's places are the numbers of the prices after it.
struct Listing {
  Page page;
  int64_t first = 0;  // number of the price with which it begins
};

absl::StatusOr<Listing> ReadListing(const storage::Store& store, const Call& call,
                                    const v1::ListPricesRequest& request) {
  Violations violations;
  CheckName(ResourceType::Of<v1::Round>(), request.parent(), FieldPath() / "parent", &violations);
  const std::string list = absl::StrCat(call.method, "\n", request.parent());
  Listing listing{
      Page(store.secret(), request.page_size(), request.page_token(), list, kPricePageSizes, &violations)};
  const std::string& after = listing.page.after();
  if (!after.empty() && (!absl::SimpleAtoi(after, &listing.first) || listing.first < 0)) {
    Page::AddWrongToken(&violations);
  }
  if (!violations.empty()) return violations.ToStatus();
  return listing;
}

// Prices with names beside the same prices in the round's bundle would tell whose pseudonyms are whose; and
// with those of its need and cooperative a match's score is known, and from that the highest price that the
// need can pay (see ShowMatch).
bool IsShown(const Caller& caller, const v1::Price& price) {
  if (caller.role == v1::ROLE_ADMINISTRATOR || caller.role == v1::ROLE_AUDITOR) return true;
  const absl::string_view own = LastId(caller.party);
  return !own.empty() &&
         (FirstId(price.need()) == own || FirstId(price.offer()) == own || price.tap() == caller.party ||
          price.cooperative() == caller.party || price.cell().controller() == caller.party);
}

absl::StatusOr<std::unique_ptr<Message>> ListPrices(const storage::Store& store, const Call& call,
                                                    const v1::ListPricesRequest& request) {
  const auto listing = ReadListing(store, call, request);
  if (!listing.ok()) return listing.status();
  const Page& page = listing->page;
  auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto round = ReadRecord(**snapshot, ResourceType::Of<v1::Round>(), request.parent());
  if (!round.ok()) return round.status();
  if (round->version == 0) return ResourceNotFound("ayni.v1/Round", request.parent());
  auto prices = ReadPrices(**snapshot, request.parent(), listing->first, page.size() + 1);
  if (!prices.ok()) return prices.status();
  auto response = std::make_unique<v1::ListPricesResponse>();
  const bool has_more = static_cast<int>(prices->size()) > page.size();
  if (has_more) {
    prices->pop_back();
    response->set_next_page_token(page.TokenAfter(absl::StrCat(listing->first + page.size())));
  }
  for (v1::Price& price : *prices) {
    if (IsShown(call.caller, price)) *response->add_prices() = std::move(price);
  }
  return response;
}

}  // namespace

void AddAuditMethods(storage::Store* store, IdSource new_id, MethodTable* table) {
  const std::string service = "ayni.v1.AuditService";
  const auto foundation =
      std::make_shared<const Foundation>(Foundation{.store = store, .new_id = std::move(new_id)});
  AddGet(foundation, KindOf<v1::SegmentReport>(), service, table);
  AddList(foundation, KindOf<v1::SegmentReport>(), service, table);
  table->Add(
      service + "/ListPrices", [store](const std::shared_ptr<const Call>& call,
                                       const std::shared_ptr<const Requests>& requests, const Reply& reply) {
        reply(ListPrices(*store, *call, static_cast<const v1::ListPricesRequest&>(*requests->front())));
      });
}

}  // namespace ayni::services
