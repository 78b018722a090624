#include "services/notice_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "services/invariant.h"
#include "services/money_text.h"

namespace ayni::services {
namespace {

// Letters of GSM 03.38 beyond ASCII, by their code there; and of ASCII those that have another code.
constexpr std::pair<const char*, char> kSmsLetters[] = {
    {"@", 0x00}, {"£", 0x01}, {"$", 0x02}, {"¥", 0x03}, {"è", 0x04}, {"é", 0x05}, {"ù", 0x06}, {"ì", 0x07},
    {"ò", 0x08}, {"Ç", 0x09}, {"Ø", 0x0B}, {"ø", 0x0C}, {"Å", 0x0E}, {"å", 0x0F}, {"_", 0x11}, {"Æ", 0x1C},
    {"æ", 0x1D}, {"ß", 0x1E}, {"É", 0x1F}, {"Ä", 0x5B}, {"Ö", 0x5C}, {"Ñ", 0x5D}, {"Ü", 0x5E}, {"§", 0x5F},
    {"¿", 0x60}, {"ä", 0x7B}, {"ö", 0x7C}, {"ñ", 0x7D}, {"ü", 0x7E}, {"à", 0x7F}, {"¡", 0x40}};

// What those that it lacks are written as.
constexpr std::pair<const char*, const char*> kPlainLetters[] = {
    {"á", "a"},  {"â", "a"}, {"ã", "a"},  {"ê", "e"}, {"ë", "e"},  {"í", "i"}, {"î", "i"}, {"ï", "i"},
    {"ó", "o"},  {"ô", "o"}, {"õ", "o"},  {"ú", "u"}, {"û", "u"},  {"ç", "c"}, {"Á", "A"}, {"À", "A"},
    {"Â", "A"},  {"Ã", "A"}, {"Ê", "E"},  {"È", "E"}, {"Ë", "E"},  {"Í", "I"}, {"Î", "I"}, {"Ó", "O"},
    {"Ô", "O"},  {"Õ", "O"}, {"Ú", "U"},  {"Ù", "U"}, {"ʼ", "'"},  {"’", "'"}, {"‘", "'"}, {"“", "\""},
    {"”", "\""}, {"–", "-"}, {"—", "-"},  {"[", "("}, {"]", ")"},  {"{", "("}, {"}", ")"}, {"~", "-"},
    {"^", "'"},  {"|", "/"}, {"\\", "/"}, {"`", "'"}, {"\t", " "}, {"\n", " "}};

struct UnitWords {
  v1::Unit unit;
  const char* words[3][2];  // by language: one, several
};

constexpr UnitWords kUnitWords[] = {
    {v1::UNIT_VISIT, {{"visita", "visitas"}, {"visit", "visits"}, {"watukuy", "watukuy"}}},
    {v1::UNIT_ANIMAL, {{"animal", "animales"}, {"animal", "animals"}, {"uywa", "uywa"}}},
    {v1::UNIT_HECTARE, {{"hectárea", "hectáreas"}, {"hectare", "hectares"}, {"hectarea", "hectarea"}}},
    {v1::UNIT_HOUR, {{"hora", "horas"}, {"hour", "hours"}, {"hora", "hora"}}},
    {v1::UNIT_PARTICIPANT,
     {{"participante", "participantes"}, {"participant", "participants"}, {"runa", "runa"}}},
    {v1::UNIT_PARTICIPANT_HOUR,
     {{"hora-persona", "horas-persona"}, {"person-hour", "person-hours"}, {"runa-hora", "runa-hora"}}},
    {v1::UNIT_PLANT, {{"planta", "plantas"}, {"plant", "plants"}, {"yura", "yura"}}},
    {v1::UNIT_SAMPLE, {{"muestra", "muestras"}, {"sample", "samples"}, {"muestra", "muestra"}}},
    {v1::UNIT_FARM, {{"predio", "predios"}, {"farm", "farms"}, {"chakra", "chakra"}}},
    {v1::UNIT_QUINTAL, {{"quintal", "quintales"}, {"quintal", "quintals"}, {"quintal", "quintal"}}},
    {v1::UNIT_PLAN, {{"plan", "planes"}, {"plan", "plans"}, {"plan", "plan"}}},
    {v1::UNIT_DOSE, {{"dosis", "dosis"}, {"dose", "doses"}, {"dosis", "dosis"}}},
    {v1::UNIT_INSEMINATION,
     {{"inseminación", "inseminaciones"},
      {"insemination", "inseminations"},
      {"inseminación", "inseminación"}}},
    {v1::UNIT_KILOGRAM, {{"kilo", "kilos"}, {"kilogram", "kilograms"}, {"kilo", "kilo"}}},
};

struct Template {
  const char* in[3];  // by language
};

// $1, $2... stand for names that may be cut, {...} for what stands whole.
constexpr Template kNeed = {
    {"AYNI {id}: se pide $1, $2, {quantity}, en $3, {days}, hasta {price} c/u. $4",
     "AYNI {id}: asked for: $1, $2, {quantity}, in $3, {days}, up to {price} each. $4",
     "AYNI {id}: mañakuy: $1, $2, {quantity}, $3-pi, {days}, {price}kama sapanka. $4"}};
constexpr Template kProposal = {
    {"AYNI {id}: $1 para $2: $3, {quantity}, en $4, {days}, a {price} c/u. Responda SI o NO hasta {until}",
     "AYNI {id}: $1 for $2: $3, {quantity}, in $4, {days}, at {price} each. Answer YES or NO until {until}",
     "AYNI {id}: $1 - $2: $3, {quantity}, $4-pi, {days}, {price} sapanka. ARI utaq MANA niy {until}kama"}};
constexpr Template kVisit = {
    {"AYNI {id}: aceptado. $1 visita a $2 en $4: $3, {quantity}, {days}, {price} c/u",
     "AYNI {id}: accepted. $1 visits $2 in $4: $3, {quantity}, {days}, {price} each",
     "AYNI {id}: ari nisqa. $1 $2-ta watukunqa $4-pi: $3, {quantity}, {days}, {price}"}};

// Of a match: $1 the TAP, $2 the cooperative, $3 the service, $4 the district, $5 who spoke, $6 why, or who
// is to answer.
struct EventTemplate {
  v1::MatchEvent event;
  Template text;
};

constexpr EventTemplate kEvents[] = {
    {v1::MATCH_EVENT_PROPOSED, kProposal},
    {v1::MATCH_EVENT_ACKNOWLEDGED,
     {{"AYNI {id}: $2 vio los conflictos de interés de $1: $3, {quantity}, en $4, {days}",
       "AYNI {id}: $2 has seen the conflicts of interest of $1: $3, {quantity}, in $4, {days}",
       "AYNI {id}: $2 qhawanña $1-pa conflictonkunata: $3, {quantity}, $4-pi, {days}"}}},
    {v1::MATCH_EVENT_ACCEPTED_BY_ONE,
     {{"AYNI {id}: $5 dijo SI; falta $6, hasta {until}. $3, {quantity}, en $4, {days}",
       "AYNI {id}: $5 said YES; $6 is to answer until {until}. $3, {quantity}, in $4, {days}",
       "AYNI {id}: $5 ARI nin; $6 {until}kama kutichinan. $3, {quantity}, $4-pi, {days}"}}},
    {v1::MATCH_EVENT_ACCEPTED, kVisit},
    {v1::MATCH_EVENT_DECLINED,
     {{"AYNI {id}: $5 dijo NO: $6. $3, {quantity}, en $4, {days}",
       "AYNI {id}: $5 said NO: $6. $3, {quantity}, in $4, {days}",
       "AYNI {id}: $5 MANA nin: $6. $3, {quantity}, $4-pi, {days}"}}},
    {v1::MATCH_EVENT_LAPSED,
     {{"AYNI {id}: venció sin las dos respuestas. $1 para $2: $3, {quantity}, en $4, {days}",
       "AYNI {id}: lapsed without both answers. $1 for $2: $3, {quantity}, in $4, {days}",
       "AYNI {id}: mana iskaynin kutichiqtin tukukun. $1 - $2: $3, {quantity}, $4-pi, {days}"}}},
    {v1::MATCH_EVENT_CANCELLED,
     {{"AYNI {id}: anulado por $5: $6. $3, {quantity}, en $4, {days}",
       "AYNI {id}: cancelled by $5: $6. $3, {quantity}, in $4, {days}",
       "AYNI {id}: $5 chinkachin: $6. $3, {quantity}, $4-pi, {days}"}}},
    {v1::MATCH_EVENT_STARTED,
     {{"AYNI {id}: $1 empezó el servicio a $2: $3, {quantity}, en $4, {days}",
       "AYNI {id}: $1 has begun the service to $2: $3, {quantity}, in $4, {days}",
       "AYNI {id}: $1 $2-paq llank'ayta qallarin: $3, {quantity}, $4-pi, {days}"}}},
    {v1::MATCH_EVENT_DELIVERED,
     {{"AYNI {id}: $1 dice que terminó: $3, {done}, en $4, {date}. $2: confirme o reclame",
       "AYNI {id}: $1 says that it is done: $3, {done}, in $4, {date}. $2: confirm or dispute",
       "AYNI {id}: $1 tukuni nin: $3, {done}, $4-pi, {date}. $2: chiqaqchay utaq reclamay"}}},
    {v1::MATCH_EVENT_CONFIRMED,
     {{"AYNI {id}: $2 confirma el servicio de $1: $3, {done}, en $4. Nota {rating} de 5",
       "AYNI {id}: $2 confirms the service of $1: $3, {done}, in $4. Rating {rating} of 5",
       "AYNI {id}: $2 chiqaqchan $1-pa llank'asqanta: $3, {done}, $4-pi. {rating}/5"}}},
    {v1::MATCH_EVENT_SETTLED,
     {{"AYNI {id}: $1 dice que está pagado: $3, {done}, para $2 en $4",
       "AYNI {id}: $1 says that it is paid: $3, {done}, for $2 in $4",
       "AYNI {id}: $1 pagasqaña nin: $3, {done}, $2-paq $4-pi"}}},
    {v1::MATCH_EVENT_DISPUTED,
     {{"AYNI {id}: $5 reclama: $6. $3, {quantity}, en $4. La administración decide",
       "AYNI {id}: $5 disputes it: $6. $3, {quantity}, in $4. The administration decides",
       "AYNI {id}: $5 reclaman: $6. $3, {quantity}, $4-pi. Umalliqkuna kamachinqaku"}}},
    {v1::MATCH_EVENT_DECIDED,
     {{"AYNI {id}: la administración decidió: {outcome}, {done}. $6. $1 para $2: $3, en $4",
       "AYNI {id}: the administration decided: {outcome}, {done}. $6. $1 for $2: $3, in $4",
       "AYNI {id}: umalliqkuna kamachinku: {outcome}, {done}. $6. $1 - $2: $3, $4-pi"}}},
    {v1::MATCH_EVENT_UNDONE,
     {{"AYNI {id}: sin efecto: su ronda fue anulada. $1 para $2: $3, {quantity}, en $4, {days}",
       "AYNI {id}: void: its round was undone. $1 for $2: $3, {quantity}, in $4, {days}",
       "AYNI {id}: manaña kanchu, rondanqa chinkachisqa. $1 - $2: $3, {quantity}, $4-pi, {days}"}}},
};

constexpr Template kAdministration = {{"la administración", "the administration", "umalliqkuna"}};

Template OutcomeWords(v1::Dispute::Outcome outcome) {
  if (outcome == v1::Dispute::OUTCOME_DELIVERED) return {{"se prestó", "delivered", "ruwasqa"}};
  if (outcome == v1::Dispute::OUTCOME_PARTLY_DELIVERED)
    return {{"se prestó en parte", "delivered in part", "wakillan ruwasqa"}};
  return {{"no se prestó", "not delivered", "mana ruwasqachu"}};
}

size_t LetterBytes(const std::string& text, size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const size_t bytes = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  return std::min(bytes, text.size() - at);
}

// The length up to which names stay whole, so that all of them fit into `room`.
size_t LongestWhole(const std::vector<std::string>& names, size_t room) {
  size_t longest = kNoticeCharactersMax;
  const auto used = [&](size_t length) {
    size_t sum = 0;
    for (const std::string& name : names) sum += std::min(name.size(), length);
    return sum;
  };
  while (longest > 0 && used(longest) > room) --longest;
  return longest;
}

std::string Cut(const std::string& name, size_t length) {
  if (name.size() <= length) return name;
  std::string cut = name.substr(0, length > 1 ? length - 1 : length);
  while (!cut.empty() && cut.back() == ' ') cut.pop_back();
  return length > 1 ? cut + "." : cut;
}

// Fills the template. What stands whole leaves room for names: an id, a quantity, days, a price and a time
// have together less than 100 characters.
std::string Fill(const char* pattern, const std::vector<std::pair<std::string, std::string>>& whole,
                 const std::vector<std::string>& names) {
  std::string fixed;
  std::vector<std::pair<size_t, size_t>> places;  // in the text, and which name
  for (const char* at = pattern; *at != '\0';) {
    if (*at == '$') {
      places.emplace_back(fixed.size(), static_cast<size_t>(at[1] - '1'));
      at += 2;
    } else if (*at == '{') {
      const std::string key(at + 1, std::find(at, at + std::char_traits<char>::length(at), '}'));
      for (const auto& [name, value] : whole) {
        if (name == key) fixed += InSmsAlphabet(value);
      }
      at += key.size() + 2;
    } else {
      const std::string letters(at);
      const size_t bytes = LetterBytes(letters, 0);
      fixed += InSmsAlphabet(letters.substr(0, bytes));
      at += bytes;
    }
  }
  std::vector<std::string> placed;  // names, in the order of their places
  for (const auto& [at, name] : places) placed.push_back(InSmsAlphabet(names.at(name)));
  const size_t room = fixed.size() < kNoticeCharactersMax ? kNoticeCharactersMax - fixed.size() : 0;
  const size_t length = LongestWhole(placed, room);
  for (size_t at = places.size(); at-- > 0;) fixed.insert(places[at].first, Cut(placed[at], length));
  return FromSmsAlphabet(fixed.substr(0, kNoticeCharactersMax));
}

// 2026-12/m000001, of which the last part alone where both are long.
std::string IdText(const std::string& name) {
  constexpr size_t kIdCharactersMax = 40;
  const std::string ids = NoticeIds(name);
  return ids.size() <= kIdCharactersMax ? ids : ids.substr(ids.rfind('/') + 1).substr(0, kIdCharactersMax);
}

int At(TextLanguage language) { return static_cast<int>(language); }

std::string DayText(const google::type::Date& date) {
  return absl::StrFormat("%02d/%02d", date.day(), date.month());
}

std::string DaysText(const v1::DateWindow& window) {
  return absl::StrCat(DayText(window.start_date()), "-", DayText(window.end_date()));
}

std::string UntilText(const v1::Match& match) {
  return absl::FormatTime("%d/%m %H:%M", absl::FromUnixSeconds(match.answer_by_time().seconds()),
                          NoticeTimeZone());
}

std::string QuantityText(int64_t quantity, v1::Unit unit, TextLanguage language) {
  return absl::StrCat(quantity, " ", UnitWord(unit, quantity, language));
}

// What is done by what was said last.
int64_t DoneUnits(const v1::Match& match) {
  if (match.dispute().outcome() == v1::Dispute::OUTCOME_NOT_DELIVERED) return 0;
  return match.has_confirmation() ? match.confirmation().quantity() : match.delivery().quantity();
}

std::vector<std::pair<std::string, std::string>> WholeOf(const v1::Match& match, v1::Unit unit,
                                                         TextLanguage language) {
  return {{"id", IdText(match.name())},
          {"quantity", QuantityText(match.quantity(), unit, language)},
          {"done", QuantityText(DoneUnits(match), unit, language)},
          {"days", DaysText(match.window())},
          {"date", DayText(match.delivery().date())},
          {"price", MoneyText(match.unit_price())},
          {"rating", absl::StrCat(match.confirmation().rating())},
          {"outcome", OutcomeWords(match.dispute().outcome()).in[At(language)]},
          {"until", match.has_answer_by_time() ? UntilText(match) : ""}};
}

std::string NameOf(v1::Side side, const v1::Match& match, TextLanguage language, const NoticeNaming& naming) {
  if (side == v1::SIDE_ADMINISTRATOR) return kAdministration.in[At(language)];
  return naming(side == v1::SIDE_TAP ? match.tap() : match.cooperative());
}

// $5 and $6 of the event's text.
std::pair<std::string, std::string> SpeakerAndReason(v1::MatchEvent event, const v1::Match& match,
                                                     TextLanguage language, const NoticeNaming& naming) {
  switch (event) {
    case v1::MATCH_EVENT_ACCEPTED_BY_ONE: {
      const auto& tap = match.tap_yes().time();
      const auto& cooperative = match.cooperative_yes().time();
      const bool tap_first =
          match.has_tap_yes() &&
          (!match.has_cooperative_yes() ||
           std::pair(tap.seconds(), tap.nanos()) < std::pair(cooperative.seconds(), cooperative.nanos()));
      return {naming(tap_first ? match.tap() : match.cooperative()),
              naming(tap_first ? match.cooperative() : match.tap())};
    }
    case v1::MATCH_EVENT_DECLINED:
    case v1::MATCH_EVENT_CANCELLED:
      return {NameOf(match.ending().side(), match, language, naming), match.ending().reason()};
    case v1::MATCH_EVENT_DISPUTED:
      return {NameOf(match.dispute().side(), match, language, naming), match.dispute().reason()};
    case v1::MATCH_EVENT_DECIDED:
      return {"", match.dispute().decision_reason()};
    default:
      return {};
  }
}

std::vector<std::string> NamesOf(const v1::Match& match, const NoticeNaming& naming) {
  return {naming(match.tap()), naming(match.cooperative()), naming(match.service()),
          naming(match.district())};
}

}  // namespace

std::string NoticeIds(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  std::vector<std::string> ids;
  for (size_t at = 1; at < parts.size(); at += 2) ids.push_back(parts[at]);
  return absl::StrJoin(ids, "/");
}

std::string CooperativeOf(const v1::Need& need) {
  const std::string ids = NoticeIds(need.name());
  return absl::StrCat("parties/", ids.substr(0, ids.find('/')));
}

absl::TimeZone NoticeTimeZone() { return absl::FixedTimeZone(-5 * 60 * 60); }

std::string InSmsAlphabet(const std::string& text) {
  std::string sms;
  for (size_t at = 0; at < text.size();) {
    const std::string letter = text.substr(at, LetterBytes(text, at));
    at += letter.size();
    const auto is_letter = [&](const auto& each) { return letter == each.first; };
    const auto known = std::find_if(std::begin(kSmsLetters), std::end(kSmsLetters), is_letter);
    const auto plain = std::find_if(std::begin(kPlainLetters), std::end(kPlainLetters), is_letter);
    if (known != std::end(kSmsLetters)) {
      sms += known->second;
    } else if (plain != std::end(kPlainLetters)) {
      sms += plain->second;
    } else {
      const bool is_ascii = letter.size() == 1 && letter[0] >= 0x20 && letter[0] < 0x7F;
      sms += is_ascii ? letter : "?";
    }
  }
  return sms;
}

std::string FromSmsAlphabet(const std::string& sms) {
  std::string text;
  for (const char code : sms) {
    const auto known = std::find_if(std::begin(kSmsLetters), std::end(kSmsLetters),
                                    [&](const auto& each) { return each.second == code; });
    text += known == std::end(kSmsLetters) ? std::string(1, code) : known->first;
  }
  return text;
}

std::string UnitWord(v1::Unit unit, int64_t quantity, TextLanguage language) {
  const auto* found = std::find_if(std::begin(kUnitWords), std::end(kUnitWords),
                                   [&](const UnitWords& each) { return each.unit == unit; });
  return found == std::end(kUnitWords) ? "" : found->words[At(language)][quantity == 1 ? 0 : 1];
}

std::string NeedNotice(const v1::Need& need, v1::Unit unit, TextLanguage language,
                       const NoticeNaming& naming) {
  return Fill(kNeed.in[At(language)],
              {{"id", IdText(need.name())},
               {"quantity", QuantityText(need.quantity(), unit, language)},
               {"days", DaysText(need.window())},
               {"price", MoneyText(need.highest_unit_price())}},
              {naming(need.service()), naming(need.value_chain()), naming(need.district()),
               naming(CooperativeOf(need))});
}

std::string ProposalNotice(const v1::Match& match, v1::Unit unit, TextLanguage language,
                           const NoticeNaming& naming) {
  return Fill(kProposal.in[At(language)], WholeOf(match, unit, language), NamesOf(match, naming));
}

std::string VisitNotice(const v1::Match& match, v1::Unit unit, TextLanguage language,
                        const NoticeNaming& naming) {
  return Fill(kVisit.in[At(language)], WholeOf(match, unit, language), NamesOf(match, naming));
}

std::string EventNotice(v1::MatchEvent event, const v1::Match& match, v1::Unit unit, TextLanguage language,
                        const NoticeNaming& naming) {
  const auto* found = std::find_if(std::begin(kEvents), std::end(kEvents),
                                   [&](const EventTemplate& each) { return each.event == event; });
  INVARIANT(found != std::end(kEvents), v1::MatchEvent_Name(event));
  std::vector<std::string> names = NamesOf(match, naming);
  auto [speaker, reason] = SpeakerAndReason(event, match, language, naming);
  names.push_back(std::move(speaker));
  names.push_back(std::move(reason));
  return Fill(found->text.in[At(language)], WholeOf(match, unit, language), names);
}

}  // namespace ayni::services
