#include "services/cli/notice_commands.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "ayni/v1/catalogue_service.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "services/cli/connection.h"
#include "services/cli/connection_settings.h"
#include "services/cli/failure.h"
#include "services/cli/file.h"
#include "services/cli/method_run.h"
#include "services/cli/notice_page.h"
#include "services/cli/resource_name.h"
#include "services/notice_text.h"

namespace ayni::cli {

using services::NeedNotice;
using services::ProposalNotice;
using services::VisitNotice;

namespace {

// What a notice is made of besides its record.
struct Asked {
  std::unique_ptr<Connection> connection;
  services::TextLanguage language = services::TextLanguage::kSpanish;
  Naming naming;
};

// Gets the record of the first word, by the Get method `method`.
template <typename Record>
absl::StatusOr<Asked> Ask(const Invocation& invocation, const char* method, Record* record) {
  Asked asked;
  const auto language = ReadNoticeLanguage(invocation.arguments);
  if (!language.ok()) return language.status();
  asked.language = *language;
  const Resource& resource = *Api::Get().FindResource(Record::descriptor());
  const auto name = CompleteName(resource, invocation.arguments.Word(0));
  if (!name.ok()) return name.status();
  auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  asked.connection = *std::move(connection);
  const auto& get = FindMethod(method);
  const MessagePointer request = NewMessage(*get.input_type());
  request->GetReflection()->SetString(request.get(), get.input_type()->FindFieldByName("name"), *name);
  if (absl::Status got = asked.connection->Call(get, request.get(), record); !got.ok()) return got;
  asked.naming = NamingBy(asked.connection.get());
  return asked;
}

absl::StatusOr<v1::Unit> UnitOf(const std::string& service, Connection* connection) {
  v1::GetServiceRequest request;
  request.set_name(service);
  v1::Service record;
  const absl::Status got =
      connection->Call(FindMethod("ayni.v1.CatalogueService.GetService"), &request, &record);
  if (!got.ok()) return got;
  return record.unit();
}

absl::StatusOr<ExitCode> RunNeedNotice(const Invocation& invocation) {
  v1::Need need;
  const auto asked = Ask(invocation, "ayni.v1.NeedService.GetNeed", &need);
  if (!asked.ok()) return asked.status();
  const auto unit = UnitOf(need.service(), asked->connection.get());
  if (!unit.ok()) return unit.status();
  invocation.environment.out << NeedNotice(need, *unit, asked->language, asked->naming) << "\n";
  return PrintPage(invocation, [&] { return NeedPage(need, *unit, asked->language, asked->naming); });
}

absl::StatusOr<ExitCode> RunMatchNotice(const Invocation& invocation) {
  v1::Match match;
  const auto asked = Ask(invocation, "ayni.v1.MatchService.GetMatch", &match);
  if (!asked.ok()) return asked.status();
  const bool is_proposal = match.state() == v1::Match::STATE_PROPOSED;
  if (!is_proposal && match.state() != v1::Match::STATE_ACCEPTED &&
      match.state() != v1::Match::STATE_IN_SERVICE) {
    return absl::FailedPreconditionError(absl::StrCat(match.name(), " is ",
                                                      v1::Match::State_Name(match.state()),
                                                      ": there is nothing to answer and no visit to come"));
  }
  const auto unit = UnitOf(match.service(), asked->connection.get());
  if (!unit.ok()) return unit.status();
  invocation.environment.out << (is_proposal ? ProposalNotice(match, *unit, asked->language, asked->naming)
                                             : VisitNotice(match, *unit, asked->language, asked->naming))
                             << "\n";
  return PrintPage(invocation, [&] { return MatchPage(match, *unit, asked->language, asked->naming); });
}

Command NoticeCommand(const char* noun, const char* summary, const char* form, const char* example,
                      RunFunction run) {
  Command command;
  command.noun = noun;
  command.verb = "notice";
  command.summary = summary;
  command.grammar.positionals = {{form, "whose notice", true}};
  command.grammar.flags = {{"language",
                            "CODE",
                            "spa, eng or quz; the Quechua is for review by a native speaker (spa)",
                            {},
                            false,
                            false},
                           {"print",
                            "FILE",
                            "writes a page to print as well, of large letters, with room for the answer",
                            {},
                            false,
                            false}};
  for (auto& some : {ConnectionFlags(), GeneralFlags()})
    command.grammar.flags.insert(command.grammar.flags.end(), some.begin(), some.end());
  command.example = example;
  command.run = run;
  return command;
}

}  // namespace

absl::StatusOr<services::TextLanguage> ReadNoticeLanguage(const Arguments& arguments) {
  const std::string code = arguments.Value("language");
  const auto language = services::ParseTextLanguage(code);
  if (language.has_value()) return *language;
  return absl::InvalidArgumentError(absl::StrCat("--language must be spa, eng or quz, is '", code, "'"));
}

absl::StatusOr<ExitCode> PrintPage(const Invocation& invocation, absl::FunctionRef<std::string()> make_page) {
  if (!invocation.arguments.Has("print")) return kDone;
  const std::string file = invocation.arguments.Value("print");
  if (absl::Status written = WriteFile(file, make_page()); !written.ok()) return written;
  invocation.environment.err << "the page is in " << file << "\n";
  return kDone;
}

std::vector<Command> NoticeCommands() {
  return {NoticeCommand(
              "need",
              "Prints what to tell of a need in one short message of at most 160 characters, which any "
              "telephone shows.",
              "COOPERATIVE/NEED", "ayni need notice coop-1/shearing-2027 --print need.html", RunNeedNotice),
          NoticeCommand("match",
                        "Prints what to tell of a match in one short message of at most 160 characters: of a "
                        "proposal how to answer, and until when; of an accepted match the visit.",
                        "ROUND/MATCH", "ayni match notice 2026-12/m000001 --language quz", RunMatchNotice)};
}

}  // namespace ayni::cli
