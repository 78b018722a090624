#include "services/cli/need_why.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
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

using services::TextLanguage;

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

// The language that was asked for, which the server has looked at.
TextLanguage LanguageOf(const Invocation& invocation) {
  return services::ParseTextLanguage(invocation.arguments.Value("language")).value_or(TextLanguage::kSpanish);
}

std::string Heading(TextLanguage language, const char* id, const services::TextValues& values = {}) {
  return services::HeadingText(language, absl::StrCat("HEADING_", id), values);
}

std::vector<std::string> Titles(TextLanguage language, const char* id) {
  return absl::StrSplit(Heading(language, id), '|');
}

std::vector<std::string> PartsRow(const std::string& what, const v1::ScoreParts& parts) {
  std::vector<std::string> row = {what};
  for (const int32_t part :
       {parts.fit(), parts.distance(), parts.price(), parts.expected_success(), parts.language(),
        parts.waiting_time(), parts.wishes(), parts.urgency(), parts.training(), parts.origin()})
    row.push_back(absl::StrCat(part));
  return row;
}

// Takes out the parts of which nobody has anything: they tell nothing, and the rest has to fit into a line.
void DropEmptyParts(std::vector<std::string>* titles, std::vector<std::vector<std::string>>* rows) {
  for (size_t part = titles->size() - 1; part > 0; --part) {
    const bool is_empty =
        std::all_of(rows->begin(), rows->end(), [&](const auto& row) { return row[part] == "0"; });
    if (!is_empty) continue;
    titles->erase(titles->begin() + static_cast<ptrdiff_t>(part));
    for (auto& row : *rows) row.erase(row.begin() + static_cast<ptrdiff_t>(part));
  }
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
std::string PartsText(const v1::CandidateFate& fate, const v1::Reason& reason, TextLanguage language,
                      int width) {
  std::vector<std::vector<std::string>> rows = {
      PartsRow(Heading(language, "THIS_OFFER"), fate.score_parts())};
  for (const v1::Taker& taker : reason.takers()) {
    std::string who = Short<v1::Offer>(taker.offer());
    if (who.empty())
      who = taker.need().empty() ? Heading(language, "ANOTHER_NEED") : Short<v1::Need>(taker.need());
    if (taker.has_score_parts())
      rows.push_back(
          PartsRow(Heading(language, "TAKEN", {{"units", absl::StrCat(taker.quantity())}, {"who", who}}),
                   taker.score_parts()));
  }
  if (rows.size() == 1) return "";
  std::vector<std::string> titles = Titles(language, "PARTS");
  DropEmptyParts(&titles, &rows);
  std::vector<TableColumn> columns;
  for (const std::string& title : titles) columns.push_back({title, !columns.empty()});
  return Indented(TableText(columns, rows, {width - kReasonIndent, false}));
}

std::string EvidenceText(const v1::Conflict& conflict, TextLanguage language, int width) {
  std::string text;
  for (const v1::ConflictEdge& edge : conflict.path()) {
    text += Wrapped(services::ReasonText(language, v1::RelationType_Name(edge.type()),
                                         {{"subject", Short<v1::Party>(edge.subject())},
                                          {"object", Short<v1::Party>(edge.object())}}),
                    2 * kReasonIndent, width);
  }
  return text;
}

std::string FateText(const v1::CandidateFate& fate, TextLanguage language, int width) {
  std::string text =
      absl::StrCat(fate.rank() > 0 ? absl::StrCat(fate.rank(), ". ") : "- ", Short<v1::Offer>(fate.offer()),
                   ", ", services::MoneyText(fate.unit_price()), DistanceText(fate), "\n");
  if (fate.rank() > 0) {
    int64_t prices = 0;
    for (const v1::Price& price : fate.prices()) prices += price.price();
    text += Wrapped(Heading(language, "SCORE",
                            {{"score", absl::StrCat(fate.score())},
                             {"prices", Points(prices)},
                             {"net", Points(fate.reduced_value())},
                             {"given", absl::StrCat(fate.matched_quantity())},
                             {"bound", absl::StrCat(fate.bound())}}),
                    kReasonIndent, width);
  }
  bool has_parts = false;
  for (const v1::Reason& reason : fate.reasons()) {
    text += Wrapped(reason.text(), kReasonIndent, width);
    for (const v1::Conflict& conflict : reason.conflicts()) text += EvidenceText(conflict, language, width);
    if (has_parts || fate.rank() == 0) continue;
    const std::string parts = PartsText(fate, reason, language, width);
    has_parts = !parts.empty();
    text += parts;
  }
  return text;
}

}  // namespace

std::string NeedWhyText(const v1::ExplainNeedResponse& answer, TextLanguage language, int width) {
  // With the mark of what is for review, which the other headings then need not bear.
  std::string text = Wrapped(services::ReasonText(language, "HEADING_NEED",
                                                  {{"need", Short<v1::Need>(answer.need())},
                                                   {"round", Short<v1::Round>(answer.round())}}),
                             0, width);
  text += Wrapped(answer.text(), 0, width);
  if (answer.changes_size() > 0) absl::StrAppend(&text, "\n", Heading(language, "CHANGES"), "\n");
  for (const v1::SmallestChange& change : answer.changes())
    text += Wrapped(absl::StrCat("- ", change.text()), 2, width);
  const auto add = [&](const char* heading, const auto& fates, int count) {
    if (fates.empty()) return;
    absl::StrAppend(
        &text, "\n",
        Heading(language, heading, {{"shown", absl::StrCat(fates.size())}, {"all", absl::StrCat(count)}}),
        "\n");
    for (const v1::CandidateFate& fate : fates) text += FateText(fate, language, width);
  };
  add("CANDIDATES", answer.candidates(), answer.candidate_count());
  add("OTHERS", answer.others(), answer.other_count());
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
  environment.out << NeedWhyText(answer, LanguageOf(invocation), width);
  return kDone;
}

absl::StatusOr<ExitCode> RunPartyWhy(const Invocation& invocation) {
  const TextLanguage language = LanguageOf(invocation);
  const std::vector<std::string> yes_or_no = Titles(language, "YES_OR_NO");
  return RunListInWords(invocation, {Titles(language, "PASSED_OVER"), yes_or_no[0], yes_or_no[1]});
}

}  // namespace ayni::cli
