#include "services/cli/csv.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::FirstInvalidUtf8;

constexpr char kQuote = '"';

bool IsSeparator(char c) { return c == ',' || c == ';' || c == '\t'; }

// The separator of the first line that is not empty; a comma where it has a single cell.
char DetectSeparator(absl::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of("\r\n")));
  for (char c : text.substr(0, text.find_first_of("\r\n"))) {
    if (IsSeparator(c)) return c;
  }
  return ',';
}

bool AllEmpty(const CsvRecord& record) {
  return record.error.empty() && std::all_of(record.cells.begin(), record.cells.end(),
                                             [](const std::string& cell) { return cell.empty(); });
}

bool LooksLikeFormula(const std::string& text) {
  const size_t first = text.find_first_not_of('\'');
  return first != std::string::npos &&
         absl::string_view("=+-@\t\r").find(text[first]) != absl::string_view::npos;
}

}  // namespace

CsvReader::CsvReader(absl::string_view text) : text_(text), marked_(absl::StartsWith(text, kByteOrderMark)) {
  if (marked_) position_ = absl::string_view(kByteOrderMark).size();
  if (ReadSeparatorLine()) return;
  separator_ = DetectSeparator(text_.substr(position_));
}

bool CsvReader::ReadSeparatorLine() {
  constexpr absl::string_view kBegin = "sep=";
  const absl::string_view rest = text_.substr(position_);
  const absl::string_view line = rest.substr(0, rest.find_first_of("\r\n"));
  if (line.size() != kBegin.size() + 1 || !absl::StartsWithIgnoreCase(line, kBegin) ||
      !IsSeparator(line.back())) {
    return false;
  }
  separator_ = line.back();
  position_ += line.size();
  SkipLineEnd();
  return true;
}

bool CsvReader::Next(CsvRecord* record) {
  while (position_ < text_.size()) {
    const size_t start = position_;
    *record = CsvRecord{};
    record->line = line_;
    ReadRecord(record);
    record->source = text_.substr(start, position_ - start);
    SkipLineEnd();
    const size_t wrong = record->error.empty() ? FirstInvalidUtf8(record->source) : absl::string_view::npos;
    if (wrong != absl::string_view::npos) {
      record->error = "is not in UTF-8: save the file as 'CSV UTF-8'";
      const absl::string_view before = record->source.substr(0, wrong);
      record->error_cell = 1 + static_cast<int>(std::count(before.begin(), before.end(), separator_));
    }
    if (!AllEmpty(*record)) return true;
  }
  return false;
}

void CsvReader::ReadRecord(CsvRecord* record) {
  for (;;) {
    record->cells.emplace_back();
    if (position_ < text_.size() && text_[position_] == kQuote) {
      ReadQuoted(record);
    } else {
      ReadPlain(record);
    }
    if (!record->error.empty() || AtLineEnd()) return;
    ++position_;
  }
}

void CsvReader::ReadPlain(CsvRecord* record) {
  const size_t start = position_;
  while (!AtLineEnd() && text_[position_] != separator_ && text_[position_] != kQuote) ++position_;
  record->cells.back() = std::string(text_.substr(start, position_ - start));
  if (!AtLineEnd() && text_[position_] == kQuote)
    Fail("has a quote inside a cell that is not quoted", record);
}

void CsvReader::ReadQuoted(CsvRecord* record) {
  const size_t start = position_;
  const int64_t start_line = line_;
  std::string& cell = record->cells.back();
  for (++position_; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    if (c == kQuote) {
      const bool doubled = position_ + 1 < text_.size() && text_[position_ + 1] == kQuote;
      if (!doubled) break;
      ++position_;
    }
    if (c == '\n' || (c == '\r' && text_.substr(position_, 2) != "\r\n")) ++line_;
    cell += c;
  }
  if (position_ == text_.size()) {
    position_ = start;
    line_ = start_line;
    return Fail("begins with a quote that nothing closes", record);
  }
  ++position_;
  if (!AtLineEnd() && text_[position_] != separator_) Fail("has more after its closing quote", record);
}

void CsvReader::Fail(const std::string& error, CsvRecord* record) {
  record->error = error;
  record->error_cell = static_cast<int>(record->cells.size());
  while (!AtLineEnd()) ++position_;
}

bool CsvReader::AtLineEnd() const {
  return position_ == text_.size() || text_[position_] == '\n' || text_[position_] == '\r';
}

void CsvReader::SkipLineEnd() {
  if (position_ == text_.size()) return;
  position_ += absl::StartsWith(text_.substr(position_), "\r\n") ? 2 : 1;
  ++line_;
}

std::string CsvLine(const std::vector<std::string>& cells, char separator) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += separator;
    const std::string& cell = cells[i];
    const bool blank_ends = !cell.empty() && (cell.front() == ' ' || cell.back() == ' ');
    if (!blank_ends && cell.find_first_of("\"\r\n,;\t") == std::string::npos) {
      line += cell;
      continue;
    }
    line += kQuote;
    for (char c : cell) {
      if (c == kQuote) line += kQuote;
      line += c;
    }
    line += kQuote;
  }
  return line + "\n";
}

std::string Guarded(const std::string& text) { return LooksLikeFormula(text) ? "'" + text : text; }

std::string Unguarded(const std::string& cell) {
  return !cell.empty() && cell.front() == '\'' && LooksLikeFormula(cell) ? cell.substr(1) : cell;
}

}  // namespace ayni::cli
