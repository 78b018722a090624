#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer_service.pb.h"
#include "services/server/descriptor.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

using grpc::StatusCode;

constexpr char kListOffers[] = "ayni.v1.OfferService/ListOffers";
constexpr char kCreateNeed[] = "ayni.v1.NeedService/CreateNeed";

// A client over a connection whose window for answers is shut: it sends calls, and takes nothing but errors.
class SlowReader {
 public:
  explicit SlowReader(int port, const std::string& token) : token_(token) {
    connection_ = Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(connection_.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    // SETTINGS_INITIAL_WINDOW_SIZE (4) is 0.
    Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(4, 0, 0, std::string("\0\4\0\0\0\0", 6)));
  }

  void Call(const std::string& method) {
    std::string headers;
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{":method", "POST"},
                                                          {":scheme", "http"},
                                                          {":path", "/" + method},
                                                          {":authority", "x"},
                                                          {"content-type", "application/grpc"},
                                                          {"te", "trailers"},
                                                          {"authorization", "Bearer " + token_}}) {
      headers += std::string(1, '\0') + static_cast<char>(name.size()) + name +
                 static_cast<char>(value.size()) + value;
    }
    Send(Frame(1, 4, stream_, headers) + Frame(0, 1, stream_, std::string(5, '\0')));
    stream_ += 2;
  }

 private:
  static std::string Frame(char type, char flags, uint32_t stream, const std::string& payload) {
    std::string frame;
    for (const int shift : {16, 8, 0}) frame += static_cast<char>(payload.size() >> shift);
    frame += type;
    frame += flags;
    for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(stream >> shift);
    return frame + payload;
  }

  void Send(const std::string& bytes) {
    EXPECT_EQ(send(connection_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }

  const std::string token_;
  Descriptor connection_;
  uint32_t stream_ = 1;
};

template <typename Condition>
bool ComesTrue(const Condition& condition) {
  for (int i = 0; i < 1000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return condition();
}

class UnreadAnswers : public testing::Test {
 protected:
  static constexpr int64_t kAnswerBytes = 100'000;
  static constexpr int64_t kBudgetBytes = 8'000'000;

  UnreadAnswers() {
    MethodTable methods;
    methods.Add(kListOffers, [](std::shared_ptr<const Call>, std::shared_ptr<const Requests>, Reply reply) {
      auto offers = std::make_unique<v1::ListOffersResponse>();
      offers->set_next_page_token(std::string(kAnswerBytes, 'x'));
      reply(std::move(offers));
    });
    methods.Add(kCreateNeed, [](std::shared_ptr<const Call>, std::shared_ptr<const Requests>, Reply reply) {
      auto need = std::make_unique<v1::Need>();
      need->set_note(std::string(kAnswerBytes, 'x'));
      reply(std::move(need));
    });
    DispatchOptions options;
    options.answer_bytes_max = kBudgetBytes;
    served_ = std::make_unique<ServedMethods>(methods, options);
  }

  Answered Ask(const std::string& method, const std::string& token) {
    return services::Ask(served_->Connect(), method, v1::ListOffersRequest(),
                         {.token = token, .headers = {}});
  }

  int64_t held() { return served_->dispatch().answers().held(); }

  // Until no further answer fits, and for a while more, in which nothing may change any more.
  void WaitUntilHeld(int64_t bytes) {
    EXPECT_TRUE(ComesTrue([&] { return held() > bytes - 2 * kAnswerBytes; })) << held();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }

  std::unique_ptr<ServedMethods> served_;
};

TEST_F(UnreadAnswers, AreBoundedForEachPrincipal) {
  const std::string slow = served_->Admit("principals/slow", v1::ROLE_ADMINISTRATOR);
  const std::string other = served_->Admit("principals/other", v1::ROLE_ADMINISTRATOR);
  {
    SlowReader reader(served_->door().port(), slow);
    for (int i = 0; i < 100; ++i) reader.Call(kListOffers);
    WaitUntilHeld(kBudgetBytes / kPrincipalShareDivisor);
    EXPECT_LE(held(), kBudgetBytes / kPrincipalShareDivisor);
    const Answered refused = Ask(kListOffers, slow);
    EXPECT_EQ(refused.status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(refused.Reason(), "ANSWERS_UNREAD");
    EXPECT_TRUE(Ask(kListOffers, other).status.ok());
  }
  EXPECT_TRUE(ComesTrue([&] { return held() == 0; })) << held();
  EXPECT_TRUE(Ask(kListOffers, slow).status.ok());
}

TEST_F(UnreadAnswers, AreBoundedInAll) {
  std::vector<std::unique_ptr<SlowReader>> readers;
  for (int i = 0; i < 10; ++i) {
    const std::string token = served_->Admit(absl::StrCat("principals/slow", i), v1::ROLE_ADMINISTRATOR);
    readers.push_back(std::make_unique<SlowReader>(served_->door().port(), token));
    for (int j = 0; j < 30; ++j) readers.back()->Call(kListOffers);
  }
  WaitUntilHeld(kBudgetBytes);
  EXPECT_LE(held(), kBudgetBytes);
}

// What was written is told, even to a caller who reads nothing else.
TEST_F(UnreadAnswers, KeepNobodyFromKnowingWhatWasWritten) {
  const std::string token = served_->Admit("principals/slow", v1::ROLE_ADMINISTRATOR);
  SlowReader reader(served_->door().port(), token);
  for (int i = 0; i < 100; ++i) reader.Call(kListOffers);
  WaitUntilHeld(kBudgetBytes / kPrincipalShareDivisor);
  EXPECT_TRUE(Ask(kCreateNeed, token).status.ok());
}

}  // namespace
}  // namespace ayni::services
