#include "services/cli/need_why.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/round.pb.h"
#include "matcher/solution.h"
#include "services/cli/api.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/resource_name.h"
#include "services/cli/table.h"
#include "services/cli/wrap.h"
#include "services/money_text.h"

namespace ayni::cli {
namespace {

constexpr int kWidthDefault = 80;
constexpr int kWidthLeast = 40;
constexpr int kReasonIndent = 4;

template <typename Record>
std::string Short(const std::string& name) {
  return name.empty() ? "" : ShortName(*Api::Get().FindResource(Record::descriptor()), name);
}

// Of the fixed point of prices: points of score.
std::string Points(int64_t price) {
  const int64_t tenths = price * 10 / matcher::kPriceScale;
  return absl::StrFormat("%s%d.%d", tenths < 0 ? "-" : "", std::abs(tenths) / 10, std::abs(tenths) % 10);
}

std::string DistanceText(const v1::CandidateFate& fate) {
  return fate.has_distance_m() ? absl::StrFormat(", %.1f km", fate.distance_m() / 1'000.0) : "";
}

std::vector<std::string> PartsRow(const std::string& what, const v1::ScoreParts& parts) {
  std::vector<std::string> row = {what};
  for (const int32_t part : {parts.fit(), parts.distance(), parts.price(), parts.expected_success(),
                             parts.language(), parts.waiting_time(), parts.wishes(), parts.urgency()})
    row.push_back(absl::StrCat(part));
  return row;
}

std::string Indented(const std::string& text) {
  std::string indented(kReasonIndent, ' ');
  for (const char each : text) {
    indented += each;
    if (each == '\n') indented.append(kReasonIndent, ' ');
  }
  indented.resize(indented.find_last_not_of(' ') + 1);
  return indented;
}

// The parts of this candidate's score beside those of whoever was given what it lacked.
std::string PartsText(const v1::CandidateFate& fate, const v1::Reason& reason, int width) {
  std::vector<std::vector<std::string>> rows = {PartsRow("this offer", fate.score_parts())};
  for (const v1::Taker& taker : reason.takers()) {
    std::string who = Short<v1::Offer>(taker.offer());
    if (who.empty()) who = taker.need().empty() ? "another need" : Short<v1::Need>(taker.need());
    if (taker.has_score_parts())
      rows.push_back(PartsRow(absl::StrCat(taker.quantity(), " to ", who), taker.score_parts()));
  }
  if (rows.size() == 1) return "";
  return Indented(TableText({{"score parts"},
                             {"fit", true},
                             {"dist", true},
                             {"price", true},
                             {"succ", true},
                             {"lang", true},
                             {"wait", true},
                             {"wish", true},
                             {"urg", true}},
                            rows, {width - kReasonIndent, false}));
}

std::string FateText(const v1::CandidateFate& fate, int width) {
  std::string text =
      absl::StrCat(fate.rank() > 0 ? absl::StrCat(fate.rank(), ". ") : "- ", Short<v1::Offer>(fate.offer()),
                   ", ", services::MoneyText(fate.unit_price()), DistanceText(fate), "\n");
  if (fate.rank() > 0) {
    int64_t prices = 0;
    for (const v1::Price& price : fate.prices()) prices += price.price();
    text += Wrapped(
        absl::StrCat("score ", fate.score(), ", prices ", Points(prices), ", net ",
                     Points(fate.reduced_value()), "; given ", fate.matched_quantity(), " of ", fate.bound()),
        kReasonIndent, width);
  }
  bool has_parts = false;
  for (const v1::Reason& reason : fate.reasons()) {
    text += Wrapped(absl::StrCat(v1::ReasonCode_Name(reason.code()).substr(12), ": ", reason.text()),
                    kReasonIndent, width);
    for (const v1::Conflict& conflict : reason.conflicts()) {
      for (const v1::ConflictEdge& edge : conflict.path()) {
        text +=
            Wrapped(absl::StrCat(Short<v1::Party>(edge.subject()), " ", v1::RelationType_Name(edge.type()),
                                 " ", Short<v1::Party>(edge.object())),
                    2 * kReasonIndent, width);
      }
    }
    if (has_parts || fate.rank() == 0) continue;
    const std::string parts = PartsText(fate, reason, width);
    has_parts = !parts.empty();
    text += parts;
  }
  return text;
}

}  // namespace

std::string NeedWhyText(const v1::ExplainNeedResponse& answer, int width) {
  std::string text =
      absl::StrCat(Short<v1::Need>(answer.need()), " in round ", Short<v1::Round>(answer.round()), ": ",
                   v1::NeedFate_Name(answer.fate()).substr(10), "\n");
  text += Wrapped(answer.text(), 0, width);
  if (answer.changes_size() > 0) text += "\nWhat would have changed it\n";
  for (const v1::SmallestChange& change : answer.changes())
    text += Wrapped(absl::StrCat("- ", change.text()), 2, width);
  if (answer.candidates_size() > 0) {
    absl::StrAppend(&text, "\nCandidates (", answer.candidates_size(), " of ", answer.candidate_count(),
                    ")\n");
  }
  for (const v1::CandidateFate& fate : answer.candidates()) text += FateText(fate, width);
  if (answer.others_size() > 0) {
    absl::StrAppend(&text, "\nOffers that are no candidates (", answer.others_size(), " of ",
                    answer.other_count(), ")\n");
  }
  for (const v1::CandidateFate& fate : answer.others()) text += FateText(fate, width);
  return text;
}

absl::StatusOr<ExitCode> RunNeedWhy(const Invocation& invocation) {
  const auto form = ReadOutputForm(invocation.arguments);
  if (!form.ok()) return form.status();
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const auto request = BuildRequest(invocation, connection->get());
  if (!request.ok()) return request.status();
  v1::ExplainNeedResponse answer;
  const absl::Status called = (*connection)->Call(*invocation.command.method, request->get(), &answer);
  if (!called.ok()) return called;
  Environment& environment = invocation.environment;
  if (*form != OutputForm::kTable) {
    const absl::Status printed = PrintMessage(answer, invocation.arguments, &environment);
    if (!printed.ok()) return printed;
    return kDone;
  }
  const int width = environment.out_width > 0 ? std::max(environment.out_width, kWidthLeast) : kWidthDefault;
  environment.out << NeedWhyText(answer, width);
  return kDone;
}

}  // namespace ayni::cli
