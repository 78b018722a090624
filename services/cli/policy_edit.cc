#include "services/cli/policy_edit.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/cli/failure.h"
#include "services/cli/file.h"
#include "services/cli/message_diff.h"
#include "services/cli/message_reading.h"
#include "services/cli/message_yaml.h"
#include "services/cli/method_run.h"
#include "services/cli/policy_commands.h"
#include "services/cli/policy_source.h"

extern char** environ;

namespace ayni::cli {
namespace {

constexpr char kErrorMark[] = "#! ";

// A new file that only its owner may read.
absl::StatusOr<std::string> MakeFile(const Environment& environment) {
  std::string folder = environment.variable("TMPDIR");
  if (folder.empty()) folder = "/tmp";
  std::string path = absl::StrCat(folder, "/ayni-policy-XXXXXX.yaml");
  const int descriptor = mkostemps(path.data(), 5, O_CLOEXEC);
  if (descriptor < 0) return LocalFileError(path, std::strerror(errno));
  close(descriptor);
  return path;
}

std::string EditorOf(const Environment& environment) {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    if (const std::string editor = environment.variable(name); !editor.empty()) return editor;
  }
  return "vi";
}

// The shell reads the editor's flags, as in EDITOR='code --wait'.
absl::Status OpenEditor(const std::string& path, const Environment& environment) {
  const std::string editor = EditorOf(environment);
  std::string command = editor + " \"$1\"";
  std::string words[] = {"sh", "-c", command, "sh", path};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(),
                       words[3].data(), words[4].data(), nullptr};
  pid_t pid = 0;
  if (const int error = posix_spawn(&pid, "/bin/sh", nullptr, nullptr, arguments, environ); error != 0)
    return LocalFileError("/bin/sh", std::strerror(error));
  int state = 0;
  while (waitpid(pid, &state, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return absl::OkStatus();
  const std::string remedy =
      WIFEXITED(state) && WEXITSTATUS(state) == 127 ? "; name another one with VISUAL or EDITOR" : "";
  return LocalFileError(path, absl::StrCat("the editor, ", editor, ", failed", remedy, ". The text is kept"));
}

// An editor that is a script may never learn.
constexpr int kOpeningsMax = 20;

// The text without the lines that told of earlier mistakes.
std::string WithoutErrors(const std::string& text) {
  std::string rest;
  for (const auto line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, kErrorMark)) absl::StrAppend(&rest, line, "\n");
  }
  rest.pop_back();
  return rest;
}

// With their lines as they are once the mistakes stand above the text.
std::vector<std::string> ErrorLines(const std::vector<ReadingError>& errors) {
  const int above = static_cast<int>(errors.size()) + 1;
  std::vector<std::string> lines = {"Not made yet: this is wrong."};
  for (const ReadingError& error : errors) {
    lines.push_back(error.line == 0 ? error.what
                                    : absl::StrCat("line ", error.line + above, ", column ", error.column,
                                                   ": ", error.what));
  }
  return lines;
}

std::string WithErrors(const std::vector<ReadingError>& errors, const std::string& text) {
  std::string marked;
  for (const std::string& line : ErrorLines(errors)) absl::StrAppend(&marked, kErrorMark, line, "\n");
  return marked + text;
}

class Editing {
 public:
  Editing(const Invocation& invocation, v1::Policy base, std::string path, Connection* connection)
      : invocation_(invocation),
        environment_(invocation.environment),
        base_(std::move(base)),
        path_(std::move(path)),
        connection_(connection) {}

  absl::StatusOr<ExitCode> Run() {
    v1::Policy begun = base_;
    begun.set_reason(invocation_.arguments.Value("reason"));
    std::string text = absl::StrCat("# ", PolicyLabel(base_, ""),
                                    " as a new version. Save and close: it is checked, and made a draft. ",
                                    "Leave it as it is: nothing is made.\n", YamlText(begun));
    std::vector<ReadingError> errors;
    for (int openings = 1;; ++openings) {
      const std::string shown = errors.empty() ? text : WithErrors(errors, text);
      if (absl::Status written = WriteFile(path_, shown); !written.ok()) return written;
      if (absl::Status edited = OpenEditor(path_, environment_); !edited.ok()) return edited;
      const auto read = ReadFile(path_, 2 * kMessageFileBytesMax);
      if (!read.ok()) return read.status();
      const bool is_same = *read == shown;
      text = WithoutErrors(*read);
      // Whoever saves what is wrong as it is has had enough of it.
      if (is_same && !errors.empty()) return GiveUp(errors);
      v1::Policy policy;
      errors = Check(text, &policy);
      if (!errors.empty() && openings == kOpeningsMax) return GiveUp(errors);
      if (!errors.empty()) continue;
      return Make(policy);
    }
  }

 private:
  absl::StatusOr<ExitCode> GiveUp(const std::vector<ReadingError>& errors) {
    environment_.err << "ayni: no draft is made; the text is kept in " << path_ << "\n";
    for (const std::string& line : ErrorLines(errors)) environment_.err << "  " << line << "\n";
    environment_.err << "  go on with: ayni policy apply " << path_ << "\n";
    return kLocalFile;
  }

  // What is wrong, by reading and by asking the server; the policy where nothing is.
  std::vector<ReadingError> Check(const std::string& text, v1::Policy* policy) {
    ReadingNotes notes;
    std::vector<ReadingError> errors = ReadMessage(text, policy, &notes);
    if (!errors.empty() || !Changes(*policy)) return errors;
    AskReason(policy);
    reason_ = policy->reason();
    const auto checked = CreateDraft(*policy, invocation_.arguments.Value("id"), true, connection_);
    if (checked.ok()) return {};
    for (const auto& [field, what] : WrongFields(checked.status())) {
      const FilePlace place = PlaceOf(notes, PathInFile(field));
      errors.push_back({place.line, place.column, absl::StrCat(PathInFile(field), ": ", what)});
    }
    if (!errors.empty()) return errors;
    for (std::string& line : FailureLines(checked.status())) errors.push_back({0, 0, std::move(line)});
    return errors;
  }

  bool Changes(const v1::Policy& policy) const {
    v1::Policy but_for_reason = policy;
    but_for_reason.set_reason(base_.reason());
    return !Differences(base_, but_for_reason).empty();
  }

  void AskReason(v1::Policy* policy) {
    if (policy->reason().empty()) policy->set_reason(reason_);
    if (!policy->reason().empty()) return;
    environment_.err << "Why this version? " << std::flush;
    std::string reason;
    std::getline(environment_.in, reason);
    policy->set_reason(reason);
  }

  absl::StatusOr<ExitCode> Make(const v1::Policy& policy) {
    if (!Changes(policy)) {
      environment_.out << "nothing was changed; no draft is made\n";
      unlink(path_.c_str());
      return kDone;
    }
    environment_.out << DifferencesText(Differences(base_, policy), environment_.colour);
    const auto draft = CreateDraft(policy, invocation_.arguments.Value("id"), false, connection_);
    if (!draft.ok()) {
      environment_.err << "the text is kept in " << path_ << "\n";
      return draft.status();
    }
    unlink(path_.c_str());
    environment_.out << "draft " << PolicyLabel(*draft, "") << " is made\n" << NextSteps(*draft);
    return kDone;
  }

  const Invocation& invocation_;
  Environment& environment_;
  const v1::Policy base_;
  const std::string path_;
  Connection* connection_;
  // As it was given when it was asked for.
  std::string reason_;
};

absl::StatusOr<ExitCode> RunEdit(const Invocation& invocation) {
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const std::string word = invocation.arguments.Word(0);
  absl::StatusOr<v1::Policy> base;
  if (word.empty()) {
    const auto policies = ListPoliciesByTime(connection->get());
    if (!policies.ok()) return policies.status();
    base = ActivePolicy(*policies);
  } else {
    base = FindPolicy(word, invocation.environment, connection->get());
  }
  if (!base.ok()) return base.status();
  const auto path = MakeFile(invocation.environment);
  if (!path.ok()) return path.status();
  return Editing(invocation, *base, *path, connection->get()).Run();
}

}  // namespace

Command PolicyEditCommand() {
  Command edit = APolicyCommand("edit",
                                "Opens the active policy, or another one, in $VISUAL or $EDITOR as YAML with "
                                "the API's comments, checks what "
                                "comes back, shows the difference and makes a draft of it. Where something "
                                "is wrong, the editor opens again and "
                                "says what; nothing is lost.",
                                RunEdit, "ayni policy edit --reason 'Tighter limits on suppliers'");
  edit.grammar.positionals = {{"POLICY", "a name, or a file", false}};
  edit.grammar.flags.insert(edit.grammar.flags.begin(),
                            {{"id", "ID", "of the draft; without it the server makes one", {}, false, false},
                             {"reason",
                              "TEXT",
                              "why this version; without it, and where the text has none, it is asked for",
                              {},
                              false,
                              false}});
  return edit;
}

}  // namespace ayni::cli
