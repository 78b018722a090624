#include "services/round/audit_methods.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/errors.h"
#include "services/resource/field_path.h"
#include "services/resource/form.h"
#include "services/resource/page_token.h"
#include "services/resource/standard_methods.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"
#include "services/round/price_chunks.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

constexpr int kPricePageDefault = 1'000;
constexpr int kPricePageMax = 10'000;

struct Page {
  int size = kPricePageDefault;
  int64_t first = 0;  // number of the price with which it begins
  PageTokens tokens{""};
};

absl::StatusOr<Page> ReadPage(const Call& call, const v1::ListPricesRequest& request) {
  const FieldPath root;
  Violations violations;
  Page page;
  const ResourceType& type = ResourceType::Of<v1::Round>();
  if (!type.MatchesName(request.parent())) {
    violations.Add(root / "parent",
                   absl::StrCat("must be ", type.pattern(), ", is ", Quoted(request.parent())));
  }
  if (request.page_size() < 0) {
    violations.Add(root / "page_size", absl::StrCat("must not be negative, is ", request.page_size()));
  }
  if (request.page_size() > 0) page.size = std::min(request.page_size(), kPricePageMax);
  page.tokens = PageTokens(absl::StrCat(call.method, "\n", request.parent()));
  if (!request.page_token().empty()) {
    const auto after = page.tokens.Read(request.page_token());
    if (!after.has_value() || !absl::SimpleAtoi(*after, &page.first) || page.first < 0) {
      violations.Add(root / "page_token",
                     "is not the next_page_token of a page with the same parent; begin again without it");
    }
  }
  if (!violations.empty()) return violations.ToStatus();
  return page;
}

absl::StatusOr<std::unique_ptr<Message>> ListPrices(const storage::Store& store, const Call& call,
                                                    const v1::ListPricesRequest& request) {
  const auto page = ReadPage(call, request);
  if (!page.ok()) return page.status();
  auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto round = ReadRecord(**snapshot, ResourceType::Of<v1::Round>(), request.parent());
  if (!round.ok()) return round.status();
  if (round->version == 0) return ResourceNotFound("ayni.v1/Round", request.parent());
  auto prices = ReadPrices(**snapshot, request.parent(), page->first, page->size + 1);
  if (!prices.ok()) return prices.status();
  auto response = std::make_unique<v1::ListPricesResponse>();
  const bool has_more = static_cast<int>(prices->size()) > page->size;
  if (has_more) {
    prices->pop_back();
    response->set_next_page_token(page->tokens.After(absl::StrCat(page->first + page->size)));
  }
  for (v1::Price& price : *prices) *response->add_prices() = std::move(price);
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
