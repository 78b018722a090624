// A market for tests: the methods over a real store in a temporary folder, with a small catalogue and a few
// parties.
#ifndef AYNI_TESTS_SERVICES_MARKET_H_
#define AYNI_TESTS_SERVICES_MARKET_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/catalogue_service.pb.h"
#include "ayni/v1/credential_service.pb.h"
#include "ayni/v1/market_service.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/offer_service.pb.h"
#include "ayni/v1/party_service.pb.h"
#include "ayni/v1/policy_service.pb.h"
#include "ayni/v1/relation_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "services/method.h"
#include "services/rules/resource_methods.h"
#include "storage/rocksdb_store.h"
#include "storage/store.h"
#include "tests/temporary_folder.h"

namespace ayni::services {

class TestMarket {
 public:
  // Without any record.
  explicit TestMarket(const storage::RocksDbOptions& options = {}, const ResourceOptions& resources = {});
  ~TestMarket();

  // Adds the catalogue and the parties that the functions below refer to.
  void Lay();

  // Runs the method as an administrator, and waits for its answer.
  absl::StatusOr<std::unique_ptr<Message>> Run(const std::string& method, const Message& request);
  absl::StatusOr<std::unique_ptr<Message>> RunAs(const Caller& caller, Scope scope, const std::string& method,
                                                 std::vector<std::unique_ptr<Message>> requests);
  template <typename Response>
  absl::StatusOr<Response> Call(const std::string& method, const Message& request) {
    return Typed<Response>(Run(method, request));
  }
  template <typename Response>
  absl::StatusOr<Response> CallAs(const Caller& caller, Scope scope, const std::string& method,
                                  const Message& request) {
    std::vector<std::unique_ptr<Message>> requests;
    requests.emplace_back(request.New());
    requests.back()->CopyFrom(request);
    return Typed<Response>(RunAs(caller, scope, method, std::move(requests)));
  }

  storage::Store& store() { return *store_; }
  const MethodTable& methods() const { return methods_; }
  absl::Time now() const { return now_; }
  void Advance(absl::Duration duration) { now_ += duration; }

 private:
  template <typename Response>
  static absl::StatusOr<Response> Typed(absl::StatusOr<std::unique_ptr<Message>> response) {
    if (!response.ok()) return response.status();
    return static_cast<const Response&>(**response);
  }

  TemporaryFolder folder_;
  std::unique_ptr<storage::Store> store_;
  std::atomic<int> last_id_{0};
  absl::Time now_;
  MethodTable methods_;
};

Caller Administrator();
Caller SecondAdministrator();
Caller CooperativeCaller();  // of parties/coop
Caller TapCaller();          // of parties/tap

// Records that may be made in a market that was laid, without their names.
v1::Territory ADistrict();  // territories/inei.080602
v1::Service AService();
v1::ValueChain AValueChain();
v1::Party ACooperative();
v1::Party ATap();
v1::Party ACertifier();
v1::Relation ARelation();
v1::Credential ACredential();
v1::Need ANeed();     // under cooperatives/coop
v1::Offer AnOffer();  // under taps/tap
v1::Policy APolicy();
google::type::Date ADay(int year, int month, int day);

// What a status says of the fields, as in "need.quantity must be 1 to 10, is 11".
std::vector<std::string> FieldViolations(const absl::Status& status);
// Whether the status is an InvalidArgument with a violation of the field.
bool Violates(const absl::Status& status, const std::string& field);
// The reason of the status's google.rpc.ErrorInfo; empty where there is none.
std::string ReasonOf(const absl::Status& status);

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_MARKET_H_
