// Rows of a spreadsheet as needs: what each column is, and what its words mean.
import { Urgency } from "../../generated/ayni/v1/need_pb";
import { TerritoryLevel, type Service, type ValueChain } from "../../generated/ayni/v1/catalogue_pb";
import { plainText, type TerritoryTree } from "../map/territory_tree";
import { emptyNeed, problemsOf, type NeedDraft, type NeedField } from "../needs/need_draft";
import { civilDate } from "../words/format";
import type { Key } from "../words/words.svelte";
import type { Sheet } from "./csv";

// The first is what the template says.
const headings: Partial<Record<NeedField, string[]>> = {
  service: ["servicio", "service", "servico", "llamk'ay"],
  valueChain: ["cadena", "value_chain", "value chain", "cadeia", "cadena productiva"],
  district: ["distrito", "district", "ubigeo"],
  quantity: ["cantidad", "quantity", "quantidade", "hayk'a"],
  startDate: ["desde", "start", "window.start_date", "inicio", "fecha inicio"],
  endDate: ["hasta", "end", "window.end_date", "fin", "fim", "fecha fin"],
  price: ["precio maximo", "highest_unit_price", "highest price", "precio", "price", "preco maximo", "precio maximo por unidad"],
  currency: ["moneda", "currency", "moeda"],
  languages: ["idiomas", "languages", "idioma", "lenguas"],
  urgency: ["urgencia", "urgency"],
  note: ["nota", "note", "observaciones"],
};
export const columns = Object.keys(headings) as NeedField[];
const required: NeedField[] = ["service", "valueChain", "district", "quantity", "startDate", "endDate", "price", "languages"];

export function columnOf(heading: string): NeedField | undefined {
  const plain = plainText(heading).replace(/_/g, " ");
  return columns.find((field) => headings[field]!.some((name) => name.replace(/_/g, " ") === plain));
}

export interface SheetColumns {
  places: Partial<Record<NeedField, number>>;
  missing: NeedField[];
  unknown: string[];
}

export function columnsOf(header: string[]): SheetColumns {
  const places: SheetColumns["places"] = {};
  const unknown: string[] = [];
  header.forEach((heading, place) => {
    const field = columnOf(heading);
    if (field === undefined || field in places) unknown.push(heading);
    else places[field] = place;
  });
  return { places, missing: required.filter((field) => !(field in places)), unknown };
}

export type Cells = Partial<Record<NeedField, string>>;

export function cellsOf(sheet: Sheet, { places }: SheetColumns): { line: number; cells: Cells }[] {
  return sheet.rows.map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(Object.entries(places).map(([field, place]) => [field, cells[place] ?? ""])),
  }));
}

interface Named {
  name: string;
  displayName: string;
  localNames: { [language: string]: string };
}

function named<T extends Named>(all: T[], text: string): string {
  const wanted = plainText(text);
  return (
    all.find(({ name, displayName, localNames }) =>
      [name, name.slice(name.indexOf("/") + 1), displayName, ...Object.values(localNames)].some((each) => plainText(each) === wanted),
    )?.name ?? ""
  );
}

// 2026-12-01 and 1/12/2026, the day first. A cell that is no day stays as it is.
export function dayOfCell(text: string): string {
  const found = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim());
  if (found === null) return text.trim();
  const day = `${found[3]}-${found[2]!.padStart(2, "0")}-${found[1]!.padStart(2, "0")}`;
  return civilDate(day) ? day : text.trim();
}

// By INEI code, of which spreadsheets drop the zero at the beginning, or by name; "Sicuani, Canchis" tells districts of
// one name apart.
function district(tree: TerritoryTree, text: string): string | Key {
  const plain = text.trim();
  if (/^\d{5,6}$/.test(plain)) {
    const name = `territories/inei.${plain.padStart(6, "0")}`;
    return tree.get(name) ? name : "wrong.districtUnknown";
  }
  if (tree.get(plain)) return plain;
  const parts = plain.split(/[,/-]/).map(plainText);
  const found = tree.districts.filter(({ name }) => {
    const names = tree.fullName(name).split(", ").map(plainText);
    return names[0] === parts[0] && parts.slice(1).every((part) => names.includes(part));
  });
  if (found.length > 1) return "wrong.districtSeveral";
  return found[0]?.name ?? "wrong.districtUnknown";
}

const languageWords: Record<string, string> = {
  espanol: "spa", castellano: "spa", spanish: "spa", espanhol: "spa",
  "quechua cusco": "quz", "quechua de cusco": "quz", "quechua cusqueno": "quz", "runasimi": "quz",
  "quechua ayacucho": "quy", "quechua de ayacucho": "quy", "quechua chanka": "quy",
  "quechua huaylas": "qwh", "quechua de ancash": "qwh", "quechua ancash": "qwh",
  aymara: "ayr", aimara: "ayr", portugues: "por", portuguese: "por", ashaninka: "cni",
};

function languagesOf(text: string): string[] {
  return text
    .split(/[,;/|+]|\sy\s|\sand\s|\se\s/)
    .map(plainText)
    .filter((each) => each !== "")
    .map((each) => languageWords[each] ?? each);
}

const urgencyWords: Record<string, Urgency> = {
  "": Urgency.NORMAL, normal: Urgency.NORMAL,
  alta: Urgency.HIGH, high: Urgency.HIGH, urgente: Urgency.HIGH,
  critica: Urgency.CRITICAL, critical: Urgency.CRITICAL, "muy urgente": Urgency.CRITICAL,
};

export interface RowReading {
  draft: NeedDraft;
  problems: Partial<Record<NeedField, Key>>;
}

export interface Vocabulary {
  services: Service[];
  chains: ValueChain[];
  tree: TerritoryTree;
}

export function readRow(cells: Cells, { services, chains, tree }: Vocabulary): RowReading {
  const cell = (field: NeedField): string => (cells[field] ?? "").trim();
  const place = cell("district") === "" ? "" : district(tree, cell("district"));
  const isPlace = tree.get(place)?.level === TerritoryLevel.DISTRICT;
  const urgency = urgencyWords[plainText(cell("urgency"))];
  const languages = languagesOf(cell("languages"));
  const draft: NeedDraft = {
    ...emptyNeed(),
    service: named(services, cell("service")),
    valueChain: named(chains, cell("valueChain")),
    district: isPlace ? place : "",
    quantity: cell("quantity"),
    startDate: dayOfCell(cell("startDate")),
    endDate: dayOfCell(cell("endDate")),
    price: cell("price").replace(/^(s\/\.?|\$|r\$|bs\.?)\s*/i, ""),
    currency: (cell("currency") || "PEN").toUpperCase(),
    languages,
    urgency: urgency ?? Urgency.NORMAL,
    note: cell("note"),
  };
  const problems = problemsOf(draft);
  if (draft.service === "" && cell("service") !== "") problems.service = "wrong.serviceUnknown";
  if (draft.valueChain === "" && cell("valueChain") !== "") problems.valueChain = "wrong.chainUnknown";
  if (!isPlace && place !== "") problems.district = (place.startsWith("wrong.") ? place : "wrong.districtUnknown") as Key;
  if (languages.some((each) => !/^[a-z]{3}$/.test(each))) problems.languages = "wrong.languageUnknown";
  if (urgency === undefined) problems.urgency = "wrong.urgencyUnknown";
  return { draft, problems };
}

// The same row of the same member has the same request_id whenever it is imported: a file that is imported twice asks
// once. `nth`: how many rows before it in its file are the same, which are then meant.
export async function requestIdOf(principal: string, draft: NeedDraft, nth: number): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([principal, nth, draft]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sheet-${[...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

// With an example, so that the form of each cell is clear.
export function templateText(): string {
  return (
    "\uFEFF" +
    [
      "servicio;cadena;distrito;cantidad;desde;hasta;precio máximo;moneda;idiomas;urgencia;nota",
      'Dosificación;Alpaca;"Sicuani, Canchis";120;15/01/2027;28/02/2027;2,50;PEN;quz, spa;normal;"Preguntar por la señora Núñez"',
      "",
    ].join("\r\n")
  );
}
