#include "services/explanation/telling.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "services/conflict_view.h"
#include "services/market/engine_day.h"
#include "services/market/policy.h"
#include "services/market/relation_book.h"
#include "services/money_text.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

constexpr int64_t kMetresShownToTap = 1'000;

std::string DistanceText(int64_t metres) {
  if (metres < 1'000) return absl::StrCat(metres, " m");
  return absl::StrFormat("%d.%d km", metres / 1'000, metres % 1'000 / 100);
}

// The part of the need or the offer that the reason is about.
const char* FieldOf(v1::ReasonCode code) {
  switch (code) {
    case v1::REASON_CODE_SERVICE:
      return "service";
    case v1::REASON_CODE_VALUE_CHAIN:
      return "value_chains";
    case v1::REASON_CODE_WINDOW:
      return "window";
    case v1::REASON_CODE_PLACE:
      return "coverage";
    case v1::REASON_CODE_AGREEMENT:
      return "agreement";
    case v1::REASON_CODE_NEED_MATCHED:
      return "matched_quantity";
    case v1::REASON_CODE_OFFER_BOOKED:
      return "booked_quantity";
    case v1::REASON_CODE_CURRENCY:
      return "highest_unit_price.currency";
    case v1::REASON_CODE_PRICE:
      return "highest_unit_price";
    case v1::REASON_CODE_LANGUAGE:
      return "languages";
    case v1::REASON_CODE_CREDENTIAL:
      return "required_credentials";
    case v1::REASON_CODE_CREDENTIAL_BY_LAW:
      return "service.required_credentials";
    case v1::REASON_CODE_EXPERIENCE:
      return "least_experience_months";
    case v1::REASON_CODE_LOT:
    case v1::REASON_CODE_ROOM_UNDER_LOT:
      return "smallest_lot";
    case v1::REASON_CODE_OFFER_FULL:
    case v1::REASON_CODE_TAP_FULL:
      return "capacity";
    case v1::REASON_CODE_BUDGET:
      return "subsidised.budget";
    default:
      return "";
  }
}

// What the policy says of the rule to people, as part of a sentence: in another language than theirs rather
// than by its code.
std::string RuleText(const v1::Conflict& conflict, TextLanguage language) {
  for (const TextLanguage each : {language, TextLanguage::kSpanish, TextLanguage::kEnglish}) {
    const auto text = conflict.texts().find(std::string(CodeOf(each)));
    if (text != conflict.texts().end()) return std::string(absl::StripSuffix(text->second, "."));
  }
  return conflict.reason();
}

std::string ShortId(const std::string& name) { return std::string(LastId(name)); }

}  // namespace

std::string DayText(matcher::Day day) {
  const google::type::Date date = DateOf(day);
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

bool Telling::MaySee(matcher::NeedIndex need) const {
  switch (caller_.role) {
    case v1::ROLE_COOPERATIVE:
      return FirstId(round_.named().NameOf(need)) == FirstId(caller_.party);
    case v1::ROLE_TAP: {
      const std::vector<int64_t> edges = round_.GivenEdgesOf(need);
      return std::any_of(edges.begin(), edges.end(), [&](int64_t edge) {
        const matcher::OfferIndex offer = round_.problem().edge_offer[edge];
        return round_.named().NameOf(round_.market().offer(offer).tap) == caller_.party;
      });
    }
    default:
      return true;
  }
}

std::string Telling::DeclineText(const Decline& decline) const {
  const bool by_cooperative = decline.side == v1::SIDE_COOPERATIVE;
  const v1::Role role = by_cooperative ? v1::ROLE_COOPERATIVE : v1::ROLE_TAP;
  std::string id = v1::ReasonCode_Name(v1::REASON_CODE_DECLINED);
  if (caller_.role == role) {
    id += "/BY_YOU";
  } else if (by_cooperative) {
    id += "/BY_COOPERATIVE";
  }
  return Text(id, {{"date", DayText(DayOfUnixSeconds(decline.time.seconds()))}});
}

v1::LimitState Telling::LimitOf(const EdgeLimit& at) const {
  const matcher::Segment& segment = round_.segments().segments[at.segment.at()];
  const matcher::SegmentController& row = round_.segments().controllers[at.row];
  v1::LimitState state;
  *state.mutable_segment() =
      round_.named().ToRecord(round_.posed().policy_record.limits(at.limit).id(), segment.key);
  state.set_controller(round_.named().NameOf(row.controller));
  state.set_cap(round_.CapOf(at));
  state.set_held_quantity(row.held);
  state.set_given_quantity(round_.amounts().of_controller[at.row]);
  return state;
}

v1::ScoreParts Telling::PartsOf(matcher::NeedIndex need, matcher::OfferIndex offer) const {
  v1::ScoreParts parts =
      ToRecord(matcher::PartsOf(round_.market(), round_.market().need(need), round_.market().offer(offer),
                                round_.posed().policy.score_rule, round_.posed().today));
  if (is_tap() || !MaySee(need)) parts.clear_price();
  return parts;
}

v1::Taker Telling::TakerOf(int64_t edge, matcher::OfferIndex asked) const {
  const matcher::NeedIndex need = round_.NeedOf(edge);
  const matcher::OfferIndex offer = round_.problem().edge_offer[edge];
  const bool own_offer = round_.named().NameOf(round_.market().offer(offer).tap) == caller_.party;
  v1::Taker taker;
  taker.set_quantity(round_.Given(edge));
  if (MaySee(need)) taker.set_need(round_.named().NameOf(need));
  if (offer != asked && (!is_tap() || own_offer)) taker.set_offer(round_.named().NameOf(offer));
  // Another TAP's parts say who it is to whoever knows the places.
  if (is_tap() && !own_offer) return taker;
  *taker.mutable_score_parts() = PartsOf(need, offer);
  if (!is_tap() && MaySee(need)) taker.set_score(round_.problem().edge_weight[edge]);
  return taker;
}

std::string Telling::LanguageNames(absl::Span<const matcher::LanguageIndex> languages,
                                   v1::Reason* record) const {
  for (const matcher::LanguageIndex language : languages) record->add_values(round_.named().NameOf(language));
  return absl::StrJoin(record->values(), ", ");
}

TextValues Telling::LimitValues(const v1::LimitState& limit) const {
  return {{"limit", limit.segment().limit()},
          {"controller", ShortId(limit.controller())},
          {"territory", ShortId(limit.segment().territory())},
          {"cap", absl::StrCat(limit.cap())},
          {"held", absl::StrCat(limit.held_quantity())},
          {"given", absl::StrCat(limit.given_quantity())}};
}

void Telling::FillObstacle(matcher::NeedIndex need_index, matcher::OfferIndex offer_index,
                           const matcher::Obstacle& obstacle, v1::Reason* record) const {
  const matcher::Need need = round_.market().need(need_index);
  const matcher::Offer offer = round_.market().offer(offer_index);
  std::string id = v1::ReasonCode_Name(record->code());
  TextValues values;
  int64_t distance = std::abs(obstacle.distance);
  switch (record->code()) {
    case v1::REASON_CODE_WINDOW:
      if (distance == 0) id += "/OVER";
      values = {{"days", absl::StrCat(distance)}};
      break;
    case v1::REASON_CODE_PLACE:
      if (distance == 0) id += "/UNKNOWN";
      if (is_tap()) distance = (distance + kMetresShownToTap - 1) / kMetresShownToTap * kMetresShownToTap;
      values = {{"distance", DistanceText(distance)}};
      break;
    case v1::REASON_CODE_PRICE:
      if (is_tap()) {
        id += "/TO_TAP";
        distance = 0;
      } else {
        values = {{"amount", MoneyText(round_.named().ToMoney(distance, need.currency))}};
      }
      break;
    case v1::REASON_CODE_LANGUAGE:
      if (is_tap()) id += "/TO_TAP";
      values = {{"languages", LanguageNames(is_tap() ? need.languages : offer.languages, record)}};
      break;
    case v1::REASON_CODE_CREDENTIAL:
    case v1::REASON_CODE_CREDENTIAL_BY_LAW:
      record->add_values(round_.named().NameOf(obstacle.scheme));
      values = {{"scheme", record->values(0)}};
      break;
    case v1::REASON_CODE_EXPERIENCE:
      values = {{"months", absl::StrCat(distance)}};
      break;
    case v1::REASON_CODE_LOT:
      values = {{"units", absl::StrCat(distance)}};
      break;
    default:
      break;
  }
  record->set_distance(distance);
  record->set_text(Text(id, values));
}

absl::Status Telling::Fill(matcher::NeedIndex need, const Fate& fate, const FateReason& reason,
                           v1::Reason* record) const {
  record->set_code(reason.code);
  record->set_field(FieldOf(reason.code));
  for (const int64_t edge : reason.takers) {
    if (record->takers_size() == kTakersMax) break;
    *record->add_takers() = TakerOf(edge, fate.offer);
  }
  if (reason.limit.has_value()) *record->mutable_limit() = LimitOf(*reason.limit);
  if (reason.code == v1::REASON_CODE_BLOCKED) {
    std::vector<std::string> rules;
    for (const v1::Conflict& conflict : reason.conflicts) {
      *record->add_conflicts() = conflict;
      rules.push_back(RuleText(conflict, language_));
    }
    absl::Status status = FillEvidence(*round_.kept().snapshot, record->mutable_conflicts());
    if (!status.ok()) return status;
    ShowConflicts(caller_, record->mutable_conflicts());
    record->set_text(Text("REASON_CODE_BLOCKED", {{"rules", absl::StrJoin(rules, ", ")}}));
    return absl::OkStatus();
  }
  if (reason.decline != nullptr) {
    record->set_text(DeclineText(*reason.decline));
    return absl::OkStatus();
  }
  if (reason.obstacle.reason != matcher::Ineligibility::kNone) {
    FillObstacle(need, fate.offer, reason.obstacle, record);
    return absl::OkStatus();
  }
  if (reason.country_cap.has_value()) {
    record->set_text(Text("REASON_CODE_TAP_FULL/COUNTRY", {{"units", absl::StrCat(*reason.country_cap)}}));
    return absl::OkStatus();
  }
  TextValues values = {
      {"units", absl::StrCat(fate.edge >= 0 ? round_.Given(fate.edge) : 0)},
      {"lot", absl::StrCat(std::max<matcher::Units>(1, round_.market().offer(fate.offer).lot))}};
  for (auto& value : LimitValues(record->limit())) values.push_back(std::move(value));
  std::string id = v1::ReasonCode_Name(reason.code);
  if (IsOfPublicRole(need, fate, reason)) id += "/PUBLIC_ROLE";
  record->set_text(Text(id, values));
  return absl::OkStatus();
}

bool Telling::IsOfPublicRole(matcher::NeedIndex need, const Fate& fate, const FateReason& reason) const {
  const auto comes_first = [&](matcher::OfferIndex offer) {
    return matcher::ComesFirst(round_.market(), round_.market().need(need), round_.market().offer(offer),
                               round_.posed().policy.score_rule, round_.posed().today);
  };
  if (reason.code == v1::REASON_CODE_MATCHED) return comes_first(fate.offer);
  return reason.code == v1::REASON_CODE_OUTBID && !comes_first(fate.offer) &&
         std::any_of(reason.takers.begin(), reason.takers.end(),
                     [&](int64_t edge) { return comes_first(round_.problem().edge_offer[edge]); });
}

void Telling::Fill(matcher::NeedIndex need, const FoundChange& found, v1::SmallestChange* record) const {
  const Change& change = found.change;
  const matcher::CurrencyIndex currency = round_.market().need(need).currency;
  const int64_t value = ValueAfter(round_, need, change);
  record->set_kind(change.kind);
  record->set_amount(change.amount);
  record->set_value(value);
  record->set_language(change.language);
  if (change.offer.present()) record->set_offer(round_.named().NameOf(change.offer));
  if (change.tap.present()) record->set_tap(round_.named().NameOf(change.tap));
  std::vector<std::string> limits;
  std::vector<std::string> controllers;
  for (const EdgeLimit& at : change.limits) {
    *record->add_limits() = LimitOf(at);
    limits.push_back(record->limits().rbegin()->segment().limit());
    const std::string controller = ShortId(record->limits().rbegin()->controller());
    if (std::find(controllers.begin(), controllers.end(), controller) == controllers.end())
      controllers.push_back(controller);
  }
  record->set_check(found.check);
  record->set_quantity(found.brings);
  std::string amount = absl::StrCat(change.amount);
  std::string shown = absl::StrCat(value);
  if (change.kind == v1::CHANGE_KIND_HIGHEST_PRICE) {
    amount = MoneyText(round_.named().ToMoney(change.amount, currency));
    shown = MoneyText(round_.named().ToMoney(value, currency));
  } else if (change.kind == v1::CHANGE_KIND_RADIUS) {
    amount = DistanceText(change.amount);
  } else if (change.kind == v1::CHANGE_KIND_WINDOW_END || change.kind == v1::CHANGE_KIND_WINDOW_START) {
    shown = DayText(static_cast<matcher::Day>(value));
  }
  const TextValues values = {{"amount", amount},
                             {"value", shown},
                             {"language", change.language},
                             {"offer", absl::StrCat(FirstId(record->offer()), "/", LastId(record->offer()))},
                             {"tap", ShortId(record->tap())},
                             {"limit", absl::StrJoin(limits, ", ")},
                             {"controller", absl::StrJoin(controllers, ", ")}};
  record->set_text(
      absl::StrCat(Text(v1::ChangeKind_Name(change.kind), values), " ",
                   Text(v1::ChangeCheck_Name(found.check), {{"units", absl::StrCat(found.brings)}})));
}

}  // namespace ayni::services
