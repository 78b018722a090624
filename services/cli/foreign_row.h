// What rows of other publishers' files have in common: names made of foreign ids, dates, shares and texts as
// our records take them.
#ifndef AYNI_SERVICES_CLI_FOREIGN_ROW_H_
#define AYNI_SERVICES_CLI_FOREIGN_ROW_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/relation.pb.h"
#include "google/type/date.pb.h"

namespace ayni::cli {

// Where a statement or an entity stands.
struct ForeignPlace {
  std::string file;
  int64_t line = 0;
  std::string id;  // statement ba2f..., entity NK-...
};

// collection/prefix-HEX of 128 bits of the SHA-256 of the parts, each with its length: the same each time,
// and no two alike.
std::string ForeignName(absl::string_view collection, absl::string_view prefix,
                        std::initializer_list<absl::string_view> parts);

// Blanks and control characters as one blank, none at the ends; at most so many characters, the last of them
// an ellipsis where something was cut.
std::string TidyText(absl::string_view text, size_t characters_max = 200);

// 2019-05-16, or an instant, of which it is the day.
std::optional<google::type::Date> ReadDay(absl::string_view text);
// 2019 and 2019-05 too: their first day, or their last.
std::optional<google::type::Date> ReadFirstDay(absl::string_view text);
std::optional<google::type::Date> ReadLastDay(absl::string_view text);
google::type::Date DayBefore(const google::type::Date& day);
// Less than, equal to or greater than 0 as a is before, on or after b.
int CompareDays(const google::type::Date& a, const google::type::Date& b);

// Hundredths of a per cent, of a percentage from 0 to 100: 0 for 0 only.
int ToBasisPoints(double percentage);

// Adds an alias unless it is the display name or stands already; at most 20.
void AddForeignAlias(const std::string& text, v1::Party* party);
// Adds the number without blanks and hyphens, unless it stands already.
void AddForeignIdentifier(v1::IdentifierScheme scheme, absl::string_view value, v1::Party* party);
// Blanks and hyphens taken out, in capitals.
std::string BareNumber(absl::string_view value);
bool AllDigits(absl::string_view value);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_FOREIGN_ROW_H_
