#include "services/session/openid_provider.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/query.h"
#include "services/session/id_token.h"
#include "services/session/json_text.h"
#include "services/text_view.h"
#include "services/transfer.h"
#include "storage/ledger/sha256.h"

namespace ayni::services {
namespace {

using Json = nlohmann::json;

constexpr int kHttpClientError = 400;
constexpr int kHttpServerError = 500;

// A text that follows from the secret and tells nothing of it.
std::string DerivedText(const char* what, const std::string& secret) {
  const storage::Sha256Digest digest = storage::Sha256({what, secret});
  return absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::string NonceOf(const std::string& secret) { return DerivedText("ayni nonce ", secret); }
std::string VerifierOf(const std::string& secret) { return DerivedText("ayni verifier ", secret); }

// RFC 7636, section 4.2, method S256.
std::string ChallengeOf(const std::string& verifier) { return DerivedText("", verifier); }

absl::Status Unusable(const std::string& what, const Transferred& transferred) {
  std::string why = ": " + transferred.error;
  if (transferred.error.empty()) why = absl::StrCat(" answers ", transferred.code);
  if (transferred.taken) why = " answers what can't be read";
  return absl::UnavailableError(absl::StrCat("the OpenID provider: ", what, why));
}

// Browsers are sent there as it stands, in a header: so no line may end in it.
bool IsAddress(const std::string& text, const std::string& scheme) {
  return (absl::StartsWith(text, "https://") || absl::StartsWith(text, scheme + "//")) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isgraph(static_cast<unsigned char>(c)) && c != '#' && c != '"' && c != '<';
         });
}

// Whether the list of its token endpoint's ways has this one; where there is no list, the header's.
bool TakesSecretInBodyAlone(const Json& metadata) {
  const auto ways = metadata.find("token_endpoint_auth_methods_supported");
  if (ways == metadata.end() || !ways->is_array()) return false;
  const auto has = [&](const char* way) {
    return std::find(ways->begin(), ways->end(), Json(way)) != ways->end();
  };
  return has("client_secret_post") && !has("client_secret_basic");
}

}  // namespace

absl::StatusOr<OpenIdProvider::Metadata> OpenIdProvider::ReadMetadata(absl::Time now) {
  const std::lock_guard lock(mutex_);
  if (now < metadata_.read_time + kProviderMetadataLasts) return metadata_;
  if (now < failure_time_ + kProviderRest) return failure_;
  absl::StatusOr<Metadata> read = FetchMetadata(now);
  if (read.ok()) {
    metadata_ = *read;
  } else {
    failure_ = read.status();
    failure_time_ = now;
  }
  return read;
}

absl::StatusOr<OpenIdProvider::Metadata> OpenIdProvider::FetchMetadata(absl::Time now) const {
  const std::string url =
      absl::StrCat(absl::StripSuffix(settings_.issuer, "/"), "/.well-known/openid-configuration");
  const Transferred transferred = Fetch(url);
  const Json said = Json::parse(transferred.answer, nullptr, false);
  if (!transferred.taken || !said.is_object()) return Unusable(url, transferred);
  if (TextIn(said, "issuer") != settings_.issuer) {
    return absl::UnavailableError(
        absl::StrCat(url, " is of the issuer ", TextIn(said, "issuer"), ", not of ", settings_.issuer));
  }
  Metadata read;
  read.authorization_endpoint = TextIn(said, "authorization_endpoint");
  read.token_endpoint = TextIn(said, "token_endpoint");
  read.keys_url = TextIn(said, "jwks_uri");
  // Whoever reads what goes there is who signs in; so no scheme is taken that the issuer does not have.
  const std::string scheme = settings_.issuer.substr(0, settings_.issuer.find(':') + 1);
  for (const std::string& endpoint : {read.authorization_endpoint, read.token_endpoint, read.keys_url}) {
    if (!IsAddress(endpoint, scheme))
      return absl::UnavailableError(absl::StrCat(url, " has an address that can't be used"));
  }
  read.takes_secret_in_body = TakesSecretInBodyAlone(said);
  read.read_time = now;
  return read;
}

absl::StatusOr<OpenIdProvider::Metadata> OpenIdProvider::ReadKeys(absl::Time since, absl::Time now) {
  absl::StatusOr<Metadata> metadata = ReadMetadata(now);
  if (!metadata.ok() || metadata->keys_time > since) return metadata;
  const Transferred transferred = Fetch(metadata->keys_url);
  const Json said = Json::parse(transferred.answer, nullptr, false);
  const auto keys = said.find("keys");
  if (!transferred.taken || keys == said.end() || !keys->is_array())
    return Unusable(metadata->keys_url, transferred);
  const std::lock_guard lock(mutex_);
  metadata_.keys = transferred.answer;
  metadata_.keys_time = now;
  return metadata_;
}

absl::StatusOr<std::string> OpenIdProvider::AuthorizationUrl(const std::string& secret, absl::Time now) {
  const absl::StatusOr<Metadata> metadata = ReadMetadata(now);
  if (!metadata.ok()) return metadata.status();
  const std::string& endpoint = metadata->authorization_endpoint;
  return absl::StrCat(endpoint, absl::StrContains(endpoint, "?") ? "&" : "?",
                      "response_type=code&scope=openid&client_id=", QueryEscaped(settings_.client_id),
                      "&redirect_uri=", QueryEscaped(settings_.redirect_url), "&state=", StateOf(secret),
                      "&nonce=", NonceOf(secret),
                      "&code_challenge_method=S256&code_challenge=", ChallengeOf(VerifierOf(secret)));
}

std::string OpenIdProvider::StateOf(const std::string& secret) { return DerivedText("ayni state ", secret); }

absl::StatusOr<std::string> OpenIdProvider::IdTokenFor(const Metadata& metadata, const std::string& code,
                                                       const std::string& secret) const {
  Post post;
  post.url = metadata.token_endpoint;
  post.may_be_private = true;
  post.type = "application/x-www-form-urlencoded";
  post.headers = {"Accept: application/json"};
  post.body = absl::StrCat("grant_type=authorization_code&code=", QueryEscaped(code),
                           "&redirect_uri=", QueryEscaped(settings_.redirect_url),
                           "&code_verifier=", VerifierOf(secret));
  if (settings_.client_secret.empty() || metadata.takes_secret_in_body)
    absl::StrAppend(&post.body, "&client_id=", QueryEscaped(settings_.client_id));
  if (!settings_.client_secret.empty() && metadata.takes_secret_in_body) {
    absl::StrAppend(&post.body, "&client_secret=", QueryEscaped(settings_.client_secret));
  } else if (!settings_.client_secret.empty()) {
    post.headers.push_back(absl::StrCat(
        "Authorization: Basic ", absl::Base64Escape(absl::StrCat(QueryEscaped(settings_.client_id), ":",
                                                                 QueryEscaped(settings_.client_secret)))));
  }
  const Transferred transferred = SendPost(post);
  const Json said = Json::parse(transferred.answer, nullptr, false);
  if (transferred.code >= kHttpClientError && transferred.code < kHttpServerError) {
    return absl::PermissionDeniedError(absl::StrCat("the OpenID provider does not take the sign-in: ",
                                                    TextIn(said, "error"), " (", transferred.code, ")"));
  }
  if (!transferred.taken || !said.is_object()) return Unusable(post.url, transferred);
  return TextIn(said, "id_token");
}

absl::StatusOr<std::string> OpenIdProvider::Redeem(const std::string& code, const std::string& secret,
                                                   absl::Time now) {
  absl::StatusOr<Metadata> metadata = ReadKeys(absl::InfinitePast(), now);
  if (!metadata.ok()) return metadata.status();
  const absl::StatusOr<std::string> token = IdTokenFor(*metadata, code, secret);
  if (!token.ok()) return token.status();
  const IdTokenClaims claims{settings_.issuer, settings_.client_id, NonceOf(secret)};
  absl::StatusOr<std::string> subject = SubjectOfIdToken(*token, metadata->keys, claims, now);
  if (!absl::IsNotFound(subject.status())) return subject;
  // A provider changes its keys, and signs by new ones at once.
  metadata = ReadKeys(now - kProviderKeysRest, now);
  if (!metadata.ok()) return metadata.status();
  subject = SubjectOfIdToken(*token, metadata->keys, claims, now);
  return absl::IsNotFound(subject.status()) ? absl::PermissionDeniedError(subject.status().message())
                                            : subject;
}

}  // namespace ayni::services
