// One statement of the Beneficial Ownership Data Standard, versions 0.2 to 0.4, as far as we take it.
// https://standard.openownership.org
#ifndef AYNI_SERVICES_CLI_BODS_STATEMENT_H_
#define AYNI_SERVICES_CLI_BODS_STATEMENT_H_

#include <optional>
#include <string>
#include <vector>

#include "ayni/v1/party.pb.h"
#include "ayni/v1/relation.pb.h"
#include "google/type/date.pb.h"
#include "services/cli/foreign_row.h"
#include "services/cli/json_fields.h"

namespace ayni::cli {

// What one interest comes to.
struct BodsInterest {
  std::string type;  // as in shareholding; empty where none is given
  v1::RelationType relation = v1::RELATION_TYPE_UNSPECIFIED;
  // Why it is no relation of ours; empty where it is one.
  std::string left_out;
  int share_basis_points = 0;
  std::string share_text;  // what was counted, where it was a range
  bool is_indirect = false;
  std::optional<google::type::Date> start;
  std::optional<google::type::Date> end;  // the last day
};

struct BodsStatement {
  enum class Kind { kEntity, kPerson, kRelationship };

  ForeignPlace place;
  Kind kind = Kind::kEntity;
  std::string statement_id;
  std::string record_id;              // of 0.4
  std::vector<std::string> replaces;  // before 0.4: ids of statements
  std::string publisher;
  std::string date;  // of the statement, then of its publication: later ones are greater
  std::optional<google::type::Date> closed;  // the last day, where the record is closed

  // Of an entity or a person.
  v1::Party party;          // without its name
  std::string not_a_party;  // why none is made of it

  // Of a relationship: record ids, or before 0.4 statement ids.
  std::string subject;
  std::string interested_party;
  std::string unspecified;  // why one of the two is not named
  std::vector<BodsInterest> interests;
  std::vector<std::string> components;
  v1::RelationSource source;  // its reference without the share
};

// Whether the object has the form of a statement, right or wrong.
bool IsBodsStatement(const nlohmann::json& object);

// What is wrong with it becomes problems; its kind and ids are read all the same, as far as they are there.
// REQUIRES: IsBodsStatement.
BodsStatement ReadBodsStatement(const nlohmann::json& object, std::vector<JsonProblem>* problems);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_BODS_STATEMENT_H_
