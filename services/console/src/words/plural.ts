import { pluralRules } from "./intl";

// A text that depends on how many.
export interface Plural {
  one: string;
  many?: string; // Spanish and Portuguese have it for millions; other where it is missing
  other: string;
}

export function pluralOf(forms: Plural, n: number, tag: string): string {
  const form = pluralRules(tag).select(n);
  return form === "one" ? forms.one : form === "many" ? (forms.many ?? forms.other) : forms.other;
}
