#include "services/session/id_token.h"

#include <cjose/cjose.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/session/json_text.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 9> kAlgorithms = {"RS256", "RS384", "RS512", "PS256", "PS384",
                                                         "PS512", "ES256", "ES384", "ES512"};
constexpr size_t kSubjectCharactersMax = 255;

struct Release {
  void operator()(cjose_jws_t* token) const { cjose_jws_release(token); }
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};
using SignedToken = std::unique_ptr<cjose_jws_t, Release>;

absl::Status Wrong(absl::string_view why) {
  return absl::PermissionDeniedError(absl::StrCat("the provider's ID token ", why));
}

// cjose ends the process on some of what is not.
bool IsBase64Url(absl::string_view text) {
  return !text.empty() && text.size() % 4 != 1 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

SignedToken Parsed(absl::string_view token) {
  for (const absl::string_view part : absl::StrSplit(token, '.')) {
    if (!IsBase64Url(part)) return nullptr;
  }
  cjose_err error;
  return SignedToken(cjose_jws_import(token.data(), token.size(), &error));
}

std::string HeaderOf(cjose_jws_t* token, const char* name) {
  cjose_err error;
  const char* value = cjose_header_get(cjose_jws_get_protected(token), name, &error);
  return value == nullptr ? "" : value;
}

// What RFC 7517 has for signatures: a key that says what else it is for is not taken.
bool IsFor(const Json& key, const std::string& kid, const std::string& algorithm) {
  if (!key.is_object() || (!kid.empty() && TextIn(key, "kid") != kid)) return false;
  const std::string use = TextIn(key, "use");
  const std::string only = TextIn(key, "alg");
  const std::string type = algorithm[0] == 'E' ? "EC" : "RSA";
  return (use.empty() || use == "sig") && (only.empty() || only == algorithm) && TextIn(key, "kty") == type;
}

// Of the key's public numbers alone.
bool IsSignedBy(cjose_jws_t* token, const Json& key) {
  const bool is_curve = TextIn(key, "kty") == "EC";
  Json numbers = {{"kty", TextIn(key, "kty")}};
  if (is_curve) numbers["crv"] = TextIn(key, "crv");
  for (const char* name : {is_curve ? "x" : "n", is_curve ? "y" : "e"}) {
    numbers[name] = TextIn(key, name);
    if (!IsBase64Url(TextIn(key, name))) return false;
  }
  cjose_err error;
  const std::string text = numbers.dump();
  const std::unique_ptr<cjose_jwk_t, Release> known(cjose_jwk_import(text.data(), text.size(), &error));
  return known != nullptr && cjose_jws_verify(token, known.get(), &error);
}

// RFC 7515, section 4.1.11: whether the token is to be refused by who does not know all that it lists.
bool NeedsMore(cjose_jws_t* token) {
  cjose_err error;
  const std::unique_ptr<char, cjose_dealloc_fn_t> listed(
      cjose_header_get_raw(cjose_jws_get_protected(token), "crit", &error), cjose_get_dealloc());
  return listed != nullptr;
}

absl::Status CheckSignature(cjose_jws_t* token, const std::string& keys) {
  if (NeedsMore(token)) return Wrong("lists what must be understood, and is not");
  const std::string algorithm = HeaderOf(token, CJOSE_HDR_ALG);
  if (std::find(kAlgorithms.begin(), kAlgorithms.end(), algorithm) == kAlgorithms.end())
    return Wrong(absl::StrCat("is signed by ", algorithm, ", which is not taken"));
  const Json set = Json::parse(keys, nullptr, false);
  const auto all = set.find("keys");
  if (all == set.end() || !all->is_array())
    return absl::NotFoundError("the provider's keys are no JSON Web Key Set");
  const std::string kid = HeaderOf(token, CJOSE_HDR_KID);
  bool has_key = false;
  for (const Json& key : *all) {
    if (!IsFor(key, kid, algorithm)) continue;
    has_key = true;
    if (IsSignedBy(token, key)) return absl::OkStatus();
  }
  if (!has_key) return absl::NotFoundError(absl::StrCat("the provider has no key ", kid, " for ", algorithm));
  return Wrong("has a wrong signature");
}

// One text, or an array of them.
bool IsAudience(const Json& audience, const std::string& client_id) {
  if (audience.is_string()) return audience.get<std::string>() == client_id;
  return audience.is_array() &&
         std::find(audience.begin(), audience.end(), Json(client_id)) != audience.end();
}

// InfinitePast where it is missing, or no number.
absl::Time TimeIn(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return absl::InfinitePast();
  return absl::UnixEpoch() + absl::Seconds(found->get<double>());
}

absl::StatusOr<std::string> CheckClaims(const Json& said, const IdTokenClaims& claims, absl::Time now) {
  if (TextIn(said, "iss") != claims.issuer)
    return Wrong(absl::StrCat("is of ", TextIn(said, "iss"), " and not of ", claims.issuer));
  const auto audience = said.find("aud");
  if (audience == said.end() || !IsAudience(*audience, claims.client_id))
    return Wrong("is for another client");
  // Whom it was issued to must be told apart where it is for several.
  const std::string party = TextIn(said, "azp");
  const bool needs_party = said.contains("azp") || (audience->is_array() && audience->size() > 1);
  if (needs_party && party != claims.client_id) return Wrong("was issued to another client");
  if (TimeIn(said, "exp") + kIdTokenLeeway <= now) return Wrong("has expired");
  const absl::Time issued = TimeIn(said, "iat");
  if (issued > now + kIdTokenLeeway) return Wrong("was issued in the future: a clock is wrong");
  if (issued + kIdTokenAgeMax < now) return Wrong("was issued too long ago");
  if (TextIn(said, "nonce") != claims.nonce) return Wrong("is of another sign-in");
  const std::string subject = TextIn(said, "sub");
  if (subject.empty() || subject.size() > kSubjectCharactersMax) return Wrong("names nobody");
  return subject;
}

}  // namespace

absl::StatusOr<std::string> SubjectOfIdToken(std::string_view token, const std::string& keys,
                                             const IdTokenClaims& claims, absl::Time now) {
  const SignedToken parsed = Parsed(Absl(token));
  if (parsed == nullptr) return Wrong("is no signed JSON Web Token");
  if (absl::Status signature = CheckSignature(parsed.get(), keys); !signature.ok()) return signature;
  uint8_t* bytes = nullptr;
  size_t size = 0;
  cjose_err error;
  if (!cjose_jws_get_plaintext(parsed.get(), &bytes, &size, &error)) return Wrong("says nothing");
  const Json said = Json::parse(bytes, bytes + size, nullptr, false);
  if (!said.is_object()) return Wrong("is no JSON object");
  return CheckClaims(said, claims, now);
}

}  // namespace ayni::services
