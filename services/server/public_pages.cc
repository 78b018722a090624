#include "services/server/public_pages.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/ledger_service.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "services/page/fairness_page.h"
#include "services/page/fairness_style.h"
#include "services/page/index_page.h"
#include "services/resource/resource_type.h"
#include "services/resource/stored.h"
#include "services/resource/time.h"
#include "services/server/outsider_call.h"
#include "storage/ledger/sha256.h"
#include "storage/ledger/tile.h"

namespace ayni::services {
namespace {

using page::Language;

constexpr int kRoundsShownMax = 1000;

HttpResponse RefusalOf(const absl::Status& status) {
  if (absl::IsNotFound(status)) return Refusal(404, std::string(status.message()));
  if (absl::IsFailedPrecondition(status)) return Refusal(404, std::string(status.message()));
  if (absl::IsResourceExhausted(status) || absl::IsCancelled(status) || absl::IsDeadlineExceeded(status) ||
      absl::IsUnavailable(status))
    return Refusal(503, "busy: try again in a moment");
  // What it is, is the operator's to read, in the log.
  return Refusal(500, "the server failed to answer");
}

HttpResponse Readable(std::string body, std::string type, std::string caching) {
  return {.type = std::move(type),
          .body = std::move(body),
          .headers = {{"Cache-Control", std::move(caching)}, {"Access-Control-Allow-Origin", "*"}}};
}

// Nothing is loaded or run, the page's own style alone is applied, and no other site frames it.
HttpResponse Html(std::string body, int seconds) {
  static const auto* const policy = [] {
    const storage::Sha256Digest digest = storage::Sha256({page::kFairnessStyle});
    const std::string_view bytes = storage::View(digest);
    return new std::string(absl::StrCat("default-src 'none'; style-src 'sha256-",
                                        absl::Base64Escape(absl::string_view(bytes.data(), bytes.size())),
                                        "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
  }();
  return {.type = "text/html; charset=utf-8",
          .body = std::move(body),
          .headers = {{"Cache-Control", absl::StrCat("public, max-age=", seconds)},
                      {"Content-Security-Policy", *policy},
                      {"Referrer-Policy", "no-referrer"}}};
}

// Absent: neither.
std::optional<Language> LanguageOf(const std::string& query) {
  for (const absl::string_view part : absl::StrSplit(query, '&')) {
    if (!absl::StartsWith(part, "language=")) continue;
    if (part == "language=spa") return Language::kSpanish;
    if (part == "language=eng") return Language::kEnglish;
    return std::nullopt;
  }
  return Language::kSpanish;
}

template <typename Record>
std::function<void(absl::StatusOr<std::unique_ptr<Message>>)> On(
    const HttpPort::Answer& answer, std::function<HttpResponse(const Record&)> respond) {
  return [answer, respond = std::move(respond)](const absl::StatusOr<std::unique_ptr<Message>>& reply) {
    answer(reply.ok() ? respond(static_cast<const Record&>(**reply)) : RefusalOf(reply.status()));
  };
}

// Of territories, value chains and services only: a page that everybody reads calls nobody by name.
page::Naming NamingOf(const storage::Reader& reader) {
  return [&reader](const std::string& name) {
    for (const ResourceType* type : {&ResourceType::Of<v1::Territory>(), &ResourceType::Of<v1::ValueChain>(),
                                     &ResourceType::Of<v1::Service>()}) {
      if (!type->MatchesName(name)) continue;
      const auto stored = ReadRecord(reader, *type, name);
      if (!stored.ok() || stored->version == 0) break;
      const auto* field = type->descriptor()->FindFieldByName("display_name");
      return stored->record->GetReflection()->GetString(*stored->record, field);
    }
    return std::string(LastId(name));
  };
}

std::string PageOf(const v1::FairnessReport& report, Language language, const storage::Reader& reader) {
  const std::string path = absl::StrCat("/fairness/", LastId(report.round()), "?language=");
  const std::vector<page::PageLink> links =
      language == Language::kSpanish
          ? std::vector<page::PageLink>{{"/?language=spa", "Todas las rondas"}, {path + "eng", "English"}}
          : std::vector<page::PageLink>{{"/?language=eng", "All rounds"}, {path + "spa", "Castellano"}};
  return FairnessPage(report, language, NamingOf(reader), links);
}

std::vector<page::IndexedRound> NewestFirst(const v1::ListRoundsResponse& listed) {
  std::vector<const v1::Round*> rounds;
  for (const v1::Round& round : listed.rounds()) rounds.push_back(&round);
  std::stable_sort(rounds.begin(), rounds.end(), [](const v1::Round* a, const v1::Round* b) {
    return TimeOf(a->publish_time()) > TimeOf(b->publish_time());
  });
  std::vector<page::IndexedRound> indexed;
  for (const v1::Round* round : rounds) {
    indexed.push_back({std::string(LastId(round->name())),
                       absl::FormatTime("%Y-%m-%d", TimeOf(round->publish_time()), absl::UTCTimeZone())});
  }
  return indexed;
}

}  // namespace

void PublicPages::Answer(const HttpRequest& request, const HttpPort::Answer& answer) {
  const std::string& path = request.path;
  if (path == "/checkpoint") return AnswerCheckpoint(answer);
  if (path == "/key") return AnswerKey(answer);
  if (absl::StartsWith(path, "/tile/")) return AnswerTile(path.substr(1), answer);
  const bool is_fairness = absl::StartsWith(path, "/fairness/");
  if (!is_fairness && path != "/")
    return answer(Refusal(404, "GET /, /fairness/ROUND, /checkpoint, /tile/L/N or /key"));
  const std::optional<Language> language = LanguageOf(request.query);
  if (!language.has_value()) return answer(Refusal(400, "language must be spa or eng"));
  if (!is_fairness) return AnswerIndex(*language, answer);
  AnswerFairness(path.substr(std::string_view("/fairness/").size()), *language, answer);
}

void PublicPages::AnswerIndex(Language language, const HttpPort::Answer& answer) {
  auto list = std::make_unique<v1::ListRoundsRequest>();
  list->set_page_size(kRoundsShownMax);
  list->set_filter("state = STATE_PUBLISHED");
  const auto with_rounds = [this, language, answer](const v1::ListRoundsResponse& listed) {
    CallAsOutsider(
        methods_, "ayni.v1.LedgerService/GetLedgerKey", std::make_unique<v1::GetLedgerKeyRequest>(), clock_(),
        On<v1::LedgerKey>(answer, [language, rounds = NewestFirst(listed)](const v1::LedgerKey& key) {
          return Html(IndexPage({rounds, key.verifier()}, language), 60);
        }));
  };
  CallAsOutsider(methods_, "ayni.v1.RoundService/ListRounds", std::move(list), clock_(),
                 [answer, with_rounds](const absl::StatusOr<std::unique_ptr<Message>>& reply) {
                   if (!reply.ok()) return answer(RefusalOf(reply.status()));
                   with_rounds(static_cast<const v1::ListRoundsResponse&>(**reply));
                 });
}

void PublicPages::AnswerFairness(const std::string& round_id, Language language,
                                 const HttpPort::Answer& answer) {
  const std::string name = absl::StrCat("rounds/", round_id);
  const ResourceType& type = ResourceType::Of<v1::Round>();
  // What is no id is not repeated to the reader.
  if (!type.MatchesName(name)) return answer(Refusal(404, "no such round: / lists those that stand"));
  const auto stored = ReadRecord(store_, type, name);
  if (!stored.ok()) return answer(RefusalOf(stored.status()));
  const auto state = stored->version == 0 ? v1::Round::STATE_UNSPECIFIED
                                          : static_cast<const v1::Round&>(*stored->record).state();
  if (state == v1::Round::STATE_UNDONE)
    return answer(Refusal(410, absl::StrCat("round ", round_id, " was undone, and its report with it")));
  // A draft is hidden until it is published, and so is that it exists.
  if (state != v1::Round::STATE_PUBLISHED)
    return answer(Refusal(404, absl::StrCat("no round ", round_id, ": / lists those that stand")));
  auto request = std::make_unique<v1::GetFairnessReportRequest>();
  request->set_parent(name);
  request->set_view(v1::FAIRNESS_VIEW_PUBLIC);
  CallAsOutsider(methods_, "ayni.v1.AuditService/GetFairnessReport", std::move(request), clock_(),
                 On<v1::FairnessReport>(answer, [this, language](const v1::FairnessReport& report) {
                   return Html(PageOf(report, language, store_), 60);
                 }));
}

void PublicPages::AnswerCheckpoint(const HttpPort::Answer& answer) {
  auto get = std::make_unique<v1::GetCheckpointRequest>();
  get->set_name("checkpoints/latest");
  CallAsOutsider(methods_, "ayni.v1.LedgerService/GetCheckpoint", std::move(get), clock_(),
                 On<v1::Checkpoint>(answer, [](const v1::Checkpoint& checkpoint) {
                   return Readable(checkpoint.note(), "text/plain; charset=utf-8", "no-cache");
                 }));
}

void PublicPages::AnswerKey(const HttpPort::Answer& answer) {
  CallAsOutsider(methods_, "ayni.v1.LedgerService/GetLedgerKey", std::make_unique<v1::GetLedgerKeyRequest>(),
                 clock_(), On<v1::LedgerKey>(answer, [](const v1::LedgerKey& key) {
                   return Readable(key.verifier() + "\n", "text/plain; charset=utf-8",
                                   "public, max-age=3600");
                 }));
}

void PublicPages::AnswerTile(const std::string& path, const HttpPort::Answer& answer) {
  if (absl::StartsWith(path, "tile/entries/"))
    return answer(Refusal(404, "leaves say who did what, and are for auditors: ayni ledger export"));
  const std::optional<storage::Tile> tile = storage::ParseTilePath(path);
  if (!tile.has_value()) return answer(Refusal(404, "a tile is as in /tile/0/x001/067 or /tile/1/000.p/17"));
  auto read = std::make_unique<v1::ReadTileRequest>();
  read->set_level(tile->level);
  read->set_index(static_cast<int64_t>(tile->index));
  read->set_width(static_cast<int32_t>(tile->width));
  const auto respond = On<v1::ReadTileResponse>(answer, [](const v1::ReadTileResponse& response) {
    // Once full, or of a width that is asked for, a tile never changes.
    return Readable(response.tile(), "application/octet-stream", "public, max-age=31536000, immutable");
  });
  CallAsOutsider(methods_, "ayni.v1.LedgerService/ReadTile", std::move(read), clock_(),
                 [answer, respond](absl::StatusOr<std::unique_ptr<Message>> reply) {
                   if (absl::IsInvalidArgument(reply.status()))
                     return answer(Refusal(404, "the ledger has no such tile yet"));
                   respond(std::move(reply));
                 });
}

}  // namespace ayni::services
