// What one check of a bundle found: subjects and order are those of `ayni round verify`.

export const subjects = [
  "file", "checkpoint", "creation", "clearing", "publication", "policy", "order", "seed", "statement", "problem", "solution",
  "market", "smallest", "proof", "summary", "cells", "reports", "concentration", "caps",
] as const;
export type Subject = (typeof subjects)[number];

export interface Finding {
  subject: Subject;
  right: boolean;
  // Of what is right: what a page says of it. Numbers are texts, since they may be beyond 2^53.
  figures: Record<string, string>;
  // Of what is wrong: what differs, in English, as the command line says it.
  why: string;
}

export class Wrong extends Error {}

export function need(holds: boolean, why: string): void {
  if (!holds) throw new Wrong(why);
}

// Whatever breaks within makes the check wrong, and the next begins: a hostile file may break anything.
export async function check(subject: Subject, look: () => Promise<Record<string, string>> | Record<string, string>): Promise<Finding> {
  try {
    return { subject, right: true, figures: await look(), why: "" };
  } catch (cause) {
    return { subject, right: false, figures: {}, why: cause instanceof Error ? cause.message : String(cause) };
  }
}
