#include "services/credential/verifiable_credential.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/credential/base58.h"
#include "services/credential/canonical_json.h"
#include "services/credential/did_key.h"
#include "services/text_view.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

using Json = nlohmann::json;
// Written in the order in which people read it.
using OrderedJson = nlohmann::ordered_json;

constexpr char kCredentialsContext[] = "https://www.w3.org/ns/credentials/v2";
// That terms which no context defines mean what the issuer says: achievement, scheme and what it holds.
constexpr char kUndefinedTermsContext[] = "https://www.w3.org/ns/credentials/undefined-terms/v2";
constexpr char kCryptosuite[] = "eddsa-jcs-2022";

std::string DayText(const google::type::Date& day, const char* moment) {
  return absl::StrFormat("%04d-%02d-%02d%s", day.year(), day.month(), day.day(), moment);
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

OrderedJson PartyOf(const v1::Party& party, const std::string& did) {
  OrderedJson json;
  json["id"] = absl::StrCat(did, "/", party.name());
  if (!party.display_name().empty()) json["name"] = party.display_name();
  return json;
}

template <typename Names>
OrderedJson UrlsOf(const Names& names, const std::string& did) {
  OrderedJson urls = OrderedJson::array();
  for (const std::string& name : names) urls.push_back(absl::StrCat(did, "/", name));
  return urls;
}

OrderedJson DocumentOf(const StatedCredential& stated, const std::string& did) {
  const v1::Credential& credential = stated.credential;
  OrderedJson document;
  document["@context"] = OrderedJson::array({kCredentialsContext, kUndefinedTermsContext});
  document["id"] = absl::StrCat(did, "/", credential.name());
  document["type"] = OrderedJson::array({"VerifiableCredential"});
  document["issuer"] = did;
  document["validFrom"] = DayText(stated.first_day, "T00:00:00+14:00");
  if (stated.last_day.year() != 0) document["validUntil"] = DayText(stated.last_day, "T23:59:59-12:00");
  OrderedJson achievement;
  achievement["scheme"] = credential.scheme();
  achievement["issued"] = DayText(credential.issue_date(), "");
  achievement["certifier"] = PartyOf(stated.certifier, did);
  if (!credential.services().empty()) achievement["services"] = UrlsOf(credential.services(), did);
  if (!credential.value_chains().empty()) achievement["valueChains"] = UrlsOf(credential.value_chains(), did);
  OrderedJson subject = PartyOf(stated.holder, did);
  subject["achievement"] = std::move(achievement);
  document["credentialSubject"] = std::move(subject);
  return document;
}

// What is signed: the digest of the proof without its value, and that of the document without the proof.
std::string SignedBytes(const Json& proof, const Json& document) {
  std::string bytes;
  for (const Json& part : {proof, document})
    absl::StrAppend(&bytes, Absl(storage::View(storage::Sha256({CanonicalJson(part)}))));
  return bytes;
}

absl::Status NotSigned(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("is not what the issuer signed: ", why));
}

// Empty where it has no such text.
std::string TextIn(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

const Json& MemberOf(const Json& object, const char* name) {
  static const auto* const nothing = new Json();
  if (!object.is_object()) return *nothing;
  const auto found = object.find(name);
  return found == object.end() ? *nothing : *found;
}

bool Holds(const Json& array, const char* text) {
  if (!array.is_array()) return false;
  for (const Json& each : array) {
    if (each == text) return true;
  }
  return false;
}

absl::Status CheckProof(const Json& document, const Json& proof, std::string_view issuer) {
  const std::pair<const char*, std::string> expected[] = {
      {"type", "DataIntegrityProof"},
      {"cryptosuite", kCryptosuite},
      {"proofPurpose", "assertionMethod"},
      {"verificationMethod", VerificationMethodOf(issuer)}};
  for (const auto& [name, value] : expected) {
    if (TextIn(proof, name) != value) return NotSigned(absl::StrCat("proof.", name, " is not ", value));
  }
  // The suite allows a document to name more contexts than its proof: ours never does.
  if (MemberOf(proof, "@context") != MemberOf(document, "@context"))
    return NotSigned("proof.@context is not that of the document");
  const std::string value = TextIn(proof, "proofValue");
  const std::optional<std::string> signature =
      value.empty() || value[0] != 'z' ? std::nullopt : FromBase58(std::string_view(value).substr(1));
  if (!signature.has_value()) return NotSigned("proof.proofValue is no multibase of base 58");
  Json options = proof;
  options.erase("proofValue");
  const absl::StatusOr<storage::PublicKey> key = KeyOf(issuer);
  if (!key.ok()) return key.status();
  if (!storage::IsSigned(*key, SignedBytes(options, document), *signature))
    return NotSigned("the signature is of another document, or of another key");
  return absl::OkStatus();
}

// OK where `text` is a moment that is before `now`, or after it.
absl::Status CheckMoment(const std::string& text, const char* name, absl::Time now, bool is_first) {
  absl::Time moment;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &moment, &error))
    return absl::DataLossError(absl::StrCat(name, " is no moment: ", text));
  if (is_first ? moment <= now : moment >= now) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("is signed, and ", is_first ? "not valid before " : "was valid until ", text));
}

std::vector<std::string> TextsIn(const Json& object, const char* name) {
  std::vector<std::string> texts;
  const Json& array = MemberOf(object, name);
  if (!array.is_array()) return texts;
  for (const Json& each : array) {
    if (each.is_string()) texts.push_back(each.get<std::string>());
  }
  return texts;
}

std::string NameIn(const Json& party) {
  const std::string name = TextIn(party, "name");
  return name.empty() ? TextIn(party, "id") : name;
}

}  // namespace

std::string SignCredential(const StatedCredential& stated, const storage::SigningKey& key, absl::Time now) {
  const std::string did = DidOf(key.public_key());
  OrderedJson document = DocumentOf(stated, did);
  OrderedJson proof;
  proof["type"] = "DataIntegrityProof";
  proof["cryptosuite"] = kCryptosuite;
  proof["created"] = TimeText(now);
  proof["verificationMethod"] = VerificationMethodOf(did);
  proof["proofPurpose"] = "assertionMethod";
  proof["@context"] = document["@context"];
  const storage::Signature signature = key.Sign(SignedBytes(Json(proof), Json(document)));
  const std::string_view bytes(reinterpret_cast<const char*>(signature.data()), signature.size());
  proof["proofValue"] = absl::StrCat("z", Base58(bytes));
  document["proof"] = std::move(proof);
  return document.dump(2) + "\n";
}

absl::StatusOr<CheckedCredential> CheckCredential(std::string_view text, std::string_view issuer,
                                                  absl::Time now) {
  if (const auto key = KeyOf(issuer); !key.ok()) return key.status();
  std::string wrong;
  std::optional<Json> document = ParseStrictJson(text, &wrong);
  if (!document.has_value()) return absl::DataLossError(wrong);
  if (!document->is_object() || !Holds(MemberOf(*document, "type"), "VerifiableCredential") ||
      !Holds(MemberOf(*document, "@context"), kCredentialsContext))
    return absl::DataLossError("is no Verifiable Credential of the data model 2.0");
  if (TextIn(*document, "issuer") != issuer)
    return NotSigned(absl::StrCat("it names ", TextIn(*document, "issuer"), " as its issuer"));
  const Json proof = MemberOf(*document, "proof");
  document->erase("proof");
  if (absl::Status status = CheckProof(*document, proof, issuer); !status.ok()) return status;
  CheckedCredential checked;
  const Json& subject = MemberOf(*document, "credentialSubject");
  const Json& achievement = MemberOf(subject, "achievement");
  checked.holder = NameIn(subject);
  checked.scheme = TextIn(achievement, "scheme");
  checked.certifier = NameIn(MemberOf(achievement, "certifier"));
  checked.services = TextsIn(achievement, "services");
  checked.value_chains = TextsIn(achievement, "valueChains");
  checked.valid_from = TextIn(*document, "validFrom");
  checked.valid_until = TextIn(*document, "validUntil");
  checked.signed_at = TextIn(proof, "created");
  if (absl::Status status = CheckMoment(checked.valid_from, "validFrom", now, true); !status.ok())
    return status;
  if (!MemberOf(*document, "validUntil").is_null()) {
    if (absl::Status status = CheckMoment(checked.valid_until, "validUntil", now, false); !status.ok())
      return status;
  }
  return checked;
}

}  // namespace ayni::services
