// Which texts there are, in files by who needs them: a page fetches those of its areas, and the sign-in page the first alone.
// Spanish is the first of the locales, whose keys the others must have.
import type { Plural } from "./plural";
import type first from "./spa/first";
import type market from "./spa/market";
import type member from "./spa/member";
import type office from "./spa/office";
import type policy from "./spa/policy";
import type proof from "./spa/proof";
import type report from "./spa/report";

export interface Spanish {
  first: typeof first; // the sign-in page, and what stands around all pages
  market: typeof market; // what members' and offices' pages both say
  member: typeof member; // cooperatives and TAPs
  office: typeof office; // administrators and auditors
  policy: typeof policy; // policies, their drafts and trials
  report: typeof report; // what is told about a round: fairness, concentration, limits, why
  proof: typeof proof; // the ledger, verification, and what everybody may read
}
export type Area = keyof Spanish;
export type Key = { [A in Area]: keyof Spanish[A] }[Area];
export type WordsOf<A extends Area> = { [K in keyof Spanish[A]]: Spanish[A][K] extends string ? string : Plural };
