// The files of a market: one CSV file a resource that ImportMarket takes, with columns named by the paths of
// its fields.
#ifndef AYNI_SERVICES_CLI_MARKET_FILE_H_
#define AYNI_SERVICES_CLI_MARKET_FILE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/market_service.pb.h"
#include "services/cli/api.h"
#include "services/cli/csv.h"
#include "services/cli/message_path.h"

namespace ayni::cli {

// The column that files of failed rows have besides; import passes it over. Not `reason`, which is a field of
// policies.
inline constexpr char kFailedBecause[] = "failed_because";

// A server takes as many.
inline constexpr int kSheetColumnsMax = 1000;
// No field is as long, and a message of rows is not larger than a server takes.
inline constexpr size_t kCellBytesMax = 100'000;
inline constexpr size_t kRecordBytesMax = 1 << 20;

struct MarketFile {
  std::string name;  // value_chains.csv
  const Resource* resource;
  const google::protobuf::FieldDescriptor* row_field;  // of ImportRow
};

// In the order of ImportRow's fields, which is that of reference.
const std::vector<MarketFile>& MarketFiles();

// One row that can't be taken, or one column of the first row.
struct RowProblem {
  std::string file;
  int64_t line = 0;
  std::string column;  // empty: the whole row
  std::string description;

  // needs.csv:17: quantity: must be ...
  std::string Text() const;
};

// A file's text with its columns. Records are read again for each pass, so that a market need not fit in
// memory as messages. Not thread-safe.
class MarketSheet {
 public:
  // What is wrong with the first row becomes problems, and the sheet must then not be read.
  MarketSheet(const MarketFile& file, std::string text, std::vector<RowProblem>* problems);

  const MarketFile& file() const { return file_; }
  const std::vector<std::string>& header() const { return header_; }
  char separator() const { return CsvReader(text_).separator(); }
  // Whether the file begins with a byte order mark.
  bool marked() const { return CsvReader(text_).marked(); }
  // What its columns give of a resource: others of its fields are not spoken of. A list is given as a whole
  // by any column of its elements.
  google::protobuf::FieldMask GivenFields() const;

  class Pass {
   public:
    // `sheet` must outlive the pass.
    explicit Pass(const MarketSheet& sheet);

    // False at the end.
    bool Next();
    const CsvRecord& record() const { return record_; }
    // The row that the record stands for; what is wrong with it becomes problems.
    void Parse(v1::ImportRow* row, std::vector<RowProblem>* problems) const;

   private:
    const MarketSheet& sheet_;
    CsvReader reader_;
    CsvRecord record_;
  };

 private:
  void ReadHeader(const CsvRecord& record, std::vector<RowProblem>* problems);
  // Adds the column that the cell of the header names.
  void ReadColumn(int64_t line, const std::string& cell, std::vector<RowProblem>* problems);
  // Whether the record is too large to be looked into.
  bool IsTooLarge(const CsvRecord& record, std::vector<RowProblem>* problems) const;
  RowProblem Problem(int64_t line, const std::string& column, const std::string& description) const;

  MarketFile file_;
  std::string text_;
  std::vector<std::string> header_;
  // By cell; none for one that is passed over.
  std::vector<std::vector<MessagePath>> columns_;
};

// The column of the header that a field named by the server stands in: highest_unit_price for
// highest_unit_price.currency. The field itself where there is none.
std::string ColumnOf(const std::vector<std::string>& header, const std::string& field);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MARKET_FILE_H_
