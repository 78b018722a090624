#include "services/round/pseudonyms.h"

#include "absl/strings/str_cat.h"
#include "services/bundle/pseudonym_text.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

constexpr size_t kPseudonymBytes = 8;

const char* KindOf(std::string_view name) {
  if (name.find("/needs/") != std::string_view::npos) return "need";
  return name.find("/offers/") != std::string_view::npos ? "offer" : "party";
}

}  // namespace

Pseudonyms::Pseudonyms(std::string_view secret, const v1::Round& round)
    : key_(storage::View(storage::HmacSha256(secret, {"ayni pseudonym v2\n", absl::StrCat(round.seed())}))) {}

int64_t Pseudonyms::NumberOf(std::string_view name) const {
  const storage::Sha256Digest digest = storage::HmacSha256(key_, {name});
  uint64_t bits = 0;
  for (size_t byte = 0; byte < kPseudonymBytes; ++byte) bits = bits << 8 | digest[byte];
  return static_cast<int64_t>(bits);
}

std::string Pseudonyms::TextOf(const std::string& name) const {
  return name.empty() ? "" : PseudonymText(KindOf(name), NumberOf(name));
}

void Pseudonyms::Hide(v1::Round* round) const {
  if (!round->summary().has_smallest_share()) return;
  v1::SmallestShare* smallest = round->mutable_summary()->mutable_smallest_share();
  smallest->set_cooperative(TextOf(smallest->cooperative()));
  smallest->set_need(TextOf(smallest->need()));
}

void Pseudonyms::Hide(v1::SegmentReport* report) const {
  report->set_largest_requester(TextOf(report->largest_requester()));
  for (v1::ControllerShare& share : *report->mutable_shares())
    share.set_controller(TextOf(share.controller()));
}

void Pseudonyms::Hide(v1::Cell* cell) const { cell->set_controller(TextOf(cell->controller())); }

}  // namespace ayni::services
