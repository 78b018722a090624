#include "services/server/fairness_pages.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "services/page/fairness_page.h"
#include "services/resource/resource_type.h"
#include "services/resource/stored.h"
#include "services/server/outsider_call.h"

namespace ayni::services {
namespace {

using page::Language;

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

}  // namespace

void FairnessPages::Get(const std::string& round, Language language, Done done) {
  absl::StatusOr<std::string> answer;
  {
    const absl::MutexLock lock(&mutex_);
    const auto kept = kept_.find(round);
    if (kept != kept_.end() && clock_() < kept->second.time + kFairnessPageLasts) {
      answer = kept->second.In(language);
    } else if (const auto waiting = waiting_.find(round); waiting != waiting_.end()) {
      waiting->second.push_back({language, std::move(done)});
      return;
    } else if (waiting_.size() >= kFairnessPagesComputedMax) {
      answer = absl::ResourceExhaustedError("other rounds' pages are being computed; try again in a moment");
    } else {
      waiting_[round].push_back({language, std::move(done)});
      done = nullptr;
    }
  }
  if (done != nullptr) return done(std::move(answer));
  Compute(round);
}

void FairnessPages::Compute(const std::string& round) {
  auto request = std::make_unique<v1::GetFairnessReportRequest>();
  request->set_parent(round);
  request->set_view(v1::FAIRNESS_VIEW_PUBLIC);
  CallAsOutsider(methods_, "ayni.v1.AuditService/GetFairnessReport", std::move(request), clock_(),
                 [this, round](absl::StatusOr<std::unique_ptr<Message>> report) {
                   if (!report.ok()) return Keep(round, report.status());
                   Keep(round, Make(round, **report));
                 });
}

FairnessPages::Pages FairnessPages::Make(const std::string& round, const Message& report) const {
  const auto& fairness = static_cast<const v1::FairnessReport&>(report);
  const page::Naming naming = NamingOf(store_);
  const std::string path = absl::StrCat("/fairness/", LastId(round), "?language=");
  return {
      .time = clock_(),
      .english = FairnessPage(fairness, Language::kEnglish, naming,
                              {{"/?language=eng", "All rounds"}, {absl::StrCat(path, "spa"), "Castellano"}}),
      .spanish =
          FairnessPage(fairness, Language::kSpanish, naming,
                       {{"/?language=spa", "Todas las rondas"}, {absl::StrCat(path, "eng"), "English"}})};
}

void FairnessPages::Keep(const std::string& round, const absl::StatusOr<Pages>& pages) {
  std::vector<Waiting> answered;
  {
    const absl::MutexLock lock(&mutex_);
    answered = std::move(waiting_.extract(round).mapped());
    if (pages.ok()) kept_[round] = *pages;
    if (kept_.size() > kFairnessPagesKeptMax) {
      kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
        return a.second.time < b.second.time;
      }));
    }
  }
  for (const Waiting& each : answered) {
    if (pages.ok()) {
      each.done(pages->In(each.language));
    } else {
      each.done(pages.status());
    }
  }
}

}  // namespace ayni::services
