// The door with TLS, with certificates that openssl makes for the test.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/services/server/aynid_process.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

constexpr char kGetParty[] = "ayni.v1.PartyService/GetParty";

std::string Read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

void OpenSsl(const std::string& arguments) {
  ASSERT_EQ(std::system(absl::StrCat("openssl ", arguments, " 2>/dev/null").c_str()), 0) << arguments;
}

class Tls : public testing::Test {
 protected:
  void MakeAuthority(const std::string& name) {
    OpenSsl(absl::StrCat("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=",
                         name, " -keyout ", folder_ / name, ".key -out ", folder_ / name, ".pem"));
  }

  void MakeCertificate(const std::string& name, const std::string& authority) {
    const std::string at = folder_ / name;
    std::ofstream(at + ".ext") << "subjectAltName=IP:127.0.0.1\n";
    OpenSsl(absl::StrCat("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=", name,
                         " -keyout ", at, ".key -out ", at, ".csr"));
    OpenSsl(absl::StrCat("x509 -req -days 2 -in ", at, ".csr -CA ", folder_ / authority, ".pem -CAkey ",
                         folder_ / authority, ".key -CAcreateserial -extfile ", at, ".ext -out ", at,
                         ".pem"));
  }

  void SetUp() override {
    MakeAuthority("authority");
    MakeCertificate("server", "authority");
    GrpcDoorOptions options;
    options.tls_certificate = Read(folder_ / "server.pem");
    options.tls_key = Read(folder_ / "server.key");
    options.tls_client_authority = Read(folder_ / "authority.pem");
    served_ = std::make_unique<ServedMethods>(AllMethodsAnswering(), DispatchOptions(), options);
    options.tls_require_client_certificate = true;
    strict_ = std::make_unique<ServedMethods>(AllMethodsAnswering(), DispatchOptions(), options);
  }

  // With the client certificate of that name; empty: none.
  std::shared_ptr<grpc::Channel> Connect(const std::string& certificate) {
    return Connect(*served_, certificate);
  }
  std::shared_ptr<grpc::Channel> Connect(const ServedMethods& served, const std::string& certificate) {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = Read(folder_ / "authority.pem");
    if (!certificate.empty()) {
      tls.pem_cert_chain = Read(folder_ / certificate + ".pem");
      tls.pem_private_key = Read(folder_ / certificate + ".key");
    }
    return grpc::CreateChannel(absl::StrCat("127.0.0.1:", served.port()), grpc::SslCredentials(tls));
  }

  Answered Get(const std::shared_ptr<grpc::Channel>& channel, const std::string& token = "") {
    return Ask(channel, kGetParty, v1::Principal(),
               {.token = token, .headers = {}, .timeout = absl::Seconds(10)});
  }

  TemporaryFolder folder_;
  std::unique_ptr<ServedMethods> served_;
  std::unique_ptr<ServedMethods> strict_;
};

TEST_F(Tls, ServesATokenWithoutACertificate) {
  const std::string token = served_->Admit("principals/ana", v1::ROLE_AUDITOR);
  EXPECT_TRUE(Get(Connect(""), token).status.ok());
  EXPECT_EQ(Get(Connect("")).Reason(), "TOKEN_MISSING");
}

TEST_F(Tls, TakesACertificateOfTheAuthorityForItsPrincipal) {
  served_->Admit("principals/ana", v1::ROLE_AUDITOR);
  MakeCertificate("ana", "authority");
  const Answered answered = Get(Connect("ana"));
  EXPECT_TRUE(answered.status.ok()) << answered.status.error_message();
}

TEST_F(Tls, TakesNoTokenWithoutACertificateWhereOneIsRequired) {
  const std::string token = strict_->Admit("principals/ana", v1::ROLE_AUDITOR);
  MakeCertificate("ana", "authority");
  EXPECT_EQ(Get(Connect(*strict_, ""), token).status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Get(Connect(*strict_, "ana"), token).status.ok());
}

TEST_F(Tls, RefusesACertificateOfAnUnknownPrincipal) {
  MakeCertificate("nobody", "authority");
  EXPECT_EQ(Get(Connect("nobody")).Reason(), "PRINCIPAL_UNKNOWN");
}

TEST_F(Tls, RefusesACertificateOfAnotherAuthority) {
  served_->Admit("principals/ana", v1::ROLE_AUDITOR);
  MakeAuthority("other");
  MakeCertificate("ana", "other");
  EXPECT_FALSE(Get(Connect("ana")).status.ok());
}

TEST_F(Tls, DoesNotTalkInTheClear) {
  const std::string token = served_->Admit("principals/ana", v1::ROLE_AUDITOR);
  EXPECT_EQ(Get(served_->Connect(), token).status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace ayni::services
