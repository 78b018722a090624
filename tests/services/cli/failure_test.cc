#include "services/cli/failure.h"

#include <gmock/gmock.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace ayni::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Failure, EachCodeHasItsExit) {
  const std::pair<grpc::StatusCode, ExitCode> expected[] = {
      {grpc::INVALID_ARGUMENT, kRefused},     {grpc::FAILED_PRECONDITION, kRefused},
      {grpc::UNIMPLEMENTED, kRefused},        {grpc::NOT_FOUND, kNotFound},
      {grpc::PERMISSION_DENIED, kNotAllowed}, {grpc::UNAUTHENTICATED, kNotAllowed},
      {grpc::ALREADY_EXISTS, kConflict},      {grpc::ABORTED, kConflict},
      {grpc::UNAVAILABLE, kUnavailable},      {grpc::DEADLINE_EXCEEDED, kUnavailable},
      {grpc::INTERNAL, kServerFailed},        {grpc::DATA_LOSS, kServerFailed}};
  for (const auto& [code, exit] : expected)
    EXPECT_EQ(ExitCodeOf(FromServer(grpc::Status(code, "x"), "")), exit) << code;
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("x")), kUsage);
  EXPECT_EQ(ExitCodeOf(LocalFileError("a.csv", "x")), kLocalFile);
}

TEST(Failure, TellsEveryViolationOnALineOfItsOwn) {
  google::rpc::BadRequest bad_request;
  for (const char* field : {"need.quantity", "need.window.end_date"}) {
    auto* violation = bad_request.add_field_violations();
    violation->set_field(field);
    violation->set_description("must be \033[31mred");
  }
  google::rpc::RequestInfo request;
  request.set_request_id("r-1");
  google::rpc::Status details;
  details.add_details()->PackFrom(bad_request);
  details.add_details()->PackFrom(request);
  const absl::Status status = FromServer(
      grpc::Status(grpc::INVALID_ARGUMENT, "2 fields are wrong", details.SerializeAsString()), "ignored");
  EXPECT_THAT(FailureLines(status),
              ElementsAre("2 fields are wrong", "  need.quantity: must be \xEF\xBF\xBD[31mred",
                          "  need.window.end_date: must be \xEF\xBF\xBD[31mred", "  request r-1"));
}

TEST(Failure, CallsFieldsByOtherNames) {
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field("policy.limits[0].id");
  violation->set_description("must be set");
  google::rpc::Status details;
  details.add_details()->PackFrom(bad_request);
  const absl::Status status =
      FromServer(grpc::Status(grpc::INVALID_ARGUMENT, "x", details.SerializeAsString()), "");
  const absl::Status named =
      WithFieldNames(status, [](const std::string& field) { return "f:3:5: " + field.substr(7); });
  EXPECT_THAT(FailureLines(named), ElementsAre("1 field is wrong", "  f:3:5: limits[0].id: must be set"));
  EXPECT_EQ(ExitCodeOf(named), kRefused);
  EXPECT_THAT(WrongFields(status),
              ElementsAre(std::pair(std::string("policy.limits[0].id"), std::string("must be set"))));
  const absl::Status local = LocalFileError("a", "b");
  EXPECT_EQ(WithFieldNames(local, [](const std::string&) { return "x"; }), local);
}

TEST(Failure, SaysHowToGetAnActivePolicy) {
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type("NO_ACTIVE_POLICY");
  violation->set_subject("policies/-");
  violation->set_description("holds no active policy");
  google::rpc::Status details;
  details.add_details()->PackFrom(failure);
  const std::vector<std::string> lines =
      FailureLines(FromServer(grpc::Status(grpc::FAILED_PRECONDITION, "policies/- holds no active policy",
                                           details.SerializeAsString()),
                              ""));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[1], HasSubstr("`ayni policy list`, then `ayni policy activate ID`"));
}

TEST(Failure, NamesTheRequestOfTheTrailersWhereDetailsHaveNone) {
  EXPECT_THAT(FailureLines(FromServer(grpc::Status(grpc::NOT_FOUND, "no such need"), "r-2")),
              ElementsAre("no such need", "  request r-2"));
}

}  // namespace
}  // namespace ayni::cli
