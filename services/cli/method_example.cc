#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/cli/change_list.h"
#include "services/cli/method_command.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Sample {
  const char* noun;  // of the command; empty: of every other
  const char* name;  // of a field, or of a pattern's variable
  const char* value;
};

// Of the sample market (deploy/sample), and for what a command makes, of ids that are new to it: so that
// examples run as they stand, from create to delete.
constexpr Sample kSamples[] = {
    {"agreement", "agreement", "coop-1-shearing"},
    {"agreement", "kind", "RETAINER"},
    {"agreement", "unit_price", "'4.50 PEN'"},
    {"agreement", "value_chains", "alpaca"},
    {"appeal", "appeal", "shearing-2026"},
    {"appeal", "match", "2026-12/m000001"},
    {"appeal", "outcome", "DISMISSED"},
    {"appeal", "reason", "'The records show the call'"},
    {"appeal", "statement", "'The days were never agreed on'"},
    {"budget", "amount", "'40000.00 PEN'"},
    {"budget", "budget", "shearing-2027"},
    {"budget", "display_name", "'Esquila 2027'"},
    {"conflict", "need", "coop-1/shearing-2027"},
    {"credential", "credential", "nahui-2026"},
    {"credential", "certifier", "certifier-1"},
    {"credential", "expire_date", "2029-05-31"},
    {"credential", "holder", "tap-1"},
    {"credential", "reason", "'Two complaints are being looked into'"},
    {"fairness", "dimension", "LANGUAGE"},
    {"fairness", "group", "quz"},
    {"identity", "identity", "accounts-example"},
    {"identity", "issuer", "https://accounts.example.org"},
    {"identity", "subject", "248289761001"},
    {"match", "benefit_seen", "'Even fleeces, sold the same day'"},
    {"match", "date", "2026-12-05"},
    {"match", "outcome", "DELIVERED"},
    {"match", "rating", "5"},
    {"match", "reason", "'The road is closed until March'"},
    {"merge-proposal", "merge_proposal", "9e1daae46c0982588a83d6c3"},
    {"need", "need", "shearing-2027"},
    {"notice", "notice", "5f2d3c0b9a8e7d6c5b4a39281706f5e4"},
    {"need-template", "need_template", "shearing"},
    {"need-template", "repeat_months", "12"},
    {"offer", "capacity", "400"},
    {"offer", "offer", "shearing-2027"},
    {"offer", "unit_price", "'4.50 PEN'"},
    {"party", "party", "cooperativa-nahui"},
    {"policy", "community_per_mille", "750"},
    {"policy", "fit", "1000"},
    {"policy", "full_waiting_days", "90"},
    {"policy", "policy", "policy-2027"},
    {"policy", "reason", "'Price and distance weigh nothing: a trial'"},
    {"principal", "display_name", "'Maria Quispe'"},
    {"relation", "object", "coop-1"},
    {"relation", "relation", "tap-1-of-coop-1"},
    {"relation", "subject", "tap-1"},
    {"relation", "type", "MEMBER_OF"},
    {"round", "round", "2027-01"},
    {"service", "display_name", "'Clasificación de fibra'"},
    {"service", "service", "fibre-grading"},
    {"service", "unit", "VISIT"},
    {"subscription", "subscription", "our-system"},
    {"subscription", "webhook_url", "https://example.org/ayni"},
    {"skill", "evidence", "'Acta de taller 9'"},
    {"skill", "learn_date", "2026-03-01"},
    {"skill", "partner", "certifier-1"},
    {"skill", "refresh_by_date", "2028-03-01"},
    {"skill", "skill", "insemination"},
    {"skill", "technology", "alpaca-insemination"},
    {"territory", "display_name", "Bolivia"},
    {"territory", "level", "COUNTRY"},
    {"territory", "territory", "iso3166.bo"},
    {"value-chain", "display_name", "'Papa nativa'"},
    {"value-chain", "kind", "CROP"},
    {"value-chain", "value_chain", "native-potato"},
    {"waiver", "reason", "'No other provider reaches the district'"},
    {"waiver", "rule", "lender-of-requester"},
    {"waiver", "waiver", "tap-1-2027"},
    {"", "aliases", "'La Esperanza'"},
    {"", "checkpoint", "latest"},
    {"", "cooperative", "coop-1"},
    {"", "cosignature", "'\u2014 universidad.example/witness 2KfEtA...'"},
    {"", "deliverable", "'Sheared fleeces, sorted and weighed'"},
    {"", "display_name", "'Cooperativa Ñahui'"},
    {"", "end_date", "2027-04-30"},
    {"", "etag", "7d3a"},
    {"", "evidence", "'Acta de evaluación'"},
    {"", "family", "fibre"},
    {"", "first_leaf_count", "20"},
    {"", "funder", "certifier-1"},
    {"", "highest_unit_price", "'6.00 PEN'"},
    {"", "immediate_benefit", "'Fibre of even length, sold at once'"},
    {"", "issue_date", "2026-06-01"},
    {"", "languages", "quz,spa"},
    {"", "leaf_count", "40"},
    {"", "ledger_entry", "000000000001"},
    {"", "match", "m000001"},
    {"", "operation", "2026-12"},
    {"", "party", "coop-1"},
    {"", "policy", "sample-1"},
    {"", "principal", "maria"},
    {"", "reason", "'Entered by mistake'"},
    {"", "round", "2026-12"},
    {"", "scheme", "kamayoq-livestock"},
    {"", "second_leaf_count", "40"},
    {"", "secret_sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    {"", "segment_report", "s000001"},
    {"", "service", "shearing"},
    {"", "start_date", "2027-03-01"},
    {"", "tap", "tap-1"},
    {"", "territory", "inei.080601"},
    {"", "token", "laptop"},
    {"", "unit", "ANIMAL"},
    {"", "value_chain", "alpaca"},
};

// What an example changes, rather than the first field that may be changed.
constexpr Sample kChanges[] = {
    {"budget", "amount", ""},          {"credential", "evidence", ""}, {"need", "quantity", ""},
    {"need-template", "quantity", ""}, {"offer", "unit_price", ""},    {"party", "aliases", ""},
    {"relation", "end_date", ""},
};

// Of verbs that are about what a round did: by noun and verb, the word that names it.
constexpr Sample kWords[] = {
    {"need", "why", "coop-1/n-1"}, {"party", "why", "tap-1"}, {"round", "limit-values", "2026-12"}};

// Flags that the API does not require of all, and this example needs.
constexpr Sample kMore[] = {{"budget", "create", " --producer_shares.1.start_date 2027-03-01"},
                            {"credential", "create", " --expire_date 2028-05-31"},
                            {"match", "settle", " --payment 'payer=PRODUCERS,amount=475.00 PEN'"},
                            {"need", "create", " --urgency CRITICAL"},
                            {"need-template", "create", " --turn_count 5 --days_ahead 60"},
                            {"party", "create", " --cooperative.form ASSOCIATION"},
                            {"principal", "create", " --party coop-1"}};

// Empty where there is none.
std::string SampleOf(const std::string& noun, const std::string& name) {
  for (const std::string& of : {noun, std::string()}) {
    for (const Sample& sample : kSamples) {
      if (of == sample.noun && name == sample.name) return sample.value;
    }
  }
  return "";
}

// A word in the form that NameForm gives: COOPERATIVE/NEED.
std::string SampleWord(const std::string& noun, const std::string& form) {
  std::vector<std::string> ids;
  for (absl::string_view variable : absl::StrSplit(form, '/')) {
    ids.push_back(SampleOf(noun, absl::AsciiStrToLower(variable)));
  }
  return absl::StrJoin(ids, "/");
}

std::string SampleValue(const std::string& noun, const FieldDescriptor& field) {
  const std::string sample = SampleOf(noun, field.name());
  if (!sample.empty()) return sample;
  const std::string form = ValueForm(field);
  if (!ReferencedType(field).empty()) return SampleWord("", form);
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) return EnumeratorTexts(*field.enum_type()).front();
  if (form == "NUMBER") return "40";
  if (form == "INSTANT") return "2026-12-01T08:00:00Z";
  if (form == "MONEY") return "'12.50 PEN'";
  if (form == "DURATION") return "5m";
  return IsSwitch(field) ? "" : "TEXT";
}

std::string SampleFlag(const std::string& noun, const std::string& path, const FieldDescriptor& field) {
  const std::string value = SampleValue(noun, field);
  return value.empty() ? absl::StrCat(" --", path) : absl::StrCat(" --", path, " ", value);
}

// Flags for the fields that a new message must have, and for the first of each oneof. Of a message that must
// have something of its own choice, its first field.
void AddRequired(const std::string& noun, const Descriptor& message, const std::string& prefix,
                 std::string* line) {
  const size_t before = line->size();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const auto* oneof = field.real_containing_oneof();
    const bool chosen = oneof != nullptr && oneof->field(0) == &field;
    if (!BehaviourOf(field).required && !chosen) continue;
    if (HasText(field)) {
      *line += SampleFlag(noun, prefix + field.name(), field);
    } else if (!field.is_repeated()) {
      AddRequired(noun, *field.message_type(), absl::StrCat(prefix, field.name(), "."), line);
    }
  }
  if (line->size() == before && !prefix.empty()) {
    *line += SampleFlag(noun, prefix + message.field(0)->name(), *message.field(0));
  }
}

// A flag for a field that may change.
void AddChange(const std::string& noun, const Descriptor& message, std::string* line) {
  const auto* chosen = std::find_if(std::begin(kChanges), std::end(kChanges),
                                    [&](const Sample& change) { return noun == change.noun; });
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const Behaviour behaviour = BehaviourOf(field);
    if (behaviour.output_only || behaviour.identifier || behaviour.immutable || !HasText(field)) continue;
    if (chosen != std::end(kChanges) && field.name() != chosen->name) continue;
    *line += SampleFlag(noun, field.name(), field);
    return;
  }
}

}  // namespace

std::string ExampleOf(const Command& command) {
  const std::string& noun = command.noun;
  std::string line = absl::StrCat("ayni ", noun, " ", command.verb);
  const auto* word = std::find_if(std::begin(kWords), std::end(kWords), [&](const Sample& sample) {
    return noun == sample.noun && command.verb == sample.name;
  });
  for (const Positional& positional : command.grammar.positionals) {
    absl::StrAppend(&line, " ", word != std::end(kWords) ? word->value : SampleWord(noun, positional.name));
  }
  for (const Flag& flag : command.grammar.flags) {
    if (flag.required) {
      const std::string field = absl::StrReplaceAll(flag.name, {{"-", "_"}});
      absl::StrAppend(&line, " --", flag.name, " ", SampleOf(noun, field));
    }
    if (flag.name == "id") {
      absl::StrAppend(&line, " --id ", SampleOf(noun, SnakeCase(command.resource->singular)));
    }
  }
  if (command.grammar.fields != nullptr && NameInBody(command)) {
    AddChange(noun, *command.grammar.fields, &line);
  } else if (command.grammar.fields != nullptr) {
    AddRequired(noun, *command.grammar.fields, "", &line);
  }
  for (const Sample& more : kMore) {
    if (noun == more.noun && command.verb == more.name) line += more.value;
  }
  if (command.run == RunChangeList)
    line += " --keep changes.token";
  else if (IsList(*command.method))
    line += " --limit 20 --output csv";
  return line;
}

}  // namespace ayni::cli
