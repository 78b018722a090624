#include "services/page/fairness_words.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace ayni::page {
namespace {

struct Group {
  v1::FairnessDimension dimension;  // unspecified: any
  const char* group;
  Words words;
};

constexpr auto kAny = v1::FAIRNESS_DIMENSION_UNSPECIFIED;

constexpr Group kGroups[] = {
    {kAny, "unknown", {"not on record", "sin registro"}},
    {kAny, "GENDER_WOMAN", {"women", "mujeres"}},
    {kAny, "GENDER_MAN", {"men", "hombres"}},
    {kAny, "GENDER_OTHER", {"other", "otro"}},
    {kAny, "TAP_MODEL_COMMUNITY", {"community", "comunidad"}},
    {kAny, "TAP_MODEL_ENTERPRISE", {"enterprise", "empresa"}},
    {kAny, "TAP_MODEL_PUBLIC", {"public body", "entidad pública"}},
    {kAny, "TAP_MODEL_ACADEMIC", {"academic", "académico"}},
    {kAny, "FORM_COOPERATIVE", {"cooperative", "cooperativa"}},
    {kAny, "FORM_ASSOCIATION", {"association", "asociación"}},
    {v1::FAIRNESS_DIMENSION_CREDIT, "yes", {"a loan on record", "con préstamo registrado"}},
    {v1::FAIRNESS_DIMENSION_CREDIT, "no", {"no loan on record", "sin préstamo registrado"}},
    {v1::FAIRNESS_DIMENSION_TAP_EXPERIENCE, "under_1", {"under 1 year", "menos de 1 año"}},
    {v1::FAIRNESS_DIMENSION_TAP_EXPERIENCE, "1-4", {"1 to 4 years", "1 a 4 años"}},
    {v1::FAIRNESS_DIMENSION_TAP_EXPERIENCE, "5-9", {"5 to 9 years", "5 a 9 años"}},
    {v1::FAIRNESS_DIMENSION_TAP_EXPERIENCE, "10+", {"10 years or more", "10 años o más"}},
    {v1::FAIRNESS_DIMENSION_LANGUAGE, "spa", {"Spanish", "castellano"}},
    {v1::FAIRNESS_DIMENSION_LANGUAGE, "por", {"Portuguese", "portugués"}},
    {v1::FAIRNESS_DIMENSION_LANGUAGE, "quz", {"Quechua of Cusco", "quechua cusqueño"}},
    {v1::FAIRNESS_DIMENSION_LANGUAGE, "quy", {"Quechua of Ayacucho", "quechua ayacuchano"}},
    {v1::FAIRNESS_DIMENSION_LANGUAGE, "qwh", {"Quechua of Huaylas", "quechua de Huaylas"}},
    {v1::FAIRNESS_DIMENSION_LANGUAGE, "ayr", {"Aymara", "aimara"}},
    {kAny, "within_a_year", {"certified within a year", "certificado reciente (1 año)"}},
    {kAny, "earlier", {"certified earlier", "certificado antes"}},
    {kAny, "none", {"no certificate", "sin certificado"}},
};

constexpr Definition kDefinitions[] = {
    {"rate",
     {"Reached and served", "Alcanzadas y atendidas"},
     {"Of the needs that asked, reached are those that were given something, and served those that were "
      "given "
      "all the units that they asked for; beside them, of the units asked, those given. Groups are compared "
      "by "
      "the rate of those reached. A need that asks in several rounds counts once. Beside a rate stands the "
      "interval in which it lies with 95 % confidence.",
      "De las necesidades presentadas, alcanzadas son las que recibieron algo, y atendidas las que "
      "recibieron "
      "todas las unidades que pidieron; aparte, de las unidades pedidas, las entregadas. Los grupos se "
      "comparan "
      "por la tasa de alcanzadas. Una necesidad presentada en varias rondas cuenta una vez. Al lado de cada "
      "tasa, el intervalo de confianza del 95 %."},
     "p = reached / asked, or served / asked;  (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n),  z = 1.96",
     "Wilson 1927"},
    {"ratio",
     {"Four fifths", "Cuatro quintos"},
     {"The rate at which a group is reached over that of the group reached best among those of 2 % of all or "
      "more; in tables where "
      "no group is "
      "so large, over that of all others. Under 0.8 it is a sign of adverse impact; where Fisher's exact "
      "test gives p of "
      "5 % or more, the sample is too small to tell. Groups under 20 are not compared. Of many groups one in "
      "twenty may "
      "seem significant by chance.",
      "La tasa de alcanzadas de un grupo entre la del mejor alcanzado, de los que tienen 2 % o más; en "
      "cuadros donde "
      "ninguno es tan "
      "grande, entre la de todos los demás. Menos de 0.8 es indicio de impacto adverso; si la prueba exacta "
      "de Fisher da "
      "p de 5 % o más, la muestra no alcanza para afirmarlo. Grupos de menos de 20 no se comparan. De muchos "
      "grupos, uno "
      "de cada veinte puede parecer significativo por azar."},
     "r = p / p_best;  exp(ln r ± 1.96 √(1/a - 1/m + 1/b - 1/n))",
     "UGESP, 29 CFR 1607.4(D); Katz and others 1978; Fisher 1935"},
    {"wait",
     {"Waiting", "Espera"},
     {"From when a need was posted, or last grew, to its first match: half and nine tenths of those that "
      "were reached "
      "waited no longer. Who still waits is not in it.",
      "Desde que la necesidad se publicó, o creció por última vez, hasta su primera asignación: la mitad y "
      "nueve "
      "décimos de las alcanzadas no esperaron más. Quien aún espera no está incluido."},
     "p50, p90 by nearest rank",
     "-"},
    {"price",
     {"Price against the median", "Precio frente a la mediana"},
     {"What was paid over what the same units had cost at the median price of their segment: a service in a "
      "province "
      "with three matches or more.",
      "Lo pagado entre lo que las mismas unidades habrían costado al precio mediano de su segmento: un "
      "servicio en una "
      "provincia con tres asignaciones o más."},
     "Σ price × units / Σ median × units",
     "-"},
    {"exposure",
     {"Exposure", "Exposición"},
     {"Of each need that was given something, its units are shared out as attention over the TAPs that gave "
      "them, and "
      "the scores of its candidates as relevance over all that could. 1.00: given as relevant. The sum of "
      "the "
      "differences over TAPs and rounds is the amortised unfairness, 0 to 100 %.",
      "De cada necesidad alcanzada, sus unidades se reparten como atención entre los proveedores que las "
      "dieron, y los "
      "puntajes de sus candidatos como relevancia entre todos los que podían. 1.00: recibió según su "
      "relevancia. La "
      "suma de las diferencias es la inequidad amortizada, de 0 a 100 %."},
     "A_i / R_i;  Σ_i |A_i - R_i| / 2 Σ_i A_i",
     "Biega, Gummadi, Weikum 2018"},
    {"gini",
     {"Gini and Lorenz curve", "Gini y curva de Lorenz"},
     {"How unequally units and income fall on the TAPs that had a candidate, those that got nothing too. 0: "
      "alike; near "
      "1: one has all.",
      "Cuán desigual es el reparto de unidades e ingresos entre los proveedores con algún candidato, también "
      "los que no "
      "recibieron nada. 0: igual; cerca de 1: uno lo tiene todo."},
     "Σ_i (2i - n - 1) x_i / (n Σ x)",
     "Lorenz 1905; Gini 1912"},
    {"envy",
     {"Justified envy", "Envidia justificada"},
     {"A need that lacks units, or was given some of a lower score, was a candidate for an offer with a "
      "higher score "
      "than a need that was given it, and could have been given some of those units within bounds, lots and "
      "limits. "
      "Target: 0 of those that lack: each is a better sum of scores that the clearing, within its proved "
      "gap, did not "
      "find.",
      "Una necesidad a la que faltan unidades, o que recibió otras de menor puntaje, era candidata a una "
      "oferta con mayor "
      "puntaje que otra que la recibió, y pudo recibir parte de esas unidades dentro de topes, lotes y "
      "límites. Meta: 0 "
      "de las que carecen: cada una es una mejor suma de puntajes que la asignación, dentro de su brecha "
      "probada, no "
      "halló."},
     "x_mo > 0, w_no > w_mo, and a feasible q ≥ 1",
     "Abdulkadiroğlu and Sönmez 2003"},
    {"concentration",
     {"Concentration", "Concentración"},
     {"Of each segment's volume the squared shares of its controllers, by the segment reports. High: over "
      "1,800 with a "
      "rise over 100. Thin: fewer independent controllers than the limit's least, so that no limit holds.",
      "Del volumen de cada segmento, las cuotas al cuadrado de quienes lo controlan, según los reportes de "
      "segmento. Alta: "
      "más de 1,800 con un alza de más de 100. Delgado: menos controladores independientes que el mínimo del "
      "límite, que "
      "entonces no rige."},
     "HHI = Σ share², 0 to 10,000",
     "US Merger Guidelines 2023"},
    {"conflicts",
     {"Conflicts shown", "Conflictos mostrados"},
     {"Matches on which a rule of the policy found a conflict of interest that is flagged or disclosed; what "
      "blocks is no "
      "match. Sole source: too few controllers for a limit. Single offer: one ownership group alone had an "
      "offer.",
      "Asignaciones en que una regla de la política halló un conflicto de interés señalado o declarado; lo "
      "que bloquea no "
      "se asigna. Fuente única: muy pocos controladores para un límite. Oferta única: un solo grupo de "
      "propiedad ofertó."},
     "count",
     "OECD; World Bank vendors; ISO/IEC 17021-1"},
    {"small",
     {"Small cells", "Celdas pequeñas"},
     {"A cell with fewer than 5 producers (members of the cooperatives that ask, or TAPs), or of needs with "
      "fewer than 3 cooperatives, is kept back in what leaves the operator, and as many others as it takes "
      "that no total gives it away.",
      "Una celda con menos de 5 productores (socios de las cooperativas que piden, o proveedores), o de "
      "necesidades con menos de 3 cooperativas, no se publica, ni tantas otras como haga falta para que "
      "ningún "
      "total la revele."},
     "producers < 5 or cooperatives < 3",
     "Ayni"},
};

}  // namespace

absl::Span<const Definition> Definitions() { return kDefinitions; }

Words DimensionTitle(v1::FairnessDimension dimension) {
  switch (dimension) {
    case v1::FAIRNESS_DIMENSION_DEPARTMENT:
      return {"By department", "Por departamento"};
    case v1::FAIRNESS_DIMENSION_PROVINCE:
      return {"By province", "Por provincia"};
    case v1::FAIRNESS_DIMENSION_DISTRICT:
      return {"By district", "Por distrito"};
    case v1::FAIRNESS_DIMENSION_COOPERATIVE_SIZE:
      return {"By members of the cooperative", "Por socios de la cooperativa"};
    case v1::FAIRNESS_DIMENSION_COOPERATIVE_FORM:
      return {"By form of association", "Por forma de asociación"};
    case v1::FAIRNESS_DIMENSION_LANGUAGE:
      return {"By language", "Por idioma"};
    case v1::FAIRNESS_DIMENSION_WOMEN_MEMBERS:
      return {"By women among members", "Por mujeres entre los socios"};
    case v1::FAIRNESS_DIMENSION_CREDIT:
      return {"By credit", "Por crédito"};
    case v1::FAIRNESS_DIMENSION_VALUE_CHAIN:
      return {"By value chain", "Por cadena de valor"};
    case v1::FAIRNESS_DIMENSION_TAP_GENDER:
      return {"TAPs by gender", "Proveedores por género"};
    case v1::FAIRNESS_DIMENSION_TAP_MODEL:
      return {"TAPs by model", "Proveedores por modelo"};
    case v1::FAIRNESS_DIMENSION_TAP_EXPERIENCE:
      return {"TAPs by years of practice", "Proveedores por años de práctica"};
    case v1::FAIRNESS_DIMENSION_TAP_CERTIFICATION:
      return {"TAPs by first certificate", "Proveedores por primer certificado"};
    case v1::FAIRNESS_DIMENSION_TAP_DISTRICT:
      return {"TAPs by district", "Proveedores por distrito"};
    case v1::FAIRNESS_DIMENSION_TAP_CHAIN_GENDER:
      return {"TAPs by value chain and gender", "Proveedores por cadena de valor y género"};
    default:
      return {"Other", "Otro"};
  }
}

std::string GroupText(v1::FairnessDimension dimension, const std::string& group, Language language) {
  if (dimension == v1::FAIRNESS_DIMENSION_LANGUAGE && absl::StrContains(group, '+')) {
    std::vector<std::string> names;
    for (const auto one : absl::StrSplit(group, '+'))
      names.push_back(GroupText(dimension, std::string(one), language));
    return absl::StrJoin(names, Words{" or ", " o "}.In(language));
  }
  for (const Group& known : kGroups) {
    if (known.group == group && (known.dimension == kAny || known.dimension == dimension))
      return known.words.In(language);
  }
  if (dimension == v1::FAIRNESS_DIMENSION_WOMEN_MEMBERS) return absl::StrCat(group, " %");
  return group;
}

Words FourFifthsText(v1::FourFifths verdict) {
  switch (verdict) {
    case v1::FOUR_FIFTHS_REFERENCE:
      return {"best", "la mejor"};
    case v1::FOUR_FIFTHS_MET:
      return {"met", "cumple"};
    case v1::FOUR_FIFTHS_BELOW_UNSURE:
      return {"below, by chance?", "debajo, ¿azar?"};
    case v1::FOUR_FIFTHS_BELOW:
      return {"BELOW", "DEBAJO"};
    case v1::FOUR_FIFTHS_TOO_FEW:
      return {"under 20", "menos de 20"};
    default:
      return {"", ""};
  }
}

}  // namespace ayni::page
