#include "services/cli/notice_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "services/cli/resource_name.h"
#include "services/money_text.h"

namespace ayni::cli {

using services::TextLanguage;

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
  std::vector<std::string> sms_names;
  for (const std::string& name : names) sms_names.push_back(InSmsAlphabet(name));
  const size_t room = fixed.size() < kNoticeCharactersMax ? kNoticeCharactersMax - fixed.size() : 0;
  const size_t length = LongestWhole(sms_names, room);
  for (auto place = places.rbegin(); place != places.rend(); ++place)
    fixed.insert(place->first, Cut(sms_names[place->second], length));
  return FromSmsAlphabet(fixed.substr(0, kNoticeCharactersMax));
}

// 2026-12/m000001, of which the last part alone where both are long.
template <typename Record>
std::string IdText(const Record& record) {
  constexpr size_t kIdCharactersMax = 40;
  const std::string both = ShortName(*Api::Get().FindResource(Record::descriptor()), record.name());
  return both.size() <= kIdCharactersMax ? both : LastId(both).substr(0, kIdCharactersMax);
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

std::vector<std::pair<std::string, std::string>> WholeOf(const v1::Match& match, v1::Unit unit,
                                                         TextLanguage language) {
  return {{"id", IdText(match)},
          {"quantity", QuantityText(match.quantity(), unit, language)},
          {"days", DaysText(match.window())},
          {"price", services::MoneyText(match.unit_price())},
          {"until", match.has_answer_by_time() ? UntilText(match) : ""}};
}

std::vector<std::string> NamesOf(const v1::Match& match, const Naming& naming) {
  return {naming(match.tap()), naming(match.cooperative()), naming(match.service()),
          naming(match.district())};
}

}  // namespace

std::string CooperativeOf(const v1::Need& need) {
  const std::string id = ShortName(*Api::Get().FindResource(v1::Need::descriptor()), need.name());
  return absl::StrCat("parties/", id.substr(0, id.find('/')));
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

std::string NeedNotice(const v1::Need& need, v1::Unit unit, TextLanguage language, const Naming& naming) {
  return Fill(kNeed.in[At(language)],
              {{"id", IdText(need)},
               {"quantity", QuantityText(need.quantity(), unit, language)},
               {"days", DaysText(need.window())},
               {"price", services::MoneyText(need.highest_unit_price())}},
              {naming(need.service()), naming(need.value_chain()), naming(need.district()),
               naming(CooperativeOf(need))});
}

std::string ProposalNotice(const v1::Match& match, v1::Unit unit, TextLanguage language,
                           const Naming& naming) {
  return Fill(kProposal.in[At(language)], WholeOf(match, unit, language), NamesOf(match, naming));
}

std::string VisitNotice(const v1::Match& match, v1::Unit unit, TextLanguage language, const Naming& naming) {
  return Fill(kVisit.in[At(language)], WholeOf(match, unit, language), NamesOf(match, naming));
}

}  // namespace ayni::cli
