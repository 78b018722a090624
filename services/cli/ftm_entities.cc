#include "services/cli/ftm_entities.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/kinship_words.h"

namespace ayni::cli {
namespace {

struct PartySchema {
  const char* schema;
  v1::PartyRole role;
};

constexpr PartySchema kParties[] = {{"Person", v1::PARTY_ROLE_PERSON},
                                    {"Company", v1::PARTY_ROLE_COMPANY},
                                    {"Organization", v1::PARTY_ROLE_COMPANY},
                                    {"LegalEntity", v1::PARTY_ROLE_COMPANY},
                                    {"PublicBody", v1::PARTY_ROLE_PUBLIC_BODY}};

// A tie between two entities: by which properties it names them, and what it is from the first to the second.
struct TieSchema {
  const char* schema;
  const char* from;
  const char* to;
  const char* detail;
  v1::RelationType type;
};

constexpr TieSchema kTies[] = {
    {"Ownership", "owner", "asset", "role", v1::RELATION_TYPE_OWNS},
    {"Directorship", "director", "organization", "role", v1::RELATION_TYPE_DIRECTS},
    {"Employment", "employer", "employee", "role", v1::RELATION_TYPE_EMPLOYS},
    {"Membership", "member", "organization", "role", v1::RELATION_TYPE_MEMBER_OF},
    {"Representation", "agent", "client", "role", v1::RELATION_TYPE_REPRESENTS_BRAND_OF},
    {"Debt", "creditor", "debtor", "role", v1::RELATION_TYPE_LENDS_TO},
    {"Family", "person", "relative", "relationship", v1::RELATION_TYPE_FAMILY_OF},
};

struct LeftOutSchema {
  const char* schema;
  const char* why;
};

constexpr LeftOutSchema kLeftOut[] = {
    {"Associate", "says that two people know each other, which is no conflict of interest by itself"},
    {"UnknownLink", "says that two are linked and not how"},
};

template <typename Row, size_t kCount>
const Row* FindSchema(const Row (&rows)[kCount], const std::string& schema) {
  const auto found =
      std::find_if(std::begin(rows), std::end(rows), [&](const Row& row) { return schema == row.schema; });
  return found == std::end(rows) ? nullptr : found;
}

bool Holds(const std::vector<std::string>& texts, absl::string_view wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

void AddIdentifiers(const JsonFields& properties, bool is_person, v1::Party* party) {
  for (const std::string& lei : properties.Texts("leiCode")) {
    AddForeignIdentifier(v1::IDENTIFIER_SCHEME_LEI, lei, party);
  }
  std::vector<std::string> countries;
  for (const char* name : {"country", "jurisdiction", "mainCountry", "nationality"}) {
    for (const std::string& country : properties.Texts(name))
      countries.push_back(absl::AsciiStrToLower(country));
  }
  if (!Holds(countries, "pe")) return;
  for (const char* name : {"taxNumber", "registrationNumber", "idNumber"}) {
    for (const std::string& given : properties.Texts(name)) {
      const std::string number = BareNumber(given);
      const bool is_dni = is_person && absl::string_view(name) == "idNumber";
      if (!AllDigits(number)) continue;
      if (number.size() == 11) AddForeignIdentifier(v1::IDENTIFIER_SCHEME_RUC, number, party);
      if (number.size() == 8 && is_dni) AddForeignIdentifier(v1::IDENTIFIER_SCHEME_DNI, number, party);
    }
  }
}

// Hundredths of a per cent of 25, 25.5 %, 25,5 or 25-50, of which the most counts; nullopt where it is none.
std::optional<int> ReadPercentage(const std::string& given) {
  std::string text;
  for (const char c : given) {
    if (!absl::ascii_isspace(c) && c != '%') text += c == ',' ? '.' : c;
  }
  const size_t dash = text.find('-', 1);
  if (dash != std::string::npos) text = text.substr(dash + 1);
  double percentage = 0;
  const bool is_number = !text.empty() && absl::SimpleAtod(text, &percentage);
  if (!is_number || !(percentage > 0 && percentage <= 100)) return std::nullopt;
  return ToBasisPoints(percentage);
}

std::string OriginOf(const JsonFields& fields, const JsonFields& properties) {
  std::vector<std::string> parts;
  for (const char* name : {"datasets", "dataset"}) {
    for (const std::string& dataset : fields.Texts(name)) parts.push_back(dataset);
  }
  for (const char* name : {"publisher", "sourceUrl"}) {
    for (const std::string& value : properties.Texts(name)) parts.push_back(value);
  }
  if (parts.size() > 4) parts.resize(4);
  return absl::StrJoin(parts, ", ");
}

std::string First(const std::vector<std::string>& texts) { return texts.empty() ? "" : texts.front(); }

std::optional<google::type::Date> ReadDate(const JsonFields& properties,
                                           std::initializer_list<const char*> names, bool is_last) {
  for (const char* name : names) {
    const std::string text = First(properties.Texts(name));
    if (text.empty()) continue;
    const std::optional<google::type::Date> day = is_last ? ReadLastDay(text) : ReadFirstDay(text);
    if (!day) {
      properties.Wrong(
          absl::StrCat(name, "[0]"),
          absl::StrCat("must be a date as in 2019, 2019-05 or 2019-05-16, is '", TidyText(text, 40), "'"));
    }
    return day;
  }
  return std::nullopt;
}

std::string NameOf(const std::string& id) { return ForeignName("parties", "ftm", {id}); }

}  // namespace

bool IsFtmEntity(const nlohmann::json& object) {
  return object.contains("schema") && (object.contains("properties") || object.contains("id"));
}

void FtmEntities::Add(ForeignPlace place, const nlohmann::json& object) {
  static const nlohmann::json* const nothing = new nlohmann::json(nlohmann::json::object());
  std::vector<JsonProblem> problems;
  const JsonFields fields(object, "", &problems);
  const std::string id = fields.Text("id");
  const std::string schema = fields.Text("schema");
  place.id = absl::StrCat(schema.empty() ? "entity" : TidyText(schema, 40), " ", TidyText(id, 80));
  if (id.empty()) fields.Wrong("id", "is required");
  if (schema.empty()) fields.Wrong("schema", "is required");
  const std::optional<JsonFields> given = fields.Object("properties");
  const JsonFields properties = given ? *given : JsonFields(*nothing, "properties", &problems);
  const auto [other, is_new] = places_.emplace(id, place);
  if (!is_new && !id.empty()) {
    return early_.AddWrong(place, "id",
                           absl::StrCat("stands already: ", other->second.file, ":", other->second.line));
  }
  schemas_[id] = schema;
  if (problems.empty() && FindSchema(kParties, schema) != nullptr) {
    AddParty(place, id, schema, fields, properties, &problems);
  } else if (problems.empty() && FindSchema(kTies, schema) != nullptr) {
    AddTie(place, id, schema, fields, properties);
    if (!problems.empty()) ties_.pop_back();
  } else if (problems.empty()) {
    const LeftOutSchema* left_out = FindSchema(kLeftOut, schema);
    early_.LeaveOut(
        place, "", left_out != nullptr ? left_out->why : "is neither a party nor a tie between parties here");
  }
  early_.AddWrong(place, problems);
}

void FtmEntities::AddParty(const ForeignPlace& place, const std::string& id, const std::string& schema,
                           const JsonFields& fields, const JsonFields& properties,
                           std::vector<JsonProblem>* problems) {
  v1::Party party;
  party.set_name(NameOf(id));
  const v1::PartyRole role = FindSchema(kParties, schema)->role;
  party.add_roles(role);
  // Neither a name nor an industry makes a lender of anybody: its publisher says so, or not.
  if (Holds(properties.Texts("topics"), "fin.bank")) party.add_roles(v1::PARTY_ROLE_FINANCIAL_INSTITUTION);
  const std::vector<std::string> names = properties.Texts("name");
  const std::string caption = fields.Text("caption");
  party.set_display_name(TidyText(caption.empty() ? First(names) : caption));
  if (party.display_name().empty()) properties.Wrong("name", "is required: a party has a name here");
  for (const std::string& name : names) AddForeignAlias(name, &party);
  for (const char* other : {"alias", "previousName", "abbreviation"}) {
    for (const std::string& name : properties.Texts(other)) AddForeignAlias(name, &party);
  }
  AddIdentifiers(properties, role == v1::PARTY_ROLE_PERSON, &party);
  if (problems->empty()) return early_.AddParty(place, std::move(party));
  early_.AddWrongParty(place, party.name());
}

void FtmEntities::AddTie(const ForeignPlace& place, const std::string& id, const std::string& schema,
                         const JsonFields& fields, const JsonFields& properties) {
  const TieSchema& form = *FindSchema(kTies, schema);
  Tie& tie = ties_.emplace_back();
  tie.place = place;
  tie.id = id;
  tie.schema = schema;
  tie.from = properties.Texts(form.from);
  tie.to = properties.Texts(form.to);
  if (tie.from.empty()) properties.Wrong(form.from, "is required");
  if (tie.to.empty()) properties.Wrong(form.to, "is required");
  tie.detail = TidyText(First(properties.Texts(form.detail)));
  if (schema == "Ownership") tie.percentage = First(properties.Texts("percentage"));
  tie.start = ReadDate(properties, {"startDate", "date"}, false);
  tie.end = ReadDate(properties, {"endDate"}, true);
  tie.origin = OriginOf(fields, properties);
}

std::string FtmEntities::WhyNoEnd(const std::string& id) const {
  const auto schema = schemas_.find(id);
  // Perhaps of an earlier file.
  if (schema == schemas_.end() || FindSchema(kParties, schema->second) != nullptr) return "";
  return absl::StrCat("names ", TidyText(schema->second, 40), " ", TidyText(id, 80), ", which is no party");
}

void FtmEntities::AddRelation(const Tie& tie, const std::string& from, const std::string& to,
                              ForeignRows* rows) const {
  for (const std::string& id : {from, to}) {
    if (std::string why = WhyNoEnd(id); !why.empty()) return rows->LeaveOut(tie.place, "", why);
  }
  v1::Relation relation;
  relation.set_type(FindSchema(kTies, tie.schema)->type);
  relation.set_name(ForeignName("relations", "ftm", {tie.id, from, to}));
  relation.set_subject(NameOf(from));
  relation.set_object(NameOf(to));
  if (relation.type() == v1::RELATION_TYPE_OWNS) {
    const std::optional<int> share = ReadPercentage(tie.percentage);
    if (!share) {
      return rows->LeaveOut(
          tie.place, "percentage",
          tie.percentage.empty()
              ? "is not said, and what is owned of nobody knows how much is no ownership here"
              : absl::StrCat("is no percentage above 0: '", TidyText(tie.percentage, 40), "'"));
    }
    relation.set_share_basis_points(*share);
  }
  if (relation.type() == v1::RELATION_TYPE_FAMILY_OF) SetKinship(tie.detail, &relation);
  const auto client = schemas_.find(to);
  if (tie.schema == "Representation" && client != schemas_.end() && client->second == "Person") {
    return rows->LeaveOut(tie.place, "", "is of a person's agent, and a person has no brand");
  }
  if (tie.start) *relation.mutable_start_date() = *tie.start;
  if (tie.end) *relation.mutable_end_date() = *tie.end;
  relation.mutable_source()->set_kind(v1::RelationSource::KIND_DOCUMENT);
  const bool has_detail = !tie.detail.empty();
  relation.mutable_source()->set_reference(
      TidyText(absl::StrCat("FollowTheMoney ", tie.schema, " ", tie.id, has_detail ? ", " : "", tie.detail,
                            tie.percentage.empty() ? "" : ", percentage ", tie.percentage,
                            tie.origin.empty() ? "" : "; ", tie.origin),
               500));
  rows->AddRelation(tie.place, std::move(relation));
}

void FtmEntities::AddTo(ForeignRows* rows) {
  rows->Append(std::move(early_));
  for (const Tie& tie : ties_) {
    for (const std::string& from : tie.from) {
      for (const std::string& to : tie.to) AddRelation(tie, from, to, rows);
    }
  }
}

}  // namespace ayni::cli
