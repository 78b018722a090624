// Formats of Intl, made once each: to make one takes a browser longer than to write a hundred numbers with it, and a list
// that scrolls writes some on every frame.
const made = new Map<string, unknown>();

function once<T>(kind: string, tag: string, options: object, make: () => T): T {
  const key = `${kind} ${tag} ${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

export function numberFormat(tag: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return once("number", tag, options, () => new Intl.NumberFormat(tag, options));
}

export function dateFormat(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return once("date", tag, options, () => new Intl.DateTimeFormat(tag, options));
}

export function pluralRules(tag: string): Intl.PluralRules {
  return once("plural", tag, {}, () => new Intl.PluralRules(tag));
}
