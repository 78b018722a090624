// Statements of the Beneficial Ownership Data Standard, of one file or several that belong together, as the
// records that they are about: of each record the newest statement counts.
#ifndef AYNI_SERVICES_CLI_BODS_RECORDS_H_
#define AYNI_SERVICES_CLI_BODS_RECORDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/cli/bods_statement.h"
#include "services/cli/foreign_rows.h"
#include "services/cli/json_problem.h"

namespace ayni::cli {

// Not thread-safe.
class BodsRecords {
 public:
  // A statement, and what is wrong with it.
  void Add(BodsStatement statement, std::vector<JsonProblem> problems);

  // Takes all that was added for rows, or says why not. To be called once, after the last Add.
  void AddTo(ForeignRows* rows);

 private:
  struct Record {
    std::string key;  // what names are made of
    std::vector<size_t> statements;
    size_t newest = 0;
    std::vector<std::pair<std::string, std::string>>
        edges;  // from and to: of a relationship that owns or controls
  };

  // Before 0.4 a statement names those that it replaces; finds what they replace in turn, and who replaces
  // them.
  void FindReplaced(ForeignRows* rows);
  // The statement at the end of the chain of replacements, and the id at its beginning. Nullopt for a circle.
  std::optional<std::string> RootOf(size_t statement) const;
  void Group(ForeignRows* rows);
  bool IsNewer(size_t a, size_t b) const;
  const Record* Find(const BodsStatement& from, const std::string& reference) const;
  std::string PartyName(const BodsStatement& from, const std::string& reference) const;
  // Why no relation can name that end; empty where one can.
  std::string WhyNoEnd(const BodsStatement& from, const std::string& reference, const char* end) const;

  void AddParty(const Record& record, ForeignRows* rows) const;
  // `indirect`: the interests that are indirect with components, or all others.
  void AddRelations(bool indirect, Record* record, ForeignRows* rows);
  void AddRelation(const BodsInterest& interest, int ordinal, Record* record, ForeignRows* rows);
  // Whether components that own or control lead from the one end of the relationship to the other.
  bool IsToldByComponents(const BodsStatement& relationship) const;

  std::vector<BodsStatement> statements_;
  std::vector<std::vector<JsonProblem>> problems_;
  absl::flat_hash_map<std::string, size_t> by_id_;      // statements
  absl::flat_hash_map<size_t, size_t> replaced_by_;     // before 0.4
  absl::flat_hash_set<size_t> unusable_;                // without an id, twice there, or in a circle
  std::vector<Record> records_;                         // in the order of their first statements
  absl::flat_hash_map<std::string, size_t> by_record_;  // records_, by what refers to them
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_BODS_RECORDS_H_
