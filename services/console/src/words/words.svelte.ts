// What the console says, in the reader's language.
import { untrack } from "svelte";
import type { Area, Key } from "./areas";
import { numberFormat } from "./intl";
import { pluralOf, type Plural } from "./plural";

export type { Key } from "./areas";

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

type Texts = Record<string, string | Plural>;
const files = import.meta.glob<Texts>("./*/*.ts", { import: "default" });

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
  private texts = $state.raw<Texts>({});
  private areas: ReadonlySet<Area> = new Set<Area>(["first"]);

  load(language: Language = chosen()): Promise<void> {
    return untrack(() => this.take(() => ({ language, areas: this.areas })));
  }

  async choose(language: Language): Promise<void> {
    await this.load(language);
    localStorage.setItem(storageKey, language);
  }

  // What a page says, before it is shown. They stay, and are fetched too when another language is chosen.
  async bring(areas: readonly Area[]): Promise<void> {
    if (areas.every((area) => this.areas.has(area))) return;
    await untrack(() => this.take(() => ({ language: this.language, areas: new Set([...this.areas, ...areas]) })));
  }

  private async take(wanted: () => { language: Language; areas: ReadonlySet<Area> }): Promise<void> {
    const before = this.texts;
    const { language, areas } = wanted();
    const found = await Promise.all([...areas].map((area) => files[`./${language}/${area}.ts`]!()));
    // Another page or another language came first: with that, again. The files are there by now.
    if (this.texts !== before) return this.take(wanted);
    this.texts = Object.assign({}, ...found) as Texts;
    this.areas = areas;
    this.language = language;
    document.documentElement.lang = documentTags[language];
  }

  get tag(): string {
    return tags[this.language];
  }

  // {name} in a text stands for an argument; of a text with plural forms, {n} chooses.
  say(key: Key, given: Record<string, string | number> = {}): string {
    const text = this.texts[key] ?? key;
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
