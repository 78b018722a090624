// An OpenID provider on this machine, that says what the test wants it to say.
#ifndef AYNI_TESTS_SERVICES_SESSION_FAKE_PROVIDER_H_
#define AYNI_TESTS_SERVICES_SESSION_FAKE_PROVIDER_H_

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/query.h"
#include "tests/services/notice/receiver.h"
#include "tests/services/session/signing_key.h"

namespace ayni::services {

// The fields of a query or a form.
inline std::map<std::string, std::string> FieldsOf(const std::string& query) {
  std::map<std::string, std::string> fields;
  INVARIANT(ReadQuery(query, &fields), query);
  return fields;
}

// Those of the query of an address.
inline std::map<std::string, std::string> QueryOf(const std::string& url) {
  return FieldsOf(url.substr(url.find('?') + 1));
}

class FakeProvider {
 public:
  FakeProvider() : issuer_(absl::StrCat("http://127.0.0.1:", receiver_.port())), key_("k1", true) {
    metadata_ = {{"issuer", issuer_},
                 {"authorization_endpoint", issuer_ + "/authorize"},
                 {"token_endpoint", issuer_ + "/token"},
                 {"jwks_uri", issuer_ + "/keys"}};
    Say("/.well-known/openid-configuration", {200, metadata_.dump()});
    SignBy(key_);
  }

  const std::string& issuer() const { return issuer_; }
  const nlohmann::json& metadata() const { return metadata_; }

  // From now on at that path.
  void Say(const std::string& path, const Said& said) {
    const std::lock_guard lock(mutex_);
    said_[path] = said;
  }
  void SayMetadata(const std::string& name, const nlohmann::json& value) {
    metadata_[name] = value;
    Say("/.well-known/openid-configuration", {200, metadata_.dump()});
  }
  // Shows the key, and signs by it.
  void SignBy(const SigningKey& key) {
    key_ = key;
    Say("/keys", {200, KeySetOf({key.Shown()})});
  }
  // The next code is one of `subject`, who began the sign-in with that nonce.
  void SignIn(const std::string& subject, const std::string& client_id, const std::string& nonce,
              absl::Time now) {
    const nlohmann::json said = {{"iss", issuer_},
                                 {"aud", client_id},
                                 {"sub", subject},
                                 {"nonce", nonce},
                                 {"exp", absl::ToUnixSeconds(now) + 60},
                                 {"iat", absl::ToUnixSeconds(now)}};
    Say("/token", {200, nlohmann::json{{"id_token", key_.Sign("ES256", said.dump())}}.dump()});
  }

  // What came to that path.
  std::vector<Received> Asked(const std::string& path) const {
    std::vector<Received> asked;
    for (const Received& each : receiver_.received()) {
      if (each.target == path) asked.push_back(each);
    }
    return asked;
  }
  size_t CountOf(const std::string& path) const { return Asked(path).size(); }

 private:
  std::mutex mutex_;
  std::map<std::string, Said> said_;  // guarded by mutex_
  Receiver receiver_{[this](const Received& request) {
    const std::lock_guard lock(mutex_);
    const auto found = said_.find(request.target);
    return found == said_.end() ? Said{404} : found->second;
  }};
  const std::string issuer_;
  SigningKey key_;
  nlohmann::json metadata_;
};

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_SESSION_FAKE_PROVIDER_H_
