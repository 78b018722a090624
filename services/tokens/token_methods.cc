#include "services/tokens/token_methods.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "services/access/secret.h"
#include "services/errors.h"
#include "services/resource/admit.h"
#include "services/resource/form.h"
#include "services/resource/request_fields.h"
#include "services/resource/standard_methods.h"
#include "services/resource/stored.h"
#include "services/resource/time.h"
#include "services/resource/write.h"
#include "services/rules/access_rules.h"
#include "services/rules/resource_methods.h"
#include "services/tokens/approvals.h"

namespace ayni::services {
namespace {

constexpr char kService[] = "ayni.v1.AccessService";

// A call of CreateToken with the secret that was drawn for it: the plan, which may run several times, sees
// its digest.
struct TokenCall : Call {
  explicit TokenCall(const Call& call) : Call(call), secret(NewSecret()) {}

  std::string Digest() const {
    const SecretDigest digest = DigestSecret(secret);
    return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
  }

  const std::string secret;
};

// Empty, with violations, where the request does not make one.
std::string NameOf(const v1::CreateTokenRequest& request, const IdSource& new_id, View* view,
                   Violations* violations) {
  const ResourceType& type = ResourceType::Of<v1::Token>();
  const FieldPath root;
  if (!type.MatchesParent(request.parent(), false)) {
    violations->Add(root / "parent",
                    absl::StrCat("must be ", type.parent_pattern(), ", is ", Quoted(request.parent())));
  } else if (view->Find<v1::Principal>(request.parent()) == nullptr) {
    violations->Add(root / "parent", absl::StrCat("is ", request.parent(), ", which does not exist"));
  }
  if (!request.token_id().empty() && !IsResourceId(request.token_id())) {
    violations->Add(
        root / "token_id",
        absl::StrCat("must be 1 to ", kResourceIdBytesMax,
                     " lower-case letters, digits, hyphens and full stops, first a letter or digit, is ",
                     Quoted(request.token_id())));
  }
  if (!violations->empty()) return "";
  return type.Name(request.parent(), request.token_id().empty() ? new_id() : request.token_id());
}

// The digest that the token is to have: of the secret that its owner drew, or of the one drawn for the call.
std::string DigestFor(const v1::CreateTokenRequest& request, const TokenCall& call, StoreView* view,
                      Violations* violations) {
  const std::string& given = request.secret_sha256();
  if (given.empty()) return call.Digest();
  const FieldPath root;
  const FieldPath at = root / "secret_sha256";
  const bool is_hex = given.size() == 2 * SecretDigest().size() &&
                      given.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hex) {
    violations->Add(
        at, absl::StrCat("must be 64 lower-case hexadecimal digits, as `ayni token draw` gives them, ", "is ",
                         Quoted(given)));
    return "";
  }
  const std::string digest = absl::HexStringToBytes(given);
  if (!view->TokenOfDigest(digest).empty())
    violations->Add(at, "is of a secret that another token has already: draw a new one");
  return digest;
}

void FillState(const TokenCall& call, const v1::CreateTokenRequest& request, bool single_administrator,
               StoreView* view, Violations* violations, v1::Token* token) {
  token->set_created_by(call.caller.principal);
  token->set_state(v1::Token::STATE_ACTIVE);
  const auto* owner = view->Find<v1::Principal>(request.parent());
  const Making making = MakingFor(call.caller, owner, single_administrator);
  if (making == Making::kAtOnce) return;
  // Only the very first token of an administrator who was made alone is made alone too. No identity is: it
  // can be deleted, and would be the first again.
  const bool is_first = owner->single_handed() && owner->created_by() == call.caller.principal &&
                        view->FirstReferrer({&ResourceType::Of<v1::Token>(), ""}, owner->name()).empty();
  token->set_single_handed(making == Making::kSingleHanded || is_first);
  if (token->single_handed()) return;
  token->set_state(v1::Token::STATE_PENDING_APPROVAL);
  if (!request.secret_sha256().empty()) return;
  violations->Add(
      FieldPath() / "secret_sha256",
      absl::StrCat("is required for another administrator's token: ", owner->name(), " draws the ",
                   "secret itself, by `ayni token draw --out FILE`, and tells you the digest"));
}

absl::StatusOr<Draft> PlanCreateToken(const IdSource& new_id, bool single_administrator,
                                      const TokenCall& call, const v1::CreateTokenRequest& request,
                                      StoreView* view) {
  const Kind& kind = KindOf<v1::Token>();
  const FieldPath root;
  const FieldPath path = root / "token";
  const FieldPath name_path = root / "token_id";
  const FieldPath parent_path = root / "parent";
  Violations violations;
  v1::Token token = request.token();
  token.set_name(NameOf(request, new_id, view, &violations));
  if (!request.has_token()) violations.Add(path, "is required");
  AdmitRecord(kind, {call.caller, call.now, new_id, *view, path, name_path, parent_path, &violations},
              nullptr, &token);
  FillState(call, request, single_administrator, view, &violations, &token);
  const std::string digest = DigestFor(request, call, view, &violations);
  if (token.has_expire_time() && absl::FromUnixSeconds(token.expire_time().seconds()) <= call.now) {
    violations.Add(path / "expire_time", "must be in the future");
  }
  if (!violations.empty()) return violations.ToStatus();
  const StoredRecord& stored = view->Read(kind.type, token.name());
  if (stored.version != 0) return ResourceExists(kind.type.type(), token.name());
  token.set_secret_digest(digest);
  Draft draft;
  AddPut(call, request.request_id(), kind, stored, token, &draft.change);
  auto answer = std::make_unique<v1::CreateTokenResponse>();
  *answer->mutable_token() = std::move(token);
  draft.answer = std::move(answer);
  return draft;
}

// The answer as it is sent: with the secret where it is of the token that this call made, and never with its
// digest.
std::unique_ptr<Message> WithSecret(std::unique_ptr<Message> answer, const TokenCall& call,
                                    bool validate_only) {
  auto& response = static_cast<v1::CreateTokenResponse&>(*answer);
  if (!validate_only && response.token().secret_digest() == call.Digest()) response.set_secret(call.secret);
  response.mutable_token()->clear_secret_digest();
  return answer;
}

void AddCreateToken(storage::Store* store, const IdSource& new_id, bool single_administrator,
                    MethodTable* table) {
  const std::string name = absl::StrCat(kService, "/CreateToken");
  const auto plan = [new_id, single_administrator](const Call& call, const Requests& requests,
                                                   StoreView* view) {
    return PlanCreateToken(new_id, single_administrator, static_cast<const TokenCall&>(call),
                           static_cast<const v1::CreateTokenRequest&>(*requests.front()), view);
  };
  const MethodFunction write = RunWrites(store, nullptr, {MethodOf(name), nullptr, plan});
  table->Add(
      name, [write](std::shared_ptr<const Call> call, std::shared_ptr<const Requests> requests, Reply reply) {
        // Keeps the door's own call, which the requests may live in.
        const auto token_call = std::make_shared<const TokenCall>(*call);
        Reply send = [call, token_call, requests,
                      reply = std::move(reply)](absl::StatusOr<std::unique_ptr<Message>> answer) {
          if (!answer.ok()) return reply(std::move(answer));
          const auto& request = static_cast<const v1::CreateTokenRequest&>(*requests->front());
          reply(WithSecret(*std::move(answer), *token_call, request.validate_only()));
        };
        write(token_call, requests, std::move(send));
      });
}

// Revoking a token again changes nothing.
absl::StatusOr<Draft> PlanRevokeToken(const Call& call, const Message& request, const StoredRecord& stored,
                                      StoreView*) {
  const Kind& kind = KindOf<v1::Token>();
  auto token = std::make_unique<v1::Token>(static_cast<const v1::Token&>(*stored.record));
  Draft draft;
  if (token->has_revoke_time()) {
    FillEtag(kind.type, stored.version, token.get());
    draft.writes = false;
  } else {
    *token->mutable_update_time() = LaterOf(token->update_time(), call.now);
    *token->mutable_revoke_time() = token->update_time();
    AddPut(call, static_cast<const v1::RevokeTokenRequest&>(request).request_id(), kind, stored, *token,
           &draft.change);
  }
  draft.answer = std::move(token);
  return draft;
}

// Disabling a principal again changes nothing.
absl::StatusOr<Draft> PlanDisablePrincipal(const Call& call, const Message& request,
                                           const StoredRecord& stored, StoreView*) {
  const Kind& kind = KindOf<v1::Principal>();
  auto principal = std::make_unique<v1::Principal>(static_cast<const v1::Principal&>(*stored.record));
  Draft draft;
  if (principal->has_disable_time()) {
    FillEtag(kind.type, stored.version, principal.get());
    draft.writes = false;
  } else {
    *principal->mutable_disable_time() = ToTimestamp(call.now);
    *principal->mutable_update_time() = ToTimestamp(call.now);
    AddPut(call, static_cast<const v1::DisablePrincipalRequest&>(request).request_id(), kind, stored,
           *principal, &draft.change);
  }
  draft.answer = std::move(principal);
  return draft;
}

absl::StatusOr<std::unique_ptr<Message>> GetCaller(const storage::Store& store, const Call& call) {
  const ResourceType& type = ResourceType::Of<v1::Principal>();
  absl::StatusOr<StoredRecord> stored = ReadRecord(store, type, call.caller.principal);
  if (!stored.ok()) return stored.status();
  // Deleted since it was recognised.
  if (stored->version == 0) return ResourceNotFound(type.type(), call.caller.principal);
  FillEtag(type, stored->version, stored->record.get());
  return std::move(stored->record);
}

}  // namespace

void AddTokenMethods(storage::Store* store, IdSource new_id, MethodTable* table,
                     const ResourceOptions& options) {
  const bool single = options.single_administrator;
  AddCreateToken(store, new_id, single, table);
  table->Add(absl::StrCat(kService, "/GetCaller"),
             [store](const std::shared_ptr<const Call>& call, const std::shared_ptr<const Requests>&,
                     const Reply& reply) { reply(GetCaller(*store, *call)); });
  const auto foundation = std::make_shared<const Foundation>(Foundation{store, new_id, nullptr});
  const auto add_approval = [&](const Kind& kind, const char* method, auto* approve) {
    AddRecordChange(
        foundation, kind, kService, method,
        [single, approve](const Call& call, const Message& request, const StoredRecord& stored,
                          StoreView* view) { return approve(single, call, request, stored, view); },
        table);
  };
  add_approval(KindOf<v1::Principal>(), "ApprovePrincipal", ApprovePrincipal);
  add_approval(KindOf<v1::Token>(), "ApproveToken", ApproveToken);
  add_approval(KindOf<v1::Identity>(), "ApproveIdentity", ApproveIdentity);
  AddRecordChange(foundation, KindOf<v1::Token>(), kService, "RevokeToken", PlanRevokeToken, table);
  AddRecordChange(foundation, KindOf<v1::Principal>(), kService, "DisablePrincipal", PlanDisablePrincipal,
                  table);
}

}  // namespace ayni::services
