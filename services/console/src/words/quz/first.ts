// Quechua of Cusco, FOR REVIEW by its speakers: forReview in words.svelte.ts shows the mark on every page. Words agree
// with those of services/reason_texts.cc: mañakuy (need), yanapaq (provider), watukuy (visit), saywa (limit), tupachiy
// (match).
import type { WordsOf } from "../areas";

export default {
  change: "Tikray",
  send: "Apachiy",
  round: "Muyuy (ronda)",
  "page.missing": "Kay p'anqa manan kicharikunchu. Señalta qhaway, huktawan ruway.",
  "notYet.title": "Kay rakinqa manaraq kanchu",
  "notYet.text": "Kunanqa cooperativakunapaq, yanapaqkunapaq, kamachiqkunapaq, qhawaqkunapaq kay. Qullqi quqkuna, certificaqkuna kaywan llamk'achun: ayni help.",
  "version.waits": "Musuq consola kashan.",
  "version.take": "Kunan musuqwan llamk'ay",

  "language.choose": "Simi",
  "language.review": "Kay runasimi qillqaqa rimaqkunawan qhawanaraqmi. (Texto en quechua por revisar con hablantes.)",
  "theme.dark": "Yanaman tikray",
  "theme.light": "Yuraqman tikray",
  "session.out": "Lluqsiy",

  "signIn.motto": "Yanapanakuy, ayninakuspa, chaninlla",
  "signIn.title": "Yaykuy",
  "signIn.token": "Llaveyki",
  "signIn.hint": "Mercadopa oficinan qusqasunki. Kay ventana wisq'akuptin qunqakun.",
  "signIn.missing": "Llaveykita qillqay.",
  "signIn.enter": "Yaykuy",
  "signIn.lost": "¿Llaveykita chinkachirqankichu? Oficinaman willay: hukta qusunki.",

  "nav.main": "Rakikuna",
  "nav.skip": "Ukhunman riy",
  "nav.home": "Qallariy",
  "nav.needs": "Mañakuyniykuna",
  "nav.post": "Mañakuy",
  "nav.matches": "Rimanakuykuna",
  "nav.import": "Hojamanta apamuy",
  "nav.outbox": "Apachinapaq",
  "nav.more": "Aswan",
  "nav.offers": "Ofertaykuna",
  "nav.work": "Llamk'ayniy",
  "nav.calendar": "P'unchaykuna",
  "nav.route": "Puriy qillqa",
  "nav.passedOver": "Imaraykun mana ñuqachu",
  "nav.shares": "Rakiy",
  "nav.credentials": "Certificadoykuna",
  "nav.relations": "Watanakuykuna",

  "offline.banner": "Mercadowan mana señal kanchu. Ñawpaq rikusqaykita ñawinchay, qillqay: señal kutimuptin pay kikin apachikunqa.",

  "refused.fields": "Wakin willaykuna allichanan kashan.",
  "refused.token": "Llave manan allinchu, utaq manaña llamk'anchu.",
  "refused.forbidden": "Llaveyki manan kayta ruwachinchu.",
  "refused.missing": "Manañan kanchu.",
  "refused.exists": "Kanñan.",
  "refused.changed": "Huk runa tikrarqan. Huktawan kichay, qhaway.",
  "refused.state": "Kunan kasqanman hinaqa manan ruwakunmanchu.",
  "refused.unreachable": "Mercadowan mana señal kanchu.",
  "refused.busy": "Mercadopi askha llamk'ay kashan. Pisita suyay.",
  "refused.other": "Mercado manan atinchu.",
  "refused.says": "Mercado nin: {text}",

  "outbox.waiting": "apachinapaq",

  conflicts: "Interés ch'aqwaykuna",

  "nav.conflicts": "Ch'aqway\u00adkuna",
  "nav.policies": "Kamachikuykuna",
  "nav.appeals": "Mañapakuykuna",
  "nav.disputes": "Rimay ch'aqwaykuna",
  "nav.access": "Cuentakuna, llavekuna",

  "barred.second": "Qan mañarqanki: huk kamachiq kamachichun.",
  "barred.approval": "Qan mañarqanki, icha qanpaq: huk kamachiq chaskichun.",
  "barred.secondPolicy": "{author} qhipata qillqarqan: huk kamachiq kawsarichichun.",
  "barred.involved": "Qanpas chaypi karqanki: {deed} ({resource}). Mana chaypi kaq kamachiq kamachichun.",

  "deed.PublishRound": "rondata riqsichirqan",
  "deed.CreateRound": "rondata ruwarqan",
  "deed.UndoRound": "rondata paskarqan",
  "deed.CancelMatch": "tupachiyta saqirqan",
  "deed.DecideMatchDispute": "rimay ch'aqwayta kamachirqan",
  "deed.MatchNow": "kunallan tupachirqan",
  "deed.CreateWaiver": "saqiyta mañarqan",
  "deed.GrantWaiver": "saqiyta qurqan",
  "deed.RevokeWaiver": "saqiyta qichurqan",

  "barred.concerned": "Qan {party} rantinpi kanki: huk kamachiq kamachichun.",
  "barred.market": "Chay rondapa mercadon mana waqaychasqachu: huk qhipata akllay, utaq kunan mercadota.",
  "barred.policy": "Manan ima kamachikuypas kawsashanchu.",
  "barred.clearing": "Hukta yupashanraq: tukunankama suyay.",

  "nav.rounds": "Rondakuna",
  "nav.allNeeds": "Mañakuykuna",
  "nav.concentration": "Huñunakuy",

  "nav.ledger": "Qillqa mayt'u",
  "nav.verify": "Rondata chiqaqchay",

  "public.enter": "Qhatuq publicasqanta rikuy",
  "public.enterHint": "Rondakuna, pruebakuna. Manan cuenta necesariochu.",
  "public.signIn": "Yaykuy",
  "public.rounds": "Rondakuna",
  "public.ledger": "Mayt'u",
  "public.verify": "Chiqaqchay",
  "public.title": "Kay qhatuq publicasqan",
} satisfies WordsOf<"first">;
