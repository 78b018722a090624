#include "services/import/import_market.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/market_service.pb.h"
#include "ayni/v1/merge.pb.h"
#include "services/errors.h"
#include "services/import/foreign_parties.h"
#include "services/import/import_rows.h"
#include "services/import/import_view.h"
#include "services/resource/admit.h"
#include "services/resource/form.h"
#include "services/resource/request_fields.h"
#include "services/resource/update_mask.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "services/work_thread.h"

namespace ayni::services {
namespace {

constexpr char kMethod[] = "ayni.v1.MarketService/ImportMarket";

// As an answer may hold it.
std::string FileOf(const ImportedRow& row) {
  return CountCharacters(row.source->file()) < 0 ? "" : row.source->file();
}

void LeaveAsStored(ImportedRow* row) {
  row->state = ImportedRow::State::kUnchanged;
  row->after.reset();
}

class Import {
 public:
  Import(const Call& call, const Requests& requests, const IdSource& new_id, bool single_administrator,
         StoreView* stored)
      : call_(call),
        first_(static_cast<const v1::ImportMarketRequest&>(*requests.front())),
        new_id_(new_id),
        single_administrator_(single_administrator),
        stored_(*stored),
        rows_(requests),
        view_(rows_, stored),
        foreign_(call, &view_, stored) {}

  absl::StatusOr<Draft> Plan();

 private:
  void CheckRows();
  // Finds what the row is to come to, or what is wrong with it.
  void CheckRow(ImportedRow* row, Violations* violations);
  void Admit(ImportedRow* row, Violations* violations);
  void AdmitForeign(ImportedRow* row, Violations* violations);
  void AdmitForeignParty(ImportedRow* row, Violations* violations);
  // Checks what a stored record, null for a new one, comes to, and puts it in the row.
  void AdmitAs(const Message* before, std::unique_ptr<Message> after, ImportedRow* row,
               Violations* violations);
  // Proposals to merge, as new records.
  void AddProposals(storage::Change* change);
  void AddErrors(const ImportedRow& row, const Violations& violations);
  void AddWrong(const ImportedRow& row);
  void AddChange(const ImportedRow& row, storage::Change* change);

  const Call& call_;
  const v1::ImportMarketRequest& first_;
  const IdSource& new_id_;
  const bool single_administrator_;
  StoreView& stored_;
  ImportRows rows_;
  ImportView view_;
  ForeignParties foreign_;
  std::deque<v1::Relation> meant_;  // relations between the parties that foreign names stand for
  v1::ImportMarketResponse response_;
  absl::flat_hash_map<absl::string_view, v1::ImportMarketResponse::WrongRows*> wrong_rows_;  // by file
};

void Import::CheckRow(ImportedRow* row, Violations* violations) {
  const FieldPath root;
  const int64_t file_characters = CountCharacters(row->source->file());
  if (file_characters < 0 || file_characters > kImportFileCharactersMax) {
    violations->Add(root / "file",
                    absl::StrCat("must be UTF-8 of at most ", kImportFileCharactersMax, " characters"));
  }
  if (row->kind == nullptr) {
    violations->Add(root, "holds no resource");
    return;
  }
  if (!row->kind->type.MatchesName(row->name)) {
    violations->Add(
        root / "name",
        absl::StrCat(
            "must be ", row->kind->type.pattern(), " with ids of 1 to ", kResourceIdBytesMax,
            " lower-case letters, digits, hyphens and full stops, first a letter or digit, as in coop-1; is ",
            Quoted(row->name)));
    return;
  }
  if (const ImportedRow* other = rows_.Claim(row)) {
    violations->Add(root / "name", absl::StrCat("stands in the import already: ", other->source->file(), ":",
                                                other->source->line()));
    return;
  }
  row->source->foreign() ? AdmitForeign(row, violations) : Admit(row, violations);
}

void Import::Admit(ImportedRow* row, Violations* violations) {
  const StoredRecord& stored = stored_.Read(row->kind->type, row->name);
  const Message* before = stored.record.get();
  if (before != nullptr && SameInput(*before, *row->given)) return LeaveAsStored(row);
  std::unique_ptr<Message> after(row->given->New());
  after->CopyFrom(*row->given);
  if (before != nullptr && row->fields != nullptr) {
    row->fields->Complete(*before, after.get());
    // A row that stands as it is stored is right, whatever comes of the rows that it refers to.
    if (SameInput(*before, *after)) return LeaveAsStored(row);
  }
  AdmitAs(before, std::move(after), row, violations);
}

void Import::AdmitAs(const Message* before, std::unique_ptr<Message> after, ImportedRow* row,
                     Violations* violations) {
  const FieldPath root;
  const FieldPath name_path = root / "name";
  row->after = std::move(after);
  const Admission admission{
      call_.caller, call_.now, new_id_, view_, root, name_path, name_path, violations, single_administrator_};
  AdmitRecord(*row->kind, admission, before, row->after.get());
  if (!violations->empty()) return;
  // A row may say the same in other words, as a territory by another scheme's code.
  if (before != nullptr && SameInput(*before, *row->after)) return LeaveAsStored(row);
  const absl::Status permitted = row->kind->rules.permit(admission, before, row->after.get());
  if (!permitted.ok()) violations->Add(root, std::string(permitted.message()));
  // A row gives no reason, and so asks for nothing that a second administrator is to confirm.
  if (permitted.ok() && before != nullptr) row->kind->rules.hold(admission, "", *before, row->after.get());
  row->state = before == nullptr ? ImportedRow::State::kCreated : ImportedRow::State::kUpdated;
}

void Import::AdmitForeign(ImportedRow* row, Violations* violations) {
  if (row->source->has_party()) return AdmitForeignParty(row, violations);
  if (!row->source->has_relation()) {
    violations->Add(FieldPath() / "foreign", "must be false but for a party and a relation");
    return;
  }
  v1::Relation& relation = meant_.emplace_back(row->source->relation());
  relation.set_subject(foreign_.Meant(relation.subject()));
  relation.set_object(foreign_.Meant(relation.object()));
  row->given = &relation;
  Admit(row, violations);
}

void Import::AdmitForeignParty(ImportedRow* row, Violations* violations) {
  const v1::Party& given = row->source->party();
  const std::string name = foreign_.Find(given);
  row->is_merged = name != row->name;
  ImportedRow* bearer = row->is_merged ? rows_.FindMutable(row->kind->type, name) : row;
  if (bearer != nullptr && bearer->state == ImportedRow::State::kWrong) {
    violations->Add(FieldPath() / "identifiers",
                    absl::StrCat("are those of ", name, ", whose own row is wrong: ", FileOf(*bearer), ":",
                                 bearer->source->line()));
    return;
  }
  const auto* now = view_.Find<v1::Party>(name);
  auto joined = std::make_unique<v1::Party>(foreign_.Join(now, name, given, violations));
  if (!violations->empty()) return;
  if (now != nullptr && SameInput(*now, *joined)) return LeaveAsStored(row);
  ImportedRow tried;
  tried.source = row->source;
  tried.kind = row->kind;
  tried.name = name;
  AdmitAs(stored_.Read(row->kind->type, name).record.get(), std::move(joined), &tried, violations);
  if (!violations->empty()) return;
  if (bearer == nullptr) {
    rows_.Rename(name, row);
    bearer = row;
  }
  bearer->after = std::move(tried.after);
  bearer->state = tried.state;
  if (bearer == row) return;
  // Another row of the import has the record, and what this one adds went there.
  view_.Admit(*bearer);
  LeaveAsStored(row);
}

void Import::AddProposals(storage::Change* change) {
  for (const ImportedRow& row : rows_.in_order()) {
    if (!row.source->foreign() || !row.source->has_party() || row.state != ImportedRow::State::kCreated)
      continue;
    foreign_.ProposeAlike(static_cast<const v1::Party&>(*row.after));
  }
  const Kind& kind = KindOf<v1::MergeProposal>();
  for (const v1::MergeProposal& proposal : foreign_.proposals()) {
    AddPut(call_, first_.request_id(), kind, stored_.Read(kind.type, proposal.name()), proposal, change);
    if (proposal.state() != v1::MergeProposal::STATE_PROPOSED) continue;
    response_.set_merge_proposal_count(response_.merge_proposal_count() + 1);
  }
}

void Import::AddErrors(const ImportedRow& row, const Violations& violations) {
  response_.set_error_count(response_.error_count() + static_cast<int64_t>(violations.count()));
  for (const Violation& violation : violations.all()) {
    if (response_.errors_size() == kImportErrorsMax) return;
    v1::ImportMarketResponse::RowError* error = response_.add_errors();
    error->set_file(FileOf(row));
    error->set_line(row.source->line());
    error->set_field(violation.field);
    error->set_description(violation.description);
  }
}

void Import::AddWrong(const ImportedRow& row) {
  const auto [place, is_new] = wrong_rows_.try_emplace(row.source->file(), nullptr);
  if (is_new) {
    place->second = response_.add_wrong_rows();
    place->second->set_file(FileOf(row));
  }
  place->second->add_lines(row.source->line());
}

void Import::AddChange(const ImportedRow& row, storage::Change* change) {
  if (row.state == ImportedRow::State::kUnchanged)
    response_.set_unchanged_count(response_.unchanged_count() + 1);
  if (row.state == ImportedRow::State::kCreated) response_.set_created_count(response_.created_count() + 1);
  if (row.state == ImportedRow::State::kUpdated) response_.set_updated_count(response_.updated_count() + 1);
  const bool is_right = row.state != ImportedRow::State::kWrong;
  if (row.is_merged && is_right) response_.set_merged_count(response_.merged_count() + 1);
  if (row.after == nullptr || !is_right) return;
  const StoredRecord& before = stored_.Read(row.kind->type, row.name);
  AddPut(call_, first_.request_id(), *row.kind, before, *row.after, change);
}

void Import::CheckRows() {
  for (ImportedRow& row : rows_.in_order()) {
    Violations violations;
    const size_t empty_ranges = stored_.empty_range_count();
    const size_t proposals = foreign_.proposals().size();
    if (row.source->wrong()) {
      // It is told of where it was found; here it has its name, for those that refer to it.
      if (row.kind != nullptr && row.kind->type.MatchesName(row.name)) rows_.Claim(&row);
    } else {
      CheckRow(&row, &violations);
      if (violations.empty()) {
        view_.Admit(row);
        continue;
      }
    }
    row.state = ImportedRow::State::kWrong;
    row.after.reset();
    // Nothing that is written rests on what a wrong row did not find.
    stored_.ForgetEmptyRanges(empty_ranges);
    foreign_.ForgetProposals(proposals);
    AddErrors(row, violations);
    AddWrong(row);
  }
  for (v1::ImportMarketResponse::WrongRows& wrong : *response_.mutable_wrong_rows()) {
    std::sort(wrong.mutable_lines()->begin(), wrong.mutable_lines()->end());
  }
}

absl::StatusOr<Draft> Import::Plan() {
  Violations violations;
  rows_.CheckFields(&violations);
  if (!violations.empty()) return violations.ToStatus();
  CheckRows();
  Draft draft;
  for (const ImportedRow& row : rows_.in_order()) AddChange(row, &draft.change);
  const bool applies = response_.wrong_rows_size() == 0 || first_.valid_rows_only();
  if (applies) AddProposals(&draft.change);
  response_.set_applied(applies && !first_.validate_only());
  draft.writes = applies && (!draft.change.puts.empty() || !first_.request_id().empty());
  draft.answer = std::make_unique<v1::ImportMarketResponse>(std::move(response_));
  return draft;
}

}  // namespace

void AddImportMethod(storage::Store* store, IdSource new_id, MethodTable* table,
                     const ResourceOptions& options) {
  auto thread = std::make_shared<WorkThread>();
  WriteMethod method{MethodOf(kMethod)};
  // The table's copy of the method owns the thread: a call that outlived it would have to end it from within.
  method.executor = [thread = thread.get()](std::function<void()> work) { thread->Post(std::move(work)); };
  method.plan = [new_id = std::move(new_id), single = options.single_administrator](
                    const Call& call, const Requests& requests, StoreView* view) {
    Violations violations;
    CheckImportRequests(requests, &violations);
    if (!violations.empty()) return absl::StatusOr<Draft>(violations.ToStatus());
    return Import(call, requests, new_id, single, view).Plan();
  };
  const MethodFunction run = RunWrites(store, nullptr, std::move(method));
  const auto start = [thread, run](const std::shared_ptr<const Call>& call,
                                   const std::shared_ptr<const Requests>& requests, const Reply& reply) {
    if (thread->waiting() < kWaitingImportsMax) return run(call, requests, reply);
    reply(absl::ResourceExhaustedError("other imports are waiting already; try again later"));
  };
  const auto check = [](const Message& message) {
    Violations violations;
    CheckImportMessage(static_cast<const v1::ImportMarketRequest&>(message), &violations);
    return violations.empty() ? absl::OkStatus() : violations.ToStatus();
  };
  table->Add(kMethod, start, check);
}

}  // namespace ayni::services
