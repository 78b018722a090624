#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>

#include "absl/strings/str_cat.h"
#include "ayni/v1/market_service.pb.h"
#include "tests/services/market.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

using grpc::StatusCode;

constexpr char kImport[] = "ayni.v1.MarketService/ImportMarket";

// A stream of an import, from its client's side.
class ImportStream {
 public:
  ImportStream(const ServedMethods& served, const std::string& token) : stub_(served.Connect()) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    context_.AddMetadata("authorization", absl::StrCat("Bearer ", token));
    call_ = stub_.PrepareCall(&context_, absl::StrCat("/", kImport), &queue_);
    call_->StartCall(nullptr);
    Next();
  }

  bool Write(const v1::ImportMarketRequest& message) {
    call_->Write(ToByteBuffer(message), nullptr);
    return Next();
  }
  void WritesDone() {
    call_->WritesDone(nullptr);
    Next();
  }
  // gRPC holds the status back until the answer before it is read.
  void Read() {
    grpc::ByteBuffer response;
    call_->Read(&response, nullptr);
    Next();
  }
  void Cancel() { context_.TryCancel(); }
  Answered AwaitEnd() {
    Answered answered;
    call_->Finish(&answered.status, nullptr);
    Next();
    return answered;
  }

 private:
  bool Next() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

class ImportDoor : public testing::Test {
 protected:
  // Sends `messages` as one stream; the answer's status.
  grpc::Status Import(ServedMethods* served, const std::vector<v1::ImportMarketRequest>& messages,
                      const std::string& token) {
    ImportStream stream(*served, token);
    bool open = true;
    for (const v1::ImportMarketRequest& message : messages) {
      open = stream.Write(message);
      if (!open) break;
    }
    if (open) stream.WritesDone();
    stream.Read();
    return stream.AwaitEnd().status;
  }

  MethodTable Counting() {
    MethodTable methods;
    methods.Add(kImport,
                [this](std::shared_ptr<const Call>, std::shared_ptr<const Requests> requests, Reply reply) {
                  received_ = requests->size();
                  reply(std::make_unique<v1::ImportMarketResponse>());
                });
    return methods;
  }

  size_t received_ = 0;
};

TEST_F(ImportDoor, GivesTheMethodAllMessagesOfAStream) {
  ServedMethods served(Counting());
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  const grpc::Status status = Import(&served, std::vector<v1::ImportMarketRequest>(57), token);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(received_, 57u);
}

TEST_F(ImportDoor, BoundsAStreamByItsTotal) {
  GrpcDoorOptions options;
  options.stream_bytes_max = 10'000;
  ServedMethods served(Counting(), {}, options);
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  v1::ImportMarketRequest message;
  message.add_rows()->set_file(std::string(1000, 'f'));
  EXPECT_TRUE(Import(&served, std::vector<v1::ImportMarketRequest>(9, message), token).ok());
  EXPECT_EQ(Import(&served, std::vector<v1::ImportMarketRequest>(20, message), token).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ImportDoor, EndsAStreamThatIsLeftOpen) {
  ServedMethods served(Counting(), {.stream_deadline_max = absl::Milliseconds(300)});
  ImportStream stream(served, served.Admit("principals/root", v1::ROLE_ADMINISTRATOR));
  stream.Write({});
  EXPECT_EQ(stream.AwaitEnd().Reason(), "SERVER_DEADLINE");
  EXPECT_EQ(received_, 0u);
}

TEST_F(ImportDoor, BoundsTheMessagesOfAStream) {
  GrpcDoorOptions options;
  options.stream_messages_max = 100;
  ServedMethods served(Counting(), {}, options);
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  EXPECT_TRUE(Import(&served, std::vector<v1::ImportMarketRequest>(100), token).ok());
  EXPECT_EQ(Import(&served, std::vector<v1::ImportMarketRequest>(101), token).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ImportDoor, TakesNoMoreStreamsAtOnceThanItsLimit) {
  ServedMethods served(Counting(), {.client_streams_max = 2});
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  {
    ImportStream first(served, token);
    ImportStream second(served, token);
    first.Write({});
    second.Write({});
    EXPECT_EQ(Import(&served, {v1::ImportMarketRequest()}, token).error_code(),
              StatusCode::RESOURCE_EXHAUSTED);
  }
  // Those that are gone count no more.
  for (int i = 0; i < 100 && received_ == 0; ++i) {
    Import(&served, {v1::ImportMarketRequest()}, token);
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_EQ(received_, 1u);
}

TEST_F(ImportDoor, RefusesAStreamBeforeItsMessages) {
  ServedMethods served(Counting());
  const std::string token = served.Admit("principals/ana", v1::ROLE_COOPERATIVE, "parties/c3");
  EXPECT_EQ(Import(&served, std::vector<v1::ImportMarketRequest>(3), token).error_code(),
            StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(received_, 0u);
}

TEST_F(ImportDoor, ChangesNothingWhereTheClientGoesAwayInTheMiddle) {
  TestMarket market;
  ServedMethods served(market.methods());
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  for (int i = 0; i < 20; ++i) {
    ImportStream stream(served, token);
    for (int j = 0; j < 3; ++j) {
      v1::ImportMarketRequest message;
      v1::Territory* country = message.add_rows()->mutable_territory();
      country->set_name(
          absl::StrCat("territories/iso3166.", std::string(1, 'a' + i), std::string(1, 'a' + j)));
      country->set_display_name("a country");
      country->set_level(v1::TERRITORY_LEVEL_COUNTRY);
      stream.Write(message);
    }
    stream.Cancel();
    EXPECT_EQ(stream.AwaitEnd().status.error_code(), StatusCode::CANCELLED);
  }
  served.door().Close(absl::Seconds(5));
  EXPECT_EQ(market.store().sequence(), 0u);
}

TEST_F(ImportDoor, RefusesAStreamAtItsFirstBadMessage) {
  TestMarket market;
  ServedMethods served(market.methods());
  const std::string token = served.Admit("principals/root", v1::ROLE_ADMINISTRATOR);
  ImportStream stream(served, token);
  v1::ImportMarketRequest message;
  for (int i = 0; i < 1001; ++i) message.add_rows()->set_line(i);
  stream.Write(message);
  // The stream stays open: the answer comes all the same.
  const grpc::Status status = stream.AwaitEnd().status;
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), testing::HasSubstr("rows must be at most 1000 in a message, are 1001"));
}

}  // namespace
}  // namespace ayni::services
