#include "services/cli/bods_statement.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/bods_interest.h"

namespace ayni::cli {
namespace {

using Kind = BodsStatement::Kind;

constexpr size_t kReferenceCharactersMax = 500;
constexpr std::array<absl::string_view, 3> kVersions = {"0.2", "0.3", "0.4"};

// 0.4 has recordType and its details apart; before, a statement is its details.
bool IsOfRecord(const JsonFields& fields) { return fields.Has("recordType") || fields.Has("recordDetails"); }

std::optional<Kind> ReadKind(const JsonFields& fields) {
  const bool of_record = IsOfRecord(fields);
  const char* name = of_record ? "recordType" : "statementType";
  const std::string type = fields.Text(name);
  if (type == (of_record ? "entity" : "entityStatement")) return Kind::kEntity;
  if (type == (of_record ? "person" : "personStatement")) return Kind::kPerson;
  if (type == (of_record ? "relationship" : "ownershipOrControlStatement")) return Kind::kRelationship;
  fields.Wrong(name, absl::StrCat("must be ",
                                  of_record ? "entity, person or relationship"
                                            : "entityStatement, personStatement or "
                                              "ownershipOrControlStatement",
                                  ", is '", TidyText(type, 60), "'"));
  return std::nullopt;
}

void AddIdentifiers(const JsonFields& details, v1::Party* party) {
  for (const JsonFields& identifier : details.Objects("identifiers")) {
    const std::string id = identifier.Text("id");
    const std::string scheme = absl::AsciiStrToUpper(identifier.Text("scheme"));
    const std::string name = absl::AsciiStrToUpper(identifier.Text("schemeName"));
    if (id.empty()) continue;
    const auto is = [&](std::initializer_list<absl::string_view> codes) {
      return std::find(codes.begin(), codes.end(), scheme) != codes.end() ||
             (scheme.empty() && std::find(codes.begin(), codes.end(), name) != codes.end());
    };
    const bool is_ruc_of_tax_id = scheme == "PER-TAXID" && BareNumber(id).size() == 11;
    if (is({"PE-RUC", "RUC"}) || is_ruc_of_tax_id) AddForeignIdentifier(v1::IDENTIFIER_SCHEME_RUC, id, party);
    if (is({"PER-IDCARD", "PE-DNI", "DNI"})) AddForeignIdentifier(v1::IDENTIFIER_SCHEME_DNI, id, party);
    if (is({"XI-LEI", "LEI"}) || absl::StrContains(name, "LEGAL ENTITY IDENTIFIER")) {
      AddForeignIdentifier(v1::IDENTIFIER_SCHEME_LEI, id, party);
    }
  }
}

std::string ReasonOf(const JsonFields& details, const char* name) {
  const std::optional<JsonFields> unspecified = details.Object(name);
  if (!unspecified) return "";
  const std::string reason = unspecified->Text("reason");
  const std::string description = unspecified->Text("description");
  if (reason.empty() && description.empty()) return "";
  return absl::StrCat(": ", reason, reason.empty() || description.empty() ? "" : ", ",
                      TidyText(description, 100));
}

void ReadEntity(const JsonFields& details, BodsStatement* statement) {
  // A text before 0.4, and an object with it.
  std::string type;
  const JsonFields::Json* given = details.Find("entityType");
  if (given != nullptr && given->is_object()) {
    type = details.Object("entityType")->Text("type");
  } else {
    type = details.Text("entityType");
  }
  v1::Party* party = &statement->party;
  if (type == "anonymousEntity" || type == "unknownEntity") {
    statement->not_a_party =
        absl::StrCat(type == "unknownEntity" ? "the entity is unknown" : "the entity is anonymous",
                     ReasonOf(details, "unspecifiedEntityDetails"));
    return;
  }
  const bool is_public = type == "state" || type == "stateBody";
  if (!is_public && type != "registeredEntity" && type != "legalEntity" && type != "arrangement") {
    details.Wrong("entityType",
                  absl::StrCat("must be a type of entity of the standard, is '", TidyText(type, 60), "'"));
  }
  party->add_roles(is_public ? v1::PARTY_ROLE_PUBLIC_BODY : v1::PARTY_ROLE_COMPANY);
  party->set_display_name(TidyText(details.Text("name")));
  if (party->display_name().empty()) details.Wrong("name", "is required: a party has a name here");
  for (const std::string& name : details.Texts("alternateNames")) AddForeignAlias(name, party);
  AddIdentifiers(details, party);
}

void ReadPerson(const JsonFields& details, BodsStatement* statement) {
  const std::string type = details.Text("personType");
  v1::Party* party = &statement->party;
  if (type == "anonymousPerson" || type == "unknownPerson") {
    std::string reason = ReasonOf(details, "unspecifiedPersonDetails");
    if (reason.empty()) reason = ReasonOf(details, "unspecified");
    statement->not_a_party =
        absl::StrCat(type == "unknownPerson" ? "the person is unknown" : "the person is anonymous", reason);
    return;
  }
  if (type != "knownPerson") {
    details.Wrong("personType", absl::StrCat("must be knownPerson, anonymousPerson or unknownPerson, is '",
                                             TidyText(type, 60), "'"));
  }
  party->add_roles(v1::PARTY_ROLE_PERSON);
  std::vector<std::string> others;
  for (const JsonFields& name : details.Objects("names")) {
    const std::string full = TidyText(name.Text("fullName"));
    const std::string name_type = name.Text("type");
    const bool is_first = party->display_name().empty();
    // The legal name, else the first one.
    if (is_first || (name_type == "legal" || name_type == "individual")) {
      if (!is_first) others.push_back(party->display_name());
      party->set_display_name(full);
    } else {
      others.push_back(full);
    }
  }
  if (party->display_name().empty()) details.Wrong("names", "is required: a known person has a name");
  for (const std::string& name : others) AddForeignAlias(name, party);
  AddIdentifiers(details, party);
}

// The record or statement at one end of a relationship; empty, with a reason, where it is not named.
std::string ReadEnd(const JsonFields& details, const char* name, std::string* unspecified) {
  const JsonFields::Json* value = details.Find(name);
  if (value == nullptr) {
    details.Wrong(name, "is required");
    return "";
  }
  if (value->is_string()) return details.Text(name);
  const std::optional<JsonFields> end = details.Object(name);
  if (!end) return "";
  for (const char* by : {"describedByEntityStatement", "describedByPersonStatement"}) {
    if (end->Has(by)) return end->Text(by);
  }
  const std::optional<JsonFields> nested = end->Object("unspecified");
  const std::string reason = nested ? nested->Text("reason") : end->Text("reason");
  if (reason.empty()) end->Wrong("reason", "is required where nobody is named");
  *unspecified = absl::StrCat(name, " is not specified: ", TidyText(reason, 100));
  return "";
}

void ReadSource(const JsonFields& fields, const std::string& version, BodsStatement* statement) {
  v1::RelationSource& source = statement->source;
  source.set_kind(v1::RelationSource::KIND_DOCUMENT);
  std::string url;
  if (const std::optional<JsonFields> given = fields.Object("source")) {
    const std::vector<std::string> types = given->Texts("type");
    const auto has = [&](const char* type) {
      return std::find(types.begin(), types.end(), type) != types.end();
    };
    if (has("officialRegister") || has("verified")) {
      source.set_kind(v1::RelationSource::KIND_REGISTER);
    } else if (has("selfDeclaration") && types.size() == 1) {
      source.set_kind(v1::RelationSource::KIND_DECLARED);
    }
    url = TidyText(given->Text("url"));
  }
  source.set_reference(TidyText(absl::StrCat("BODS ", version, " statement ", statement->statement_id,
                                             statement->publisher.empty() ? "" : ", ", statement->publisher,
                                             url.empty() ? "" : ", ", url),
                                kReferenceCharactersMax));
}

void ReadRelationship(const JsonFields& details, BodsStatement* statement) {
  statement->subject = ReadEnd(details, "subject", &statement->unspecified);
  statement->interested_party = ReadEnd(details, "interestedParty", &statement->unspecified);
  statement->interests = ReadBodsInterests(details);
  statement->components =
      details.Texts(details.Has("componentRecords") ? "componentRecords" : "componentStatementIDs");
}

// The version that the statement says, or the one that its form has.
std::string ReadPublication(const JsonFields& fields, BodsStatement* statement) {
  const bool of_record = IsOfRecord(fields);
  std::string version;
  std::string published;
  if (const std::optional<JsonFields> details = fields.Object("publicationDetails")) {
    version = details->Text("bodsVersion");
    published = details->Text("publicationDate");
    if (const std::optional<JsonFields> publisher = details->Object("publisher")) {
      statement->publisher = TidyText(publisher->Text("name"));
      if (statement->publisher.empty()) statement->publisher = TidyText(publisher->Text("url"));
    }
    const bool is_read =
        version.empty() || std::find(kVersions.begin(), kVersions.end(), version) != kVersions.end();
    if (!is_read) {
      details->Wrong("bodsVersion",
                     absl::StrCat("must be 0.2, 0.3 or 0.4, is '", TidyText(version, 20), "'"));
    } else if (!version.empty() && (version == "0.4") != of_record) {
      details->Wrong("bodsVersion",
                     absl::StrCat("is ", version, ", of which the statement has not the form"));
    }
  }
  const std::string date = fields.Text("statementDate");
  if (!date.empty() && !ReadDay(date)) {
    fields.Wrong("statementDate",
                 absl::StrCat("must be a day as in 2019-05-16, is '", TidyText(date, 40), "'"));
  }
  statement->date = absl::StrCat(date, " ", published);
  if (!version.empty()) return version;
  return of_record ? "0.4" : "0.2";
}

void ReadRecord(const JsonFields& fields, BodsStatement* statement) {
  statement->record_id = fields.Text("recordId");
  if (statement->record_id.empty()) fields.Wrong("recordId", "is required");
  const std::string status = fields.Text("recordStatus");
  if (status == "closed") statement->closed = ReadDay(fields.Text("statementDate"));
  if (status == "closed" && !statement->closed) {
    fields.Wrong("statementDate", "is required of a record that is closed");
  } else if (!status.empty() && status != "new" && status != "updated" && status != "closed") {
    fields.Wrong("recordStatus",
                 absl::StrCat("must be new, updated or closed, is '", TidyText(status, 20), "'"));
  }
}

}  // namespace

bool IsBodsStatement(const nlohmann::json& object) {
  for (const char* name : {"statementId", "statementID", "statementType", "recordType"}) {
    if (object.contains(name)) return true;
  }
  return false;
}

BodsStatement ReadBodsStatement(const nlohmann::json& object, std::vector<JsonProblem>* problems) {
  BodsStatement statement;
  const JsonFields fields(object, "", problems);
  const bool of_record = IsOfRecord(fields);
  const char* id_name = fields.Has("statementId") ? "statementId" : "statementID";
  statement.statement_id = fields.Text(id_name);
  if (statement.statement_id.empty()) fields.Wrong(of_record ? "statementId" : "statementID", "is required");
  statement.place.id = absl::StrCat("statement ", TidyText(statement.statement_id, 64));
  const std::string version = ReadPublication(fields, &statement);
  if (of_record) ReadRecord(fields, &statement);
  if (!of_record) statement.replaces = fields.Texts("replacesStatements");
  const std::optional<Kind> kind = ReadKind(fields);
  if (!kind) return statement;
  statement.kind = *kind;
  ReadSource(fields, version, &statement);
  const std::optional<JsonFields> details = of_record ? fields.Object("recordDetails") : fields;
  if (!details) {
    fields.Wrong("recordDetails", "is required");
    return statement;
  }
  switch (*kind) {
    case Kind::kEntity:
      ReadEntity(*details, &statement);
      break;
    case Kind::kPerson:
      ReadPerson(*details, &statement);
      break;
    case Kind::kRelationship:
      ReadRelationship(*details, &statement);
      break;
  }
  return statement;
}

}  // namespace ayni::cli
