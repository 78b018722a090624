#include "services/reason_texts.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/invariant.h"

namespace ayni::services {
namespace {

// {units?unit|units}
constexpr size_t kCountedParts = 3;

// clang-format off: a text stands below its id.
constexpr ReasonTemplate kTemplates[] = {
    {"REASON_CODE_MATCHED", "Recibió {units} {units?unidad|unidades}.",
     "It was given {units} {units?unit|units}.", ForReview{"{units} unidadta chaskirqan."}},
    {"REASON_CODE_OUTBID", "Otras ofertas valían más y cubrieron todo el pedido.",
     "Other offers were worth more and covered all of the need.",
     ForReview{"Huk ofertakuna aswan allin karqan, llapan mañakuyta hunt'arqan."}},
    {"REASON_CODE_MATCHED/PUBLIC_ROLE",
     "Recibió {units} {units?unidad|unidades}: es tarea de una entidad pública, sin costo, y va primero.",
     "It was given {units} {units?unit|units}: a public body's task, at no charge, comes first.",
     ForReview{"{units} unidadta chaskirqan: estadoq ruwananmi, mana chaniyoq, ñawpaqta rin."}},
    {"REASON_CODE_OUTBID/PUBLIC_ROLE",
     "Es tarea de una entidad pública, que la ofreció sin costo: va primero y cubrió el pedido.",
     "This is a task of a public body, which offered it at no charge, and came first.",
     ForReview{"Estadoq ruwananmi, mana chaniyoqta haywarirqan, ñawpaqta rirqan."}},
    {"REASON_CODE_OFFER_FULL", "A la oferta no le quedaba nada: fue a otros pedidos.",
     "The offer had nothing left: it went to other needs.",
     ForReview{"Ofertapi manaña imapas puchurqanchu: huk mañakuykunaman rirqan."}},
    {"REASON_CODE_TAP_FULL", "Al proveedor no le quedaba capacidad: fue a otros pedidos.",
     "The provider had no capacity left: it went to other needs.",
     ForReview{"Yanapaqpa atiynin tukukapurqan: huk mañakuykunaman rirqan."}},
    {"REASON_CODE_TAP_FULL/COUNTRY",
     "Llegó al tope de su país por sus años de práctica: {units} {units?unidad|unidades} en 365 días.",
     "It reached its country's cap for its years of practice: {units} {units?unit|units} in 365 days.",
     ForReview{"Suyunpa saywanman chayarqanña: {units} unidad 365 p'unchawpi."}},
    {"REASON_CODE_LIMIT_FULL",
     "El límite {limit} deja {cap} a {controller} en {territory}: tenía {held} y recibió {given}.",
     "The limit {limit} leaves {controller} {cap} in {territory}: it held {held} and was given {given}.",
     ForReview{
         "{limit} saywa {controller}man {cap} saqin {territory}pi: {held} karqanña, {given} chaskirqan."}},
    {"REASON_CODE_ROOM_UNDER_LOT", "Quedaba menos que su lote mínimo de {lot} {lot?unidad|unidades}.",
     "Less was left than its smallest lot of {lot} {lot?unit|units}.",
     ForReview{"{lot} unidadmanta pisi puchurqan, chayqa manan aypanchu."}},
    {"REASON_CODE_SUPERSEDED", "Se le asignó, pero el pedido o la oferta cambió durante la ronda.",
     "It was matched, but the need or the offer changed during the round.",
     ForReview{"Tupachisqan karqan, ichaqa mañakuy utaq oferta tikrakurqan."}},
    {"REASON_CODE_WITHIN_GAP",
     "Nada lo impedía: la ronda terminó dentro de su margen antes de llegar a ella.",
     "Nothing stood against it: the round ended within its margin before it came to it.",
     ForReview{"Manan imapas hark'arqanchu: ronda tukurqan manaraq chayaspa."}},
    {"REASON_CODE_BLOCKED", "Lo impide un conflicto de interés: {rules}.",
     "A conflict of interest blocks it: {rules}.", ForReview{"Interés ch'aqway hark'an: {rules}."}},
    {"REASON_CODE_DECLINED", "El proveedor dijo que no a esta propuesta el {date}.",
     "The provider said no to this proposal on {date}.",
     ForReview{"Yanapaqqa {date} p'unchawpi manan munarqanchu kay proponesqata."}},
    {"REASON_CODE_DECLINED/BY_COOPERATIVE", "La cooperativa dijo que no a esta propuesta el {date}.",
     "The cooperative said no to this proposal on {date}.",
     ForReview{"Cooperativaqa {date} p'unchawpi manan munarqanchu kay proponesqata."}},
    {"REASON_CODE_DECLINED/BY_YOU", "Usted dijo que no a esta propuesta el {date}.",
     "You said no to this proposal on {date}.",
     ForReview{"Qanmi {date} p'unchawpi mana munarqankichu kay proponesqata."}},
    {"REASON_CODE_BUDGET",
     "El presupuesto que la subvenciona no paga por ella, allí, ese día, o porque le queda muy poco.",
     "The budget that subsidises it does not pay for it: there, on that day, or since too little is left.",
     ForReview{"Yanapaq qolqe manan kay mañakuypaq aypanchu."}},
    {"REASON_CODE_OVERTAKEN",
     "Se le asignó, pero durante la ronda un pedido urgente ocupó lo que el límite dejaba al proveedor.",
     "It was matched, but during the round an urgent need took what the limit left the provider.",
     ForReview{"Tupachisqan karqan, ichaqa utqhay mañakuy saywapa saqisqanta hap'irqan."}},
    {"REASON_CODE_ABOVE_FINAL_CAP",
     "Se le asignó, pero otras asignaciones se retiraron y el proveedor quedaba sobre su parte del resto.",
     "It was matched, but other matches were left out, and the provider stood above its share of the rest.",
     ForReview{"Tupachisqan karqan, ichaqa hukkuna qichusqa kaqtin saywanta yallirqan."}},
    {"REASON_CODE_SERVICE", "Es otro servicio.", "It is another service.", ForReview{"Huk yanapakuymi."}},
    {"REASON_CODE_VALUE_CHAIN", "La oferta no es para esta cadena.", "The offer is not for this value chain.",
     ForReview{"Ofertaqa manan kay cadenapaqchu."}},
    {"REASON_CODE_WINDOW", "Las fechas no coinciden por {days} {days?día|días}.",
     "The dates miss each other by {days} {days?day|days}.",
     ForReview{"P'unchawkuna manan tupanchu: {days} p'unchaw pisin."}},
    {"REASON_CODE_WINDOW/OVER", "Las fechas de la oferta ya pasaron.", "The offer's dates were over.",
     ForReview{"Ofertapa p'unchawnin pasarqanña."}},
    {"REASON_CODE_PLACE", "El lugar queda {distance} fuera de su alcance.",
     "The place is {distance} beyond its reach.", ForReview{"Chay k'itiqa {distance} aswan karupi."}},
    {"REASON_CODE_PLACE/UNKNOWN", "No atiende ese distrito.", "It does not serve that district.",
     ForReview{"Manan chay distritopi yanapanchu."}},
    {"REASON_CODE_NEED_MATCHED", "El pedido ya estaba cubierto.", "The need was covered already.",
     ForReview{"Mañakuyqa hunt'asqaña karqan."}},
    {"REASON_CODE_OFFER_BOOKED", "La oferta ya estaba toda reservada.", "The offer was all booked already.",
     ForReview{"Ofertaqa llapan separasqaña karqan."}},
    {"REASON_CODE_CURRENCY", "El precio está en otra moneda.", "The price is in another currency.",
     ForReview{"Chaninqa huk qullqipin."}},
    {"REASON_CODE_PRICE", "El precio pasa por {amount} lo más que paga el pedido.",
     "The price is {amount} above the highest that the need pays.",
     ForReview{"Chaninqa {amount} aswan hatun, mañakuypa qunanmanta."}},
    {"REASON_CODE_PRICE/TO_TAP", "El precio es más alto de lo que paga el pedido.",
     "The price is higher than the need pays.", ForReview{"Chaninqa aswan hatun, mañakuypa qunanmanta."}},
    {"REASON_CODE_LANGUAGE", "No hay un idioma en común: la oferta es en {languages}.",
     "There is no language in common: the offer is in {languages}.",
     ForReview{"Manan huk simillapichu: ofertaqa {languages} simipi."}},
    {"REASON_CODE_LANGUAGE/TO_TAP", "No hay un idioma en común: el pedido es en {languages}.",
     "There is no language in common: the need is in {languages}.",
     ForReview{"Manan huk simillapichu: mañakuyqa {languages} simipi."}},
    {"REASON_CODE_CREDENTIAL", "Falta el certificado {scheme} que pide el pedido.",
     "The certificate {scheme} that the need requires is missing.",
     ForReview{"{scheme} certificado pisin, mañakuypa mañasqan."}},
    {"REASON_CODE_CREDENTIAL_BY_LAW", "Falta el certificado {scheme} que exige la ley.",
     "The certificate {scheme} that the law requires is missing.",
     ForReview{"{scheme} certificado pisin, kamachikuypa mañasqan."}},
    {"REASON_CODE_EXPERIENCE", "{months?Falta|Faltan} {months} {months?mes|meses} de experiencia.",
     "{months} {months?month|months} of experience {months?is|are} missing.",
     ForReview{"{months} killa llamk'asqan pisin."}},
    {"REASON_CODE_LOT", "El lote mínimo es {units} {units?unidad|unidades} más grande de lo que cabe.",
     "The smallest lot is {units} {units?unit|units} larger than what fits.",
     ForReview{"Huch'uy lotenqa {units} unidad aswan hatun."}},
    {"REASON_CODE_AGREEMENT", "El pedido es bajo un acuerdo con otro proveedor, o que no rige esos días.",
     "The need is under an agreement with another provider, or one that does not hold on its days.",
     ForReview{"Mañakuyqa huk yanapaqwan acuerdopin, utaq chay p'unchawkunapi mana kaqpi."}},

    {"CHANGE_KIND_HIGHEST_PRICE", "Pagar hasta {value}: {amount} más.",
     "Paying up to {value}: {amount} more.", ForReview{"{value} kama quy: {amount} aswan."}},
    {"CHANGE_KIND_WINDOW_END", "Terminar {amount} {amount?día|días} más tarde, el {value}.",
     "Ending {amount} {amount?day|days} later, on {value}.",
     ForReview{"{amount} p'unchaw qhipaman tukuy, {value} p'unchawpi."}},
    {"CHANGE_KIND_WINDOW_START", "Empezar {amount} {amount?día|días} antes, el {value}.",
     "Beginning {amount} {amount?day|days} earlier, on {value}.",
     ForReview{"{amount} p'unchaw ñawpaqman qallariy, {value} p'unchawpi."}},
    {"CHANGE_KIND_LANGUAGE", "Aceptar también el idioma {language}.",
     "Accepting the language {language} too.", ForReview{"{language} simitapas chaskiy."}},
    {"CHANGE_KIND_RADIUS", "Que {offer} llegue {amount} más lejos.", "If {offer} reached {amount} farther.",
     ForReview{"{offer} {amount} aswan karuman chayanman."}},
    {"CHANGE_KIND_SMALLEST_LOT", "Que {offer} acepte lotes desde {value} {value?unidad|unidades}.",
     "If {offer} took lots from {value} {value?unit|units} on.",
     ForReview{"{offer} {value} unidadmanta pacha chaskinman."}},
    {"CHANGE_KIND_OFFER_CAPACITY", "Que {offer} tenga {amount} {amount?unidad|unidades} más.",
     "If {offer} had {amount} {amount?unit|units} more.",
     ForReview{"{offer} {amount} unidadta aswan kapunman."}},
    {"CHANGE_KIND_TAP_CAPACITY", "Que {tap} tenga capacidad para {amount} {amount?unidad|unidades} más.",
     "If {tap} had capacity for {amount} {amount?unit|units} more.",
     ForReview{"{tap} {amount} unidadpaq aswan atinman."}},
    {"CHANGE_KIND_LIMIT_ROOM",
     "Que los límites {limit} dejen {amount} {amount?unidad|unidades} más a {controller}.",
     "If the limits {limit} left {controller} {amount} {amount?unit|units} more.",
     ForReview{"{limit} saywa {controller}man {amount} unidadta aswan saqinman."}},

    {"CHANGE_CHECK_ESTIMATE", "Es una estimación.", "This is an estimate.", ForReview{"Yuyaychasqallan."}},
    {"CHANGE_CHECK_BRINGS", "Comprobado: habría traído {units} {units?unidad|unidades}.",
     "Checked: it would have brought {units} {units?unit|units}.",
     ForReview{"Qhawasqañan: {units} unidadta apamunman karqan."}},
    {"CHANGE_CHECK_SMALLEST",
     "Comprobado: habría traído {units} {units?unidad|unidades}, y un paso menos, ninguna.",
     "Checked: it would have brought {units} {units?unit|units}, and one step less none.",
     ForReview{"Qhawasqañan: {units} unidadta apamunman karqan, aswan pisiqa mana."}},

    {"NEED_FATE_SERVED", "El pedido recibió todo: {given} {given?unidad|unidades}.",
     "The need was given all: {given} {given?unit|units}.",
     ForReview{"Mañakuy llapanta chaskirqan: {given} unidad."}},
    {"NEED_FATE_PARTLY_SERVED", "El pedido recibió {given} de {open} {open?unidad|unidades}.",
     "The need was given {given} of {open} {open?unit|units}.",
     ForReview{"Mañakuy {open} unidadmanta {given} chaskirqan."}},
    {"NEED_FATE_PASSED_OVER",
     "El pedido no recibió nada de {open} {open?unidad|unidades}; {candidates} {candidates?oferta "
     "podía|ofertas podían} atenderlo.",
     "The need was given none of {open} {open?unit|units}; {candidates} {candidates?offer|offers} could have "
     "served it.",
     ForReview{
         "Mañakuy manan imatapas chaskirqanchu {open} unidadmanta; {candidates} oferta atinman karqan."}},
    {"NEED_FATE_NO_CANDIDATE",
     "El pedido no recibió nada de {open} {open?unidad|unidades}: ninguna oferta podía atenderlo.",
     "The need was given none of {open} {open?unit|units}: no offer could have served it.",
     ForReview{
         "Mañakuy manan imatapas chaskirqanchu {open} unidadmanta: manan mayqin ofertapas atirqanchu."}},

    {"RELATION_TYPE_OWNS", "{subject} es dueño de una parte de {object}.",
     "{subject} owns a share of {object}.", ForReview{"{subject} {object}pa huk rakinpa dueñonmi."}},
    {"RELATION_TYPE_CONTROLS", "{subject} decide por {object}.", "{subject} decides for {object}.",
     ForReview{"{subject} {object}manta kamachin."}},
    {"RELATION_TYPE_EMPLOYS", "{subject} emplea a {object}.", "{subject} employs {object}.",
     ForReview{"{subject} {object}man llamk'anata qun."}},
    {"RELATION_TYPE_DIRECTS", "{subject} dirige o administra {object}.",
     "{subject} directs or manages {object}.", ForReview{"{subject} {object}ta umallin."}},
    {"RELATION_TYPE_LENDS_TO", "{subject} presta dinero a {object}.", "{subject} lends to {object}.",
     ForReview{"{subject} {object}man qullqita mañan."}},
    {"RELATION_TYPE_FUNDS", "{subject} financia a {object}.", "{subject} funds {object}.",
     ForReview{"{subject} {object}ta qullqiwan yanapan."}},
    {"RELATION_TYPE_REPRESENTS_BRAND_OF", "{subject} vende o representa productos de {object}.",
     "{subject} sells or represents products of {object}.",
     ForReview{"{subject} {object}pa rurunkunata qhatun."}},
    {"RELATION_TYPE_BUYS_FROM", "{subject} le compra a {object}.", "{subject} buys from {object}.",
     ForReview{"{subject} {object}manta rantin."}},
    {"RELATION_TYPE_FAMILY_OF", "{subject} y {object} son familia.", "{subject} and {object} are family.",
     ForReview{"{subject}pas {object}pas ayllu kanku."}},
    {"RELATION_TYPE_MEMBER_OF", "{subject} es miembro de {object}.", "{subject} is a member of {object}.",
     ForReview{"{subject} {object}pa miembronmi."}},
    {"RELATION_TYPE_CERTIFIES", "{subject} certifica o inspecciona a {object}.",
     "{subject} certifies or inspects {object}.", ForReview{"{subject} {object}ta certifican."}},
    {"RELATION_TYPE_SUPPLIES", "{subject} provee lo que vende {object}.",
     "{subject} supplies what {object} sells.", ForReview{"{subject} {object}pa qhatunanta qun."}},
    {"RELATION_TYPE_TRAINS", "{subject} capacita a {object}.", "{subject} trains {object}.",
     ForReview{"{subject} {object}ta yachachin."}},
    {"RELATION_TYPE_RECUSED_FROM", "{subject} no participa en decisiones sobre {object}.",
     "{subject} takes no part in decisions about {object}.",
     ForReview{"{subject} manan {object}manta kamachinchu."}},
    {"RELATION_TYPE_SHARES_CONTACT", "{subject} y {object} tienen en común un teléfono o un correo.",
     "{subject} and {object} have a telephone number or an e-mail address in common.",
     ForReview{"{subject}wan {object}wan huk telefonollayuq utaq correollayuq kanku."}},
    {"RELATION_TYPE_MAKES_SAME_OFFER", "{subject} y {object} hacen la misma oferta.",
     "{subject} and {object} make the same offer.",
     ForReview{"{subject}wan {object}wan kaqlla ofertata ruranku."}},
    {"RELATION_TYPE_SELLS_FOR", "Las ofertas de {subject} incluyen productos que vende {object}.",
     "Offers of {subject} come with products that {object} sells.",
     ForReview{"{subject}pa ofertankuna {object}pa qhatusqan rurukunayuqmi."}},
    {"RELATION_TYPE_RECOMMENDS", "{subject} recomienda lo que vende {object}.",
     "{subject} recommends what {object} sells.", ForReview{"{subject} {object}pa qhatusqanta yuyaychan."}},

    {"HEADING_NEED", "{need} en la ronda {round}", "{need} in round {round}",
     ForReview{"{need}, {round} rondapi"}},
    {"HEADING_CHANGES", "Qué lo habría cambiado", "What would have changed it",
     ForReview{"Imataq tikranman karqan"}},
    {"HEADING_CANDIDATES", "Candidatas ({shown} de {all})", "Candidates ({shown} of {all})",
     ForReview{"Akllanapaq ofertakuna ({all}manta {shown})"}},
    {"HEADING_OTHERS", "Ofertas que no son candidatas ({shown} de {all})",
     "Offers that are no candidates ({shown} of {all})",
     ForReview{"Mana akllanapaq ofertakuna ({all}manta {shown})"}},
    {"HEADING_SCORE", "puntaje {score}, precios {prices}, neto {net}; recibió {given} de {bound}",
     "score {score}, prices {prices}, net {net}; given {given} of {bound}",
     ForReview{"puntaje {score}, chaninkuna {prices}, puchuq {net}; {bound}manta {given} chaskirqan"}},
    {"HEADING_THIS_OFFER", "esta oferta", "this offer", ForReview{"kay oferta"}},
    {"HEADING_ANOTHER_NEED", "otro pedido", "another need", ForReview{"huk mañakuy"}},
    {"HEADING_TAKEN", "{units} a {who}", "{units} to {who}", ForReview{"{who}man {units}"}},
    {"HEADING_PARTS", "partes del puntaje|ajuste|dist|precio|éxito|idioma|espera|deseo|urg|capac|origen",
     "score parts|fit|dist|price|succ|lang|wait|wish|urg|train|orig",
     ForReview{"puntaje rakikuna|tupay|karu|chanin|allin|simi|suyay|munay|utqay|yachay|paqariy"}},
    {"HEADING_PASSED_OVER", "pedido|oferta|candidata|por qué", "need|offer|candidate|why",
     ForReview{"mañakuy|oferta|akllanapaq|imarayku"}},
    {"HEADING_YES_OR_NO", "sí|no", "yes|no", ForReview{"arí|manan"}},
};
// clang-format on

// Places without a value stay as they are.
std::string Filled(absl::string_view text, const TextValues& values) {
  std::string filled;
  while (!text.empty()) {
    const size_t begin = text.find('{'), end = text.find('}');
    if (end == absl::string_view::npos) break;
    const std::vector<absl::string_view> parts =
        absl::StrSplit(text.substr(begin + 1, end - begin - 1), absl::ByAnyChar("?|"));
    absl::StrAppend(&filled, text.substr(0, begin));
    const auto value =
        std::find_if(values.begin(), values.end(), [&](const auto& each) { return each.first == parts[0]; });
    if (value == values.end()) {
      absl::StrAppend(&filled, text.substr(begin, end + 1 - begin));
    } else if (parts.size() == kCountedParts) {
      absl::StrAppend(&filled, parts[value->second == "1" ? 1 : 2]);
    } else {
      absl::StrAppend(&filled, value->second);
    }
    text.remove_prefix(end + 1);
  }
  return absl::StrCat(filled, text);
}

const ReasonTemplate& Find(absl::string_view id) {
  const auto* found = std::find_if(std::begin(kTemplates), std::end(kTemplates),
                                   [&](const ReasonTemplate& each) { return each.id == id; });
  INVARIANT(found != std::end(kTemplates), "every code has a text");
  return *found;
}

}  // namespace

std::optional<TextLanguage> ParseTextLanguage(absl::string_view code) {
  if (code.empty() || code == "spa") return TextLanguage::kSpanish;
  if (code == "eng") return TextLanguage::kEnglish;
  if (code == "quz") return TextLanguage::kQuechua;
  return std::nullopt;
}

absl::string_view CodeOf(TextLanguage language) {
  if (language == TextLanguage::kSpanish) return "spa";
  return language == TextLanguage::kEnglish ? "eng" : "quz";
}

absl::Span<const ReasonTemplate> ReasonTemplates() { return kTemplates; }

std::string HeadingText(TextLanguage language, absl::string_view id, const TextValues& values) {
  const ReasonTemplate& found = Find(id);
  if (language == TextLanguage::kSpanish) return Filled(found.spanish, values);
  return Filled(language == TextLanguage::kEnglish ? found.english : found.quechua.text, values);
}

std::string ReasonText(TextLanguage language, absl::string_view id, const TextValues& values) {
  const std::string text = HeadingText(language, id, values);
  return language == TextLanguage::kQuechua ? absl::StrCat(text, " ", kReviewMark) : text;
}

}  // namespace ayni::services
