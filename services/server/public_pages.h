// What this market shows to everybody over HTTP, where the operator opens it:
//
// clang-format off
//   /                  the rounds that stand, and the ledger's key, in Spanish; with ?language=eng in English
//   /fairness/ROUND    the fairness report of a published round, in FAIRNESS_VIEW_PUBLIC
//   /checkpoint        the ledger's last signed head
//   /tile/L/N[.p/W]    hashes of its leaves, as C2SP tlog-tiles has them; no leaves
//   /key               its verifier key
// clang-format on
//
// Nothing of it is a file, and no part of a path is one's name.
#ifndef AYNI_SERVICES_SERVER_PUBLIC_PAGES_H_
#define AYNI_SERVICES_SERVER_PUBLIC_PAGES_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "services/method.h"
#include "services/page/fairness_words.h"
#include "services/server/http_port.h"
#include "storage/store.h"

namespace ayni::services {

// Thread-safe. REQUIRES: it, the methods and the store outlive every answer, and the methods have
// OutsiderReports.
class PublicPages {
 public:
  using Clock = std::function<absl::Time()>;

  PublicPages(const MethodTable* methods, const storage::Store* store, Clock clock)
      : methods_(*methods), store_(*store), clock_(std::move(clock)) {}

  // An HttpPort's handler.
  void Answer(const HttpRequest& request, const HttpPort::Answer& answer);

 private:
  void AnswerIndex(page::Language language, const HttpPort::Answer& answer);
  void AnswerFairness(const std::string& round_id, page::Language language, const HttpPort::Answer& answer);
  void AnswerCheckpoint(const HttpPort::Answer& answer);
  void AnswerKey(const HttpPort::Answer& answer);
  void AnswerTile(const std::string& path, const HttpPort::Answer& answer);

  const MethodTable& methods_;
  const storage::Store& store_;
  const Clock clock_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_PUBLIC_PAGES_H_
