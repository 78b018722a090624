// What the console says, in the reader's language.
import { numberFormat } from "./intl";
import type spa from "./spa";
import type { Plural } from "./plural";
import { pluralOf } from "./plural";

export const languages = ["spa", "eng", "quz", "por"] as const;
export type Language = (typeof languages)[number];

// Quechua stays marked until a native speaker has reviewed it.
export const forReview: ReadonlySet<Language> = new Set<Language>(["quz"]);

export const languageNames: Record<Language, string> = {
  spa: "Español",
  eng: "English",
  quz: "Runasimi (Qusqu)",
  por: "Português",
};

// Of BCP 47. Numbers and dates of Quechua are written as in Peru's Spanish: browsers have none of their own.
export const tags: Record<Language, string> = { spa: "es-PE", eng: "en", quz: "es-PE", por: "pt-BR" };
const documentTags: Record<Language, string> = { spa: "es", eng: "en", quz: "quz", por: "pt" };

export type Key = keyof typeof spa;
export type Words = { [K in Key]: (typeof spa)[K] extends string ? string : Plural };

const loaders: Record<Language, () => Promise<{ default: Words }>> = {
  spa: () => import("./spa"),
  eng: () => import("./eng"),
  quz: () => import("./quz"),
  por: () => import("./por"),
};

const storageKey = "ayni-language";

function chosen(): Language {
  const kept = localStorage.getItem(storageKey);
  if (languages.includes(kept as Language)) return kept as Language;
  const own: Record<string, Language> = { es: "spa", en: "eng", pt: "por", qu: "quz", quz: "quz" };
  for (const tag of navigator.languages) {
    const found = own[tag.split("-")[0]!];
    if (found !== undefined) return found;
  }
  return "spa";
}

class CurrentWords {
  language = $state<Language>("spa");
  private all = $state.raw<Words | undefined>();

  async load(language: Language = chosen()): Promise<void> {
    this.all = (await loaders[language]()).default;
    this.language = language;
    document.documentElement.lang = documentTags[language];
  }

  async choose(language: Language): Promise<void> {
    await this.load(language);
    localStorage.setItem(storageKey, language);
  }

  get tag(): string {
    return tags[this.language];
  }

  // {name} in a text stands for an argument; of a text with plural forms, {n} chooses.
  say(key: Key, given: Record<string, string | number> = {}): string {
    const text = this.all?.[key] ?? key;
    return fill(typeof text === "string" ? text : pluralOf(text, Number(given.n), this.tag), given, this.tag);
  }
}

function fill(text: string, given: Record<string, string | number>, tag: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = given[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numberFormat(tag).format(value) : value;
  });
}

export const words = new CurrentWords();
export const t = (key: Key, given?: Record<string, string | number>): string => words.say(key, given);
