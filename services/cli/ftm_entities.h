// Entities of FollowTheMoney as parties and relations. https://followthemoney.tech
#ifndef AYNI_SERVICES_CLI_FTM_ENTITIES_H_
#define AYNI_SERVICES_CLI_FTM_ENTITIES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/type/date.pb.h"
#include "services/cli/foreign_rows.h"
#include "services/cli/json_fields.h"

namespace ayni::cli {

// Whether the object has the form of an entity, right or wrong.
bool IsFtmEntity(const nlohmann::json& object);

// The entities of one file or several that belong together. Not thread-safe.
class FtmEntities {
 public:
  // REQUIRES: IsFtmEntity(object). `place` has no id yet.
  void Add(ForeignPlace place, const nlohmann::json& object);

  // Takes all that was added for rows, or says why not. To be called once, after the last Add.
  void AddTo(ForeignRows* rows);

 private:
  // What an entity says of a tie between two others.
  struct Tie {
    ForeignPlace place;
    std::string id;
    std::string schema;
    std::vector<std::string> from;
    std::vector<std::string> to;
    std::string detail;      // a role, or how people are family
    std::string percentage;  // of ownership
    std::optional<google::type::Date> start;
    std::optional<google::type::Date> end;
    std::string origin;  // data sets and links
  };

  void AddParty(const ForeignPlace& place, const std::string& id, const std::string& schema,
                const JsonFields& fields, const JsonFields& properties, std::vector<JsonProblem>* problems);
  void AddTie(const ForeignPlace& place, const std::string& id, const std::string& schema,
              const JsonFields& fields, const JsonFields& properties);
  void AddRelation(const Tie& tie, const std::string& from, const std::string& to, ForeignRows* rows) const;
  // Why the relation can't name the entity; empty where it can.
  std::string WhyNoEnd(const std::string& id) const;

  ForeignRows early_;  // parties, and what is wrong or left out by itself
  std::vector<Tie> ties_;
  absl::flat_hash_map<std::string, ForeignPlace> places_;  // by id
  absl::flat_hash_map<std::string, std::string> schemas_;  // by id; of persons, organisations and all else
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FTM_ENTITIES_H_
