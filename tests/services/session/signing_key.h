// Keys of an OpenID provider, and the ID tokens that it signs by them.
#ifndef AYNI_TESTS_SERVICES_SESSION_SIGNING_KEY_H_
#define AYNI_TESTS_SERVICES_SESSION_SIGNING_KEY_H_

#include <cjose/cjose.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "services/invariant.h"

namespace ayni::services {

class SigningKey {
 public:
  // Draws one; `curve`: of elliptic curves, else of RSA.
  explicit SigningKey(const std::string& kid, bool curve = false)
      : SigningKey(curve ? cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nullptr)
                         : cjose_jwk_create_RSA_random(2048, nullptr, 0, nullptr),
                   kid) {}
  // A secret that both sides would have.
  static SigningKey OfSecret(const std::string& secret, const std::string& kid) {
    return {
        cjose_jwk_create_oct_spec(reinterpret_cast<const uint8_t*>(secret.data()), secret.size(), nullptr),
        kid};
  }

  // The public half, as the provider shows it.
  nlohmann::json Shown() const {
    const std::unique_ptr<char, cjose_dealloc_fn_t> text(cjose_jwk_to_json(key_.get(), false, nullptr),
                                                         cjose_get_dealloc());
    INVARIANT(text != nullptr, "cjose");
    return nlohmann::json::parse(text.get());
  }

  // A token that says `payload`, with its header {"alg":algorithm,"kid":kid} and what `more` adds to it.
  std::string Sign(const std::string& algorithm, const std::string& payload,
                   const nlohmann::json& more = nlohmann::json::object()) const {
    cjose_header_t* header = cjose_header_new(nullptr);
    cjose_header_set(header, CJOSE_HDR_ALG, algorithm.c_str(), nullptr);
    if (!kid_.empty()) cjose_header_set(header, CJOSE_HDR_KID, kid_.c_str(), nullptr);
    for (const auto& [name, value] : more.items())
      cjose_header_set_raw(header, name.c_str(), value.dump().c_str(), nullptr);
    cjose_jws_t* token = cjose_jws_sign(key_.get(), header, reinterpret_cast<const uint8_t*>(payload.data()),
                                        payload.size(), nullptr);
    const char* text = nullptr;
    INVARIANT(token != nullptr && cjose_jws_export(token, &text, nullptr), algorithm);
    const std::string signed_token = text;
    cjose_jws_release(token);
    cjose_header_release(header);
    return signed_token;
  }

 private:
  SigningKey(cjose_jwk_t* key, const std::string& kid) : kid_(kid), key_(key, cjose_jwk_release) {
    INVARIANT(key != nullptr, "cjose");
    if (!kid.empty()) cjose_jwk_set_kid(key, kid.data(), kid.size(), nullptr);
  }

  std::string kid_;
  std::shared_ptr<cjose_jwk_t> key_;
};

// A JSON Web Key Set.
inline std::string KeySetOf(const std::vector<nlohmann::json>& keys) {
  return nlohmann::json{{"keys", keys}}.dump();
}

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_SESSION_SIGNING_KEY_H_
