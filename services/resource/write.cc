#include "services/resource/write.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/ledger.pb.h"
#include "services/errors.h"
#include "services/resource/digest.h"
#include "services/resource/form.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/record_keys.h"
#include "services/resource/request_fields.h"
#include "services/resource/time.h"
#include "services/resource/violations.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;

// A key that no record has, for a precondition that never holds.
constexpr char kNoKey[] = {'\xFF', '\xFF', '\xFF', '\0'};

void AddLeaf(const Call& call, absl::string_view request_id, absl::string_view resource,
             absl::string_view before, absl::string_view after, storage::Change* change) {
  v1::LedgerEvent event;
  event.set_actor(call.caller.principal);
  event.set_method(call.method);
  *event.mutable_time() = ToTimestamp(call.now);
  event.set_request_id(std::string(request_id));
  event.set_resource(std::string(resource));
  if (!before.empty()) event.set_before_digest(Sha256(before));
  if (!after.empty()) event.set_after_digest(Sha256(after));
  change->leaves.push_back(event.SerializeAsString());
}

std::string WrongRequestId(absl::string_view id) {
  const int64_t characters = CountCharacters(id);
  if (characters > kRequestIdCharactersMax) {
    return absl::StrCat("must have at most ", kRequestIdCharactersMax, " characters, has ", characters);
  }
  return WrongText(id);
}

// A write method with the fields of its request.
struct Prepared {
  explicit Prepared(WriteMethod write_method)
      : method(std::move(write_method)),
        request_id(FieldOf(method.descriptor->input_type(), "request_id")),
        validate_only(method.descriptor->input_type()->FindFieldByName("validate_only")) {}

  WriteMethod method;
  const FieldDescriptor* request_id;
  const FieldDescriptor* validate_only;  // may be null
};

// One call of a write method, kept alive by what it waits for.
class Write : public std::enable_shared_from_this<Write> {
 public:
  Write(storage::Store* store, RecordCache* cache, std::shared_ptr<const Prepared> prepared,
        std::shared_ptr<const Call> call, std::shared_ptr<const Requests> requests, Reply reply)
      : store_(store),
        cache_(cache),
        prepared_(std::move(prepared)),
        call_(std::move(call)),
        requests_(std::move(requests)),
        reply_(std::move(reply)) {}

  void Start();

 private:
  const WriteMethod& method() const { return prepared_->method; }

  void Schedule();
  void Attempt();
  void Commit(Draft draft);
  void OnCommitted(std::unique_ptr<Message> answer, absl::StatusOr<storage::Receipt> receipt);
  // Replies the first answer to this request_id, or, where there is none, `status`.
  void RecallOr(absl::Status status);
  void ReplyReplayed(const storage::Receipt& receipt);
  void ReplyAnswer(std::unique_ptr<Message> answer, storage::Version version);
  void SetRequest(storage::Change* change) const;

  storage::Store* store_;
  RecordCache* cache_;  // may be null
  std::shared_ptr<const Prepared> prepared_;
  std::shared_ptr<const Call> call_;
  std::shared_ptr<const Requests> requests_;
  Reply reply_;
  std::string request_id_;
  bool validate_only_ = false;
  int attempts_ = 0;
};

void Write::Start() {
  if (requests_->empty()) return reply_(absl::InvalidArgumentError("no message was sent"));
  const Message& first = *requests_->front();
  request_id_ = TextOf(first, prepared_->request_id);
  const FieldDescriptor* validate_only = prepared_->validate_only;
  validate_only_ = validate_only != nullptr && first.GetReflection()->GetBool(first, validate_only);
  if (std::string wrong = WrongRequestId(request_id_); !wrong.empty()) {
    Violations violations;
    violations.Add(FieldPath() / "request_id", std::move(wrong));
    return reply_(violations.ToStatus());
  }
  Schedule();
}

void Write::Schedule() {
  if (++attempts_ > kWriteAttemptsMax) return RecallOr(TooManyConflicts(call_->method));
  if (method().executor == nullptr) return Attempt();
  method().executor([self = shared_from_this()] { self->Attempt(); });
}

void Write::Attempt() {
  // What is not followed by a commit, which would find an old record out, is computed from the store itself.
  const bool may_trust = attempts_ == 1 && !validate_only_;
  StoreView view(*store_, cache_, may_trust ? StoreView::Trust::kCache : StoreView::Trust::kNothing);
  absl::StatusOr<Draft> draft = method().plan(*call_, *requests_, &view);
  if (!view.status().ok()) return reply_(view.status());
  if (!draft.ok()) {
    // Records that were read while others wrote may not fit each other, and do a moment later.
    const bool may_be_torn = absl::IsDataLoss(draft.status()) && attempts_ < kWriteAttemptsMax;
    return view.rests_on_cache() || may_be_torn ? Schedule() : RecallOr(draft.status());
  }
  if (!draft->writes && view.rests_on_cache()) return Schedule();
  if (validate_only_ || !draft->writes) return ReplyAnswer(std::move(draft->answer), 0);
  view.AddPreconditions(&draft->change);
  Commit(*std::move(draft));
}

void Write::SetRequest(storage::Change* change) const {
  change->request_scope = absl::StrCat(call_->caller.principal, " ", call_->method);
  change->request_id = request_id_;
  std::string digests;
  for (const std::unique_ptr<Message>& request : *requests_) digests += DigestOf(*request);
  change->request_digest = Sha256(digests);
}

void Write::Commit(Draft draft) {
  if (!request_id_.empty()) {
    SetRequest(&draft.change);
    draft.change.response = draft.answer->SerializeAsString();
  }
  auto done = [self = shared_from_this(),
               answer = std::move(draft.answer)](absl::StatusOr<storage::Receipt> receipt) mutable {
    self->OnCommitted(std::move(answer), std::move(receipt));
  };
  SealLeaves(store_->secret(), &draft.change);
  store_->Commit(std::move(draft.change), std::move(done));
}

void Write::OnCommitted(std::unique_ptr<Message> answer, absl::StatusOr<storage::Receipt> receipt) {
  if (receipt.ok()) {
    if (receipt->replayed) return ReplyReplayed(*receipt);
    return ReplyAnswer(std::move(answer), receipt->sequence);
  }
  if (absl::IsAborted(receipt.status()) || absl::IsAlreadyExists(receipt.status())) return Schedule();
  if (absl::IsFailedPrecondition(receipt.status())) {
    Violations violations;
    violations.Add(FieldPath() / "request_id", "was used before for another request; choose a new one");
    return reply_(violations.ToStatus());
  }
  reply_(absl::IsInvalidArgument(receipt.status()) ? ChangeTooLarge(receipt.status()) : receipt.status());
}

void Write::RecallOr(absl::Status status) {
  if (request_id_.empty() || validate_only_) return reply_(std::move(status));
  storage::Change change;
  SetRequest(&change);
  change.preconditions.push_back(storage::Precondition::Exists(std::string(kNoKey, sizeof(kNoKey))));
  auto done = [self = shared_from_this(),
               status = std::move(status)](absl::StatusOr<storage::Receipt> receipt) {
    const bool is_unknown = absl::IsAborted(receipt.status());
    is_unknown ? self->reply_(status) : self->OnCommitted(nullptr, std::move(receipt));
  };
  store_->Commit(std::move(change), std::move(done));
}

void Write::ReplyReplayed(const storage::Receipt& receipt) {
  std::unique_ptr<Message> answer = NewMessage(method().descriptor->output_type());
  if (!answer->ParseFromString(receipt.response)) {
    return reply_(absl::DataLossError(absl::StrCat("the first answer to ", request_id_, " can't be read")));
  }
  ReplyAnswer(std::move(answer), receipt.sequence);
}

void Write::ReplyAnswer(std::unique_ptr<Message> answer, storage::Version version) {
  const Kind* kind = method().kind;
  const FieldDescriptor* etag = kind == nullptr ? nullptr : kind->type.etag_field();
  if (etag != nullptr && version != 0 && TextOf(*answer, etag).empty()) {
    FillEtag(kind->type, version, answer.get());
  }
  if (kind != nullptr) kind->rules.show(call_->caller, answer.get());
  reply_(std::move(answer));
}

}  // namespace

void AddPut(const Call& call, absl::string_view request_id, const Kind& kind, const StoredRecord& before,
            const Message& record, storage::Change* change) {
  std::string name = record.GetReflection()->GetString(record, kind.type.name_field());
  std::string bytes = record.SerializeAsString();
  AddLeaf(call, request_id, name, before.bytes, bytes, change);
  AddIndexChanges(kind.type, before.record.get(), &record, change);
  change->puts.push_back({RecordKey(kind.type, name), std::move(bytes)});
}

void AddDelete(const Call& call, absl::string_view request_id, const Kind& kind, const StoredRecord& before,
               absl::string_view name, storage::Change* change) {
  AddLeaf(call, request_id, name, before.bytes, "", change);
  AddIndexChanges(kind.type, before.record.get(), nullptr, change);
  change->deletes.push_back(RecordKey(kind.type, name));
}

Call ServerCall(absl::Time now) {
  Call call;
  call.method = "aynid";
  call.now = now;
  return call;
}

absl::StatusOr<bool> WriteByServer(
    storage::Store* store, const std::function<absl::StatusOr<storage::Change>(StoreView* view)>& plan) {
  for (int attempts = 0; attempts < kWriteAttemptsMax; ++attempts) {
    StoreView view(*store);
    auto change = plan(&view);
    if (!view.status().ok()) return view.status();
    if (!change.ok()) return change.status();
    if (change->puts.empty()) return false;
    view.AddPreconditions(&*change);
    SealLeaves(store->secret(), &*change);
    const auto receipt = store->CommitAndWait(*std::move(change));
    if (receipt.ok()) return true;
    if (!absl::IsAborted(receipt.status()) && !absl::IsAlreadyExists(receipt.status()))
      return receipt.status();
  }
  return false;
}

MethodFunction RunWrites(storage::Store* store, RecordCache* cache, WriteMethod method) {
  auto shared = std::make_shared<const Prepared>(std::move(method));
  return [store, cache, shared](std::shared_ptr<const Call> call, std::shared_ptr<const Requests> requests,
                                Reply reply) {
    std::make_shared<Write>(store, cache, shared, std::move(call), std::move(requests), std::move(reply))
        ->Start();
  };
}

}  // namespace ayni::services
