// What comes of files of other publishers: rows to import, what is wrong, and what is left out.
#ifndef AYNI_SERVICES_CLI_FOREIGN_ROWS_H_
#define AYNI_SERVICES_CLI_FOREIGN_ROWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ayni/v1/market_service.pb.h"
#include "services/cli/foreign_row.h"
#include "services/cli/json_problem.h"
#include "services/cli/market_file.h"

namespace ayni::cli {

// Not thread-safe.
class ForeignRows {
 public:
  // REQUIRES: both have their names.
  void AddParty(const ForeignPlace& place, v1::Party party);
  void AddRelation(const ForeignPlace& place, v1::Relation relation);
  // Nothing is wrong with the statement or entity, and nothing comes of it, or of the part of it.
  void LeaveOut(const ForeignPlace& place, const std::string& part, const std::string& why);
  void AddWrong(const ForeignPlace& place, const std::string& field, const std::string& description);
  void AddWrong(const ForeignPlace& place, const std::vector<JsonProblem>& problems);
  // So that what refers to the party is told where it stands.
  void AddWrongParty(const ForeignPlace& place, const std::string& name);
  void Append(ForeignRows&& more);

  const std::vector<v1::ImportRow>& rows() const { return rows_; }
  const std::vector<RowProblem>& wrong() const { return wrong_; }
  const std::vector<RowProblem>& left_out() const { return left_out_; }
  // Of the statement or entity at the line of the file; empty where no row is from there. Where several share
  // a line, as in a file of one, it says that it is one of them.
  std::string IdAt(const std::string& file, int64_t line) const;

 private:
  v1::ImportRow* AddRow(const ForeignPlace& place);

  std::vector<v1::ImportRow> rows_;
  std::vector<std::string> ids_;  // by row
  std::vector<RowProblem> wrong_;
  std::vector<RowProblem> left_out_;
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FOREIGN_ROWS_H_
