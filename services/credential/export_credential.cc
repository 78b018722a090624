#include "services/credential/export_credential.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/credential_service.pb.h"
#include "services/access/authorisation.h"
#include "services/credential/did_key.h"
#include "services/credential/verifiable_credential.h"
#include "services/errors.h"
#include "services/market/credential_days.h"
#include "services/market/engine_day.h"
#include "services/resource/check_name.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"

namespace ayni::services {
namespace {

absl::StatusOr<v1::Credential> ReadCredential(const storage::Store& store, const Call& call,
                                              const std::string& name) {
  const ResourceType& type = ResourceType::Of<v1::Credential>();
  Violations violations;
  CheckName(type, name, FieldPath() / "name", &violations);
  if (!violations.empty()) return violations.ToStatus();
  const absl::StatusOr<StoredRecord> stored = ReadRecord(store, type, name);
  if (!stored.ok()) return stored.status();
  const bool is_foreign = stored->version == 0 || !OwnsRecord(call.caller, *stored->record);
  if (call.scope == Scope::kOwnRecord && is_foreign) {
    return Forbidden("NOT_OWN", absl::StrCat(name, " is not of the caller's own party, or does not exist"),
                     {{"resource", name}});
  }
  if (stored->version == 0) return ResourceNotFound(type.type(), name);
  return static_cast<const v1::Credential&>(*stored->record);
}

// A credential refers to its parties, so they are there.
absl::StatusOr<v1::Party> ReadParty(const storage::Store& store, const std::string& name) {
  const absl::StatusOr<StoredRecord> stored = ReadRecord(store, ResourceType::Of<v1::Party>(), name);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return ResourceNotFound(ResourceType::Of<v1::Party>().type(), name);
  return static_cast<const v1::Party&>(*stored->record);
}

// The days around today without a break: what is signed can't be told later that they ended.
absl::StatusOr<matcher::Window> DaysAround(const v1::Credential& credential, matcher::Day today) {
  const std::vector<matcher::Window> windows = HoldingWindowsOf(credential);
  const auto around = std::find_if(windows.begin(), windows.end(), [today](const matcher::Window& window) {
    return window.first <= today && today <= window.last;
  });
  if (around != windows.end()) return *around;
  return StateForbids("CREDENTIAL_DOES_NOT_HOLD", credential.name(),
                      "does not hold today: it is not issued yet, expired, suspended or revoked");
}

absl::StatusOr<std::unique_ptr<Message>> Export(const storage::Store& store, const storage::SigningKey& key,
                                                const Call& call,
                                                const v1::ExportCredentialRequest& request) {
  const auto credential = ReadCredential(store, call, request.name());
  if (!credential.ok()) return credential.status();
  const auto holder = ReadParty(store, credential->holder());
  if (!holder.ok()) return holder.status();
  const auto certifier = ReadParty(store, credential->certifier());
  if (!certifier.ok()) return certifier.status();
  const auto days = DaysAround(*credential, DayOf(call.now));
  if (!days.ok()) return days.status();
  StatedCredential stated{*credential, *holder, *certifier, DateOf(days->first), {}};
  if (days->last != matcher::kDayMax) stated.last_day = DateOf(days->last);
  auto response = std::make_unique<v1::ExportCredentialResponse>();
  response->set_document(SignCredential(stated, key, call.now));
  response->set_issuer(DidOf(key.public_key()));
  return response;
}

}  // namespace

void AddCredentialExport(const storage::Store* store, storage::SigningKey key, MethodTable* table) {
  table->Add("ayni.v1.CredentialService/ExportCredential",
             [store, key = std::make_shared<const storage::SigningKey>(std::move(key))](
                 const std::shared_ptr<const Call>& call, const std::shared_ptr<const Requests>& requests,
                 const Reply& reply) {
               reply(Export(*store, *key, *call,
                            static_cast<const v1::ExportCredentialRequest&>(*requests->front())));
             });
}

}  // namespace ayni::services
