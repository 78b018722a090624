#include "services/explanation/explanations.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "services/errors.h"
#include "services/explanation/explain_need.h"
#include "services/explanation/explain_tap.h"
#include "services/explanation/limit_values.h"
#include "services/reason_texts.h"
#include "services/resource/check_name.h"
#include "services/resource/field_path.h"
#include "services/resource/form.h"
#include "services/resource/page.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"
#include "services/round/round_request.h"

namespace ayni::services {
namespace {

template <typename Record>
void CheckName(const std::string& name, const char* field, Violations* violations) {
  services::CheckName(ResourceType::Of<Record>(), name, FieldPath() / field, violations);
}

// Spanish where it is none, which is a violation.
TextLanguage ReadLanguage(const std::string& code, Violations* violations) {
  const auto language = ParseTextLanguage(code);
  if (language.has_value()) return *language;
  violations->Add(FieldPath() / "language", absl::StrCat("must be spa, eng or quz, is ", Quoted(code)));
  return TextLanguage::kSpanish;
}

// NotFound where the record neither is there nor was in the round's market.
template <typename Record>
absl::Status CheckThere(const ExplainedRound& round, const storage::Store& store, const std::string& name) {
  const ResourceType& type = ResourceType::Of<Record>();
  const auto now = ReadRecord(store, type, name);
  if (!now.ok()) return now.status();
  if (now->version > 0) return absl::OkStatus();
  const auto then = ReadRecord(*round.kept().snapshot, type, name);
  if (!then.ok()) return then.status();
  return then->version > 0 ? absl::OkStatus() : ResourceNotFound(type.type(), name);
}

}  // namespace

Explanations::Stop Explanations::StopOf(const Call& call) const {
  return [this, deadline = call.deadline] { return stopping_ || absl::Now() >= deadline; };
}

absl::StatusOr<Explanations::KeptRound*> Explanations::Find(const Caller& caller, const std::string& name,
                                                            const Stop& stop) {
  const auto stored = ReadRecord(*store_, ResourceType::Of<v1::Round>(), name);
  if (!stored.ok()) return stored.status();
  const v1::Round none;
  const auto& round = stored->version == 0 ? none : static_cast<const v1::Round&>(*stored->record);
  const bool is_published = WasPublished(round);
  // A member sees no draft.
  if (stored->version == 0 || (IsMember(caller.role) && !is_published))
    return ResourceNotFound("ayni.v1/Round", name);
  if (!is_published) {
    return StateForbids("ROUND_NOT_PUBLISHED", name,
                        absl::StrCat("is ", v1::Round::State_Name(round.state()).substr(6),
                                     ": only a round that was published can be explained"));
  }
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const KeptRound& kept) {
    return kept.round->round().name() == name &&
           kept.round->round().snapshot_sequence() == round.snapshot_sequence();
  });
  if (found != kept_.end()) {
    std::rotate(kept_.begin(), found, found + 1);
    return &kept_.front();
  }
  // Room is made first: two large rounds at once would be one too many.
  if (kept_.size() >= kRoundsKept) kept_.pop_back();
  auto opened = ExplainedRound::Open(*store_, round, stop);
  if (!opened.ok()) return opened.status();
  kept_.push_front({.round = *std::move(opened), .limit_values = nullptr});
  return &kept_.front();
}

absl::StatusOr<std::unique_ptr<Message>> Explanations::ExplainNeed(const Call& call, const Message& message) {
  const auto& request = static_cast<const v1::ExplainNeedRequest&>(message);
  Violations violations;
  CheckName<v1::Need>(request.name(), "name", &violations);
  CheckName<v1::Round>(request.round(), "round", &violations);
  if (!request.tap().empty()) CheckName<v1::Party>(request.tap(), "tap", &violations);
  const TextLanguage language = ReadLanguage(request.language(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  const auto kept = Find(call.caller, request.round(), StopOf(call));
  if (!kept.ok()) return kept.status();
  absl::Status there = CheckThere<v1::Need>(*(*kept)->round, *store_, request.name());
  if (there.ok() && !request.tap().empty())
    there = CheckThere<v1::Party>(*(*kept)->round, *store_, request.tap());
  if (!there.ok()) return there;
  auto answer = services::ExplainNeed(*(*kept)->round, call.caller, language, request, StopOf(call));
  if (!answer.ok()) return answer.status();
  return std::make_unique<v1::ExplainNeedResponse>(*std::move(answer));
}

absl::StatusOr<std::unique_ptr<Message>> Explanations::ExplainTap(const Call& call, const Message& message) {
  const auto& request = static_cast<const v1::ExplainTapRequest&>(message);
  Violations violations;
  CheckName<v1::Party>(request.parent(), "parent", &violations);
  CheckName<v1::Round>(request.round(), "round", &violations);
  const TextLanguage language = ReadLanguage(request.language(), &violations);
  const Page page(store_->secret(), request.page_size(), request.page_token(),
                  absl::StrCat(call.method, "\n", request.parent(), "\n", request.round()), {}, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const auto kept = Find(call.caller, request.round(), StopOf(call));
  if (!kept.ok()) return kept.status();
  if (absl::Status there = CheckThere<v1::Party>(*(*kept)->round, *store_, request.parent()); !there.ok())
    return there;
  auto answer = services::ExplainTap(*(*kept)->round, call.caller, language, request.parent(), page);
  if (!answer.ok()) return answer.status();
  return std::make_unique<v1::ExplainTapResponse>(*std::move(answer));
}

absl::StatusOr<std::unique_ptr<Message>> Explanations::ListLimitValues(const Call& call,
                                                                       const Message& message) {
  const auto& request = static_cast<const v1::ListLimitValuesRequest&>(message);
  const auto page =
      ReadPageUnder(ResourceType::Of<v1::Round>(), request.parent(), store_->secret(), request.page_size(),
                    request.page_token(), absl::StrCat(call.method, request.limits_only() ? "\nlimits" : ""));
  if (!page.ok()) return page.status();
  // Its places are the numbers of the values before the page.
  int64_t first = 0;
  if (!page->after().empty() && (!absl::SimpleAtoi(page->after(), &first) || first < 0)) {
    Violations violations;
    Page::AddWrongToken(&violations);
    return violations.ToStatus();
  }
  const auto kept = Find(call.caller, request.parent(), StopOf(call));
  if (!kept.ok()) return kept.status();
  if ((*kept)->limit_values == nullptr)
    (*kept)->limit_values = std::make_shared<const std::vector<v1::LimitValue>>(LimitValues(*(*kept)->round));
  auto answer = std::make_unique<v1::ListLimitValuesResponse>();
  int64_t at = 0;
  for (const v1::LimitValue& value : *(*kept)->limit_values) {
    if (request.limits_only() && !value.has_limit()) continue;
    if (at++ < first) continue;
    if (answer->limit_values_size() == page->size()) {
      answer->set_next_page_token(page->TokenAfter(absl::StrCat(at - 1)));
      break;
    }
    *answer->add_limit_values() = value;
  }
  return answer;
}

void Explanations::AddMethods(MethodTable* table) {
  using Answer = absl::StatusOr<std::unique_ptr<Message>> (Explanations::*)(const Call&, const Message&);
  const auto add = [&](const char* method, Answer answer) {
    table->Add(
        absl::StrCat("ayni.v1.AuditService/", method),
        [this, answer](const std::shared_ptr<const Call>& call,
                       const std::shared_ptr<const Requests>& requests, const Reply& reply) {
          thread_.Post([this, answer, call, requests, reply] {
            if (absl::Now() >= call->deadline)
              return reply(absl::DeadlineExceededError("the deadline passed while others were served"));
            reply((this->*answer)(*call, *requests->front()));
          });
        });
  };
  add("ExplainNeed", &Explanations::ExplainNeed);
  add("ExplainTap", &Explanations::ExplainTap);
  add("ListLimitValues", &Explanations::ListLimitValues);
}

}  // namespace ayni::services
