// How two messages of a type differ, field by field, in what a caller may set.
import { getOption, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { reflect, type ReflectList, type ReflectMap, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { field_behavior, FieldBehavior } from "../../generated/google/api/field_behavior_pb";

export interface Difference {
  kind: "changed" | "added" | "removed";
  path: string; // limits[tap-province].share_basis_points
  before: string; // empty where it was not set
  after: string;
}
// How people read them.
export interface Saying {
  label: (name: string) => string;
  value: (field: DescField, value: unknown) => string;
}

export function isSetByCaller(field: DescField): boolean {
  const behaviours = getOption(field, field_behavior);
  return field.name !== "etag" && !behaviours.includes(FieldBehavior.OUTPUT_ONLY) && !behaviours.includes(FieldBehavior.IDENTIFIER);
}

// A date is one value, as people read it.
export function isOneValue(message: DescMessage): boolean {
  return message.typeName === "google.type.Date";
}

function hasParts(field: DescField): boolean {
  return field.fieldKind === "message" && !isOneValue(field.message);
}

// All that an element says, in a line.
function elementText(element: ReflectMessage, say: Saying): string {
  const text = (field: DescField): string => {
    if (field.fieldKind === "map") return [...(element.get(field) as ReflectMap)].map(([, value]) => String(value))[0] ?? "";
    if (field.fieldKind === "list" && field.listKind === "message") return String((element.get(field) as ReflectList).size);
    return hasParts(field) ? elementText(element.get(field) as ReflectMessage, say) : valuesText(element, field, say);
  };
  return element.fields
    .filter((field) => element.isSet(field) && field.name !== "id")
    .map((field) => (field.fieldKind === "message" && hasParts(field) ? text(field) : `${say.label(field.name)}: ${text(field)}`))
    .join("; ");
}

function valuesText(message: ReflectMessage, field: DescField, say: Saying): string {
  if (!message.isSet(field)) return "";
  if (field.fieldKind !== "list") return say.value(field, message.get(field));
  return [...(message.get(field) as ReflectList)].map((value) => say.value(field, value)).join(", ");
}

// Each with what tells it apart: its id, or its place.
function elementsOf(message: ReflectMessage, field: DescField): Map<string, ReflectMessage> {
  const elements = new Map<string, ReflectMessage>();
  [...(message.get(field) as ReflectList<ReflectMessage>)].forEach((element, i) => {
    const id = element.fields.find(({ name }) => name === "id" || name === "territory");
    elements.set(id === undefined ? String(i) : String(element.get(id)), element);
  });
  return elements;
}

// Elements of a list of parts are matched by their id, or territory, where they have one, and by their places otherwise; a
// list of values is one value. In the order of the fields; `before` decides that of elements.
export function differences(desc: DescMessage, before: Message, after: Message, say: Saying): Difference[] {
  const found: Difference[] = [];
  const add = (path: string, was: string, is: string): void => {
    if (was !== is) found.push({ kind: was === "" ? "added" : is === "" ? "removed" : "changed", path, before: was, after: is });
  };

  function compareMaps(path: string, was: ReflectMap, is: ReflectMap): void {
    for (const key of new Set([...was.keys(), ...is.keys()])) add(`${path}.${String(key)}`, String(was.get(key) ?? ""), String(is.get(key) ?? ""));
  }
  function compareLists(path: string, was: Map<string, ReflectMessage>, is: Map<string, ReflectMessage>): void {
    for (const [key, element] of was) {
      const now = is.get(key);
      if (now === undefined) found.push({ kind: "removed", path: `${path}[${key}]`, before: elementText(element, say), after: "" });
      else compare(element, now, `${path}[${key}].`);
    }
    for (const [key, element] of is)
      if (!was.has(key)) found.push({ kind: "added", path: `${path}[${key}]`, before: "", after: elementText(element, say) });
    const order = (own: Map<string, unknown>, other: Map<string, unknown>): string => [...own.keys()].filter((key) => other.has(key)).join(", ");
    add(path, ...([order(was, is), order(is, was)] as const));
  }
  function compare(was: ReflectMessage, is: ReflectMessage, prefix: string): void {
    for (const field of was.fields) {
      if (!isSetByCaller(field) || (!was.isSet(field) && !is.isSet(field))) continue;
      const path = prefix + field.name;
      if (field.fieldKind === "map") compareMaps(path, was.get(field), is.get(field));
      else if (field.fieldKind === "list" && field.listKind === "message") compareLists(path, elementsOf(was, field), elementsOf(is, field));
      else if (field.fieldKind === "message" && hasParts(field)) compare(was.get(field), is.get(field), `${path}.`);
      else add(path, valuesText(was, field, say), valuesText(is, field, say));
    }
  }
  compare(reflect(desc, before as never), reflect(desc, after as never), "");
  return found;
}
