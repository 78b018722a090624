// What a person without a smartphone is told of a need, a proposal or a visit: in one short message that any
// telephone shows, or read aloud by whoever has the list.
#ifndef AYNI_SERVICES_CLI_NOTICE_TEXT_H_
#define AYNI_SERVICES_CLI_NOTICE_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "services/cli/round_report.h"
#include "services/reason_texts.h"

namespace ayni::cli {

// Of one message in the alphabet of GSM 03.38 (7 bits a character); another alphabet leaves room for 70.
inline constexpr size_t kNoticeCharactersMax = 160;

// The same in that alphabet: letters that it lacks without their accents, what it lacks besides as '?'. One
// byte a character, with its own code of the letters that ASCII has not, so that size() counts characters.
std::string InSmsAlphabet(const std::string& text);
// Back in UTF-8.
std::string FromSmsAlphabet(const std::string& sms);

// At most kNoticeCharactersMax characters of that alphabet, in UTF-8. Ids, quantities, days and prices stand
// whole; names of places, parties and services are cut where there is no room. `unit` is of the service.
std::string NeedNotice(const v1::Need& need, v1::Unit unit, services::TextLanguage language,
                       const Naming& naming);
// Of a match that is PROPOSED: what both sides answer, and until when.
std::string ProposalNotice(const v1::Match& match, v1::Unit unit, services::TextLanguage language,
                           const Naming& naming);
// Of a match that is ACCEPTED or IN_SERVICE.
std::string VisitNotice(const v1::Match& match, v1::Unit unit, services::TextLanguage language,
                        const Naming& naming);

// Whose need it is.
std::string CooperativeOf(const v1::Need& need);

// Of Lima, UTC-5 in summer and winter: by which clock people are told until when to answer.
absl::TimeZone NoticeTimeZone();

// The word for so many of the unit: visita, visitas.
std::string UnitWord(v1::Unit unit, int64_t quantity, services::TextLanguage language);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_NOTICE_TEXT_H_
