// A policy as YAML, in the form that `ayni policy export` writes and `ayni policy apply` reads: fields by the API's names,
// enumerators without what all of their kind begin with, dates as 2027-01-31. JSON is YAML too.
import { fromJson, toJson, type DescEnum, type DescField, type DescMessage, type JsonValue } from "@bufbuild/protobuf";
import { isMap, LineCounter, parseDocument, stringify, type Document } from "yaml";
import { PolicySchema, type Policy } from "../../generated/ayni/v1/policy_pb";
import { civilDate } from "../words/format";
import { isOneValue, isSetByCaller } from "./message_diff";

type Plain = { [key: string]: JsonValue };
type Turn = (field: DescField, value: JsonValue, path: Path) => JsonValue;
type Path = (string | number)[];

export class PolicyTextError extends Error {
  constructor(message: string, readonly line: number) {
    super(message);
  }
}
class Misplaced extends Error {
  constructor(message: string, readonly path: Path) {
    super(message);
  }
}

// Turns each value; `unknown` is told of a key that is no field.
function walk(desc: DescMessage, json: JsonValue, turn: Turn, path: Path = []): JsonValue {
  if (json === null || typeof json !== "object" || Array.isArray(json)) throw new Misplaced(`${desc.name}: { }`, path);
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      const field = desc.fields.find(({ name, jsonName }) => name === key || jsonName === key);
      if (field === undefined) throw new Misplaced(`${key} ?`, [...path, key]);
      const at = [...path, key];
      const one = (each: JsonValue, place: Path): JsonValue =>
        field.message && !isOneValue(field.message) ? walk(field.message, each, turn, place) : turn(field, each, place);
      if (field.fieldKind === "map") return [key, value];
      if (field.fieldKind !== "list") return [key, one(value, at)];
      if (!Array.isArray(value)) throw new Misplaced(`${key}: [ ]`, at);
      return [key, value.map((each, i) => one(each, [...at, i]))];
    }),
  );
}

const enumOf = (field: DescField): DescEnum | undefined => (field.fieldKind === "enum" || field.fieldKind === "list" ? field.enum : undefined);

const asPeopleWrite: Turn = (field, value) => {
  if (field.message && isOneValue(field.message)) {
    const { year, month, day } = value as { year: number; month: number; day: number };
    return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  }
  return enumOf(field)?.values.find(({ name }) => name === value)?.localName ?? value;
};

const asTheApiReads: Turn = (field, value, path) => {
  if (field.message && isOneValue(field.message) && typeof value === "string") return civilDate(value) ?? (() => { throw new Misplaced("2027-01-31 ?", path); })();
  const values = enumOf(field)?.values;
  if (values === undefined || typeof value !== "string") return value;
  const found = values.find(({ name, localName }) => name === value || localName === value);
  if (found === undefined) throw new Misplaced(`${value} ? (${values.slice(1).map(({ localName }) => localName).join(", ")})`, path);
  return found.name;
};

export function policyText(policy: Policy): string {
  const own = Object.fromEntries(
    Object.entries(toJson(PolicySchema, policy, { useProtoFieldName: true }) as Plain).filter(
      ([key, value]) => isSetByCaller(PolicySchema.fields.find(({ name }) => name === key)!) && JSON.stringify(value) !== "{}",
    ),
  );
  return stringify(walk(PolicySchema, own, asPeopleWrite), { lineWidth: 110 });
}

export interface ReadText {
  policy: Policy; // without its name and what the market fills
  lineOf: (path: string) => number | undefined; // of limits[0].id, or of the nearest that holds it; from 1
}

// Throws PolicyTextError.
export function readPolicyText(text: string): ReadText {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, version: "1.2", schema: "core" });
  const wrong = document.errors[0];
  if (wrong) throw new PolicyTextError(wrong.message.split("\n")[0]!, wrong.linePos?.[0].line ?? 1);
  const lineOf = (path: Path): number | undefined => placeOf(document, path, counter);
  try {
    const json = walk(PolicySchema, (document.toJS() ?? {}) as JsonValue, asTheApiReads) as Plain;
    for (const field of PolicySchema.fields) if (!isSetByCaller(field)) delete json[field.name];
    const policy = fromJson(PolicySchema, json);
    return { policy, lineOf: (path) => lineOf(path.split(/[.[\]]+/).filter(Boolean).map((part) => (/^\d+$/.test(part) ? Number(part) : part))) };
  } catch (cause) {
    if (cause instanceof Misplaced) throw new PolicyTextError(cause.message, lineOf(cause.path) ?? 1);
    throw new PolicyTextError(cause instanceof Error ? cause.message : String(cause), 1);
  }
}

function placeOf(document: Document, path: Path, counter: LineCounter): number | undefined {
  for (let length = path.length; length > 0; --length) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1]!;
    // Of a map the key: its value may begin a line below.
    const key = isMap(parent) ? parent.items.find((pair) => String(pair.key) === String(last))?.key : document.getIn(path.slice(0, length), true);
    const range = (key as { range?: [number, number, number] } | undefined)?.range;
    if (range) return counter.linePos(range[0]).line;
  }
  return undefined;
}
