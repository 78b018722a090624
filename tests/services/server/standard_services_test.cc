// What gRPC's own tools ask of any server: its health, and what it serves.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/api.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

grpc::ByteBuffer Bytes(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string Text(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  EXPECT_TRUE(bytes.DumpToSingleSlice(&slice).ok());
  return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

// grpc.health.v1, in wire form: HealthCheckRequest.service is field 1, HealthCheckResponse.status too.
std::string Health(const ServedMethods& served, const std::string& service) {
  const std::string request =
      service.empty() ? "" : absl::StrCat("\x0a", std::string(1, static_cast<char>(service.size())), service);
  const Answered answered = AskBytes(served.Connect(), "grpc.health.v1.Health/Check", Bytes(request));
  return answered.status.ok() ? Text(answered.response) : answered.status.error_message();
}

TEST(GrpcDoor, TellsItsHealthToAnyone) {
  constexpr char kServing[] = "\x08\x01";
  constexpr char kNotServing[] = "\x08\x02";
  ServedMethods served(AllMethodsAnswering());
  EXPECT_EQ(Health(served, ""), kServing);
  EXPECT_EQ(Health(served, "ayni.v1.NeedService"), kServing);
  served.door().SetServing(false);
  EXPECT_EQ(Health(served, ""), kNotServing);
  EXPECT_EQ(Health(served, "ayni.v1.NeedService"), kNotServing);
}

TEST(GrpcDoor, ListsItsServicesByReflection) {
  // ServerReflectionRequest.list_services is field 7.
  ServedMethods served(AllMethodsAnswering());
  grpc::GenericStub stub(served.Connect());
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  void* tag = nullptr;
  bool ok = false;
  const auto call =
      stub.PrepareCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  call->StartCall(nullptr);
  queue.Next(&tag, &ok);
  call->Write(Bytes("\x3a\x01*"), nullptr);
  queue.Next(&tag, &ok);
  grpc::ByteBuffer response;
  call->Read(&response, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  const std::string listed = Text(response);
  for (const google::protobuf::ServiceDescriptor* service : ApiServices()) {
    EXPECT_THAT(listed, HasSubstr(service->full_name()));
  }
  EXPECT_THAT(listed, HasSubstr("grpc.health.v1.Health"));
  call->WritesDone(nullptr);
  queue.Next(&tag, &ok);
  grpc::Status status;
  call->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
}

}  // namespace
}  // namespace ayni::services
