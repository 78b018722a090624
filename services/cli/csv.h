// CSV as people's spreadsheets write it, and RFC 4180 back.
//
// Read: UTF-8 with or without a byte order mark; lines that end in LF, CRLF or CR; cells separated by commas,
// semicolons or tabs, whichever the first line that is not empty holds, or one before it names as Excel does
// (sep=;); quoted cells, which may hold
// separators, line ends and doubled quotes. Lines that are empty, or whose cells all are, are passed over.
// Written: UTF-8 without a mark, commas or the separator that is asked for, LF, quotes only where needed.
#ifndef AYNI_SERVICES_CLI_CSV_H_
#define AYNI_SERVICES_CLI_CSV_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ayni::cli {

inline constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

struct CsvRecord {
  // Where the record begins, from 1.
  int64_t line = 0;
  std::vector<std::string> cells;
  // What is wrong with the record, and the number of its cell, from 1. Empty where it is right.
  std::string error;
  int error_cell = 0;
  // The bytes of the record without its line end, for writing it back as it was.
  absl::string_view source;
};

// A wrong record ends with its line, so that the records after it are read. One pass, in time linear in the
// text. Not thread-safe.
class CsvReader {
 public:
  // `text` must outlive the reader and its records.
  explicit CsvReader(absl::string_view text);

  // False at the end.
  bool Next(CsvRecord* record);

  char separator() const { return separator_; }
  // Whether the text begins with a byte order mark.
  bool marked() const { return marked_; }

 private:
  // Whether there is one, which it passes over.
  bool ReadSeparatorLine();
  void ReadRecord(CsvRecord* record);
  void ReadQuoted(CsvRecord* record);
  void ReadPlain(CsvRecord* record);
  void Fail(const std::string& error, CsvRecord* record);
  void SkipLineEnd();
  bool AtLineEnd() const;

  absl::string_view text_;
  size_t position_ = 0;
  int64_t line_ = 1;
  char separator_ = ',';
  bool marked_ = false;
};

// One record with its line end.
std::string CsvLine(const std::vector<std::string>& cells, char separator = ',');

// Spreadsheets take a cell that begins with = + - @, a tab or a carriage return for a formula, even where it
// was imported as text. Guarded adds an apostrophe before such a text, which they show as the text itself;
// Unguarded takes it away. A text that begins with apostrophes and then one of these gets one more, so that
// for every text Unguarded(Guarded(text)) == text.
std::string Guarded(const std::string& text);
std::string Unguarded(const std::string& cell);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_CSV_H_
