// What a person without a smartphone is told of a need, a proposal, a visit or whatever became of a match: in
// one short message that any telephone shows, or read aloud by whoever has the list.
#ifndef AYNI_SERVICES_NOTICE_TEXT_H_
#define AYNI_SERVICES_NOTICE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/notice.pb.h"
#include "services/reason_texts.h"

namespace ayni::services {

// Of one message in the alphabet of GSM 03.38 (7 bits a character); another alphabet leaves room for 70.
inline constexpr size_t kNoticeCharactersMax = 160;

// What a resource is called by people; the last part of its name where it has none.
using NoticeNaming = std::function<std::string(const std::string& name)>;

// The same in that alphabet: letters that it lacks without their accents, what it lacks besides as '?'. One
// byte a character, with its own code of the letters that ASCII has not, so that size() counts characters.
std::string InSmsAlphabet(const std::string& text);
// Back in UTF-8.
std::string FromSmsAlphabet(const std::string& sms);

// At most kNoticeCharactersMax characters of that alphabet, in UTF-8. Ids, quantities, days and prices stand
// whole; names of places, parties and services, and reasons, are cut where there is no room. `unit` is of the
// service. The Quechua is for review by a native speaker.
std::string NeedNotice(const v1::Need& need, v1::Unit unit, TextLanguage language,
                       const NoticeNaming& naming);
// Of a match that is PROPOSED: what both sides answer, and until when.
std::string ProposalNotice(const v1::Match& match, v1::Unit unit, TextLanguage language,
                           const NoticeNaming& naming);
// Of a match that is ACCEPTED or IN_SERVICE.
std::string VisitNotice(const v1::Match& match, v1::Unit unit, TextLanguage language,
                        const NoticeNaming& naming);
// Of what became of a match. REQUIRES: it says so, as EventsOf (services/notice/match_events.h) reads it.
std::string EventNotice(v1::MatchEvent event, const v1::Match& match, v1::Unit unit, TextLanguage language,
                        const NoticeNaming& naming);

// 2026-12/m000001 of rounds/2026-12/matches/m000001.
std::string NoticeIds(const std::string& name);

// Whose need it is.
std::string CooperativeOf(const v1::Need& need);

// Of Lima, UTC-5 in summer and winter: by which clock people are told until when to answer.
absl::TimeZone NoticeTimeZone();

// The word for so many of the unit: visita, visitas.
std::string UnitWord(v1::Unit unit, int64_t quantity, TextLanguage language);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_TEXT_H_
