// Who may call: accounts, their tokens, the accounts at an OpenID provider by which they sign in, what waits for another
// administrator's approval, and how far each has come.
import { Principal_State, Role, Token_State, type Principal, type Token } from "../../generated/ayni/v1/access_pb";
import { Identity_State, type Identity } from "../../generated/ayni/v1/identity_pb";
import { AccessService } from "../../generated/ayni/v1/access_service_pb";
import { read, readAll, type Answer } from "../api/read.svelte";
import type { Key } from "../words/words.svelte";

const pending = `state = STATE_${Principal_State[Principal_State.PENDING_APPROVAL]}`;

// What was ended before anybody approved it keeps its state, and waits no more.
export async function waitingPrincipals(): Promise<Answer<Principal[]>> {
  const all = await readAll(AccessService.method.listPrincipals, { filter: pending }, (page) => page.principals);
  return { ...all, value: all.value.filter(({ disableTime }) => disableTime === undefined) };
}

export async function waitingTokens(): Promise<Answer<Token[]>> {
  const all = await readAll(AccessService.method.listTokens, { parent: "principals/-", filter: pending }, (page) => page.tokens);
  return { ...all, value: await ofPresentOwners(all.value.filter(({ revokeTime }) => revokeTime === undefined)) };
}

export async function waitingIdentities(): Promise<Answer<Identity[]>> {
  const all = await readAll(AccessService.method.listIdentities, { parent: "principals/-", filter: pending }, (page) => page.identities);
  return { ...all, value: await ofPresentOwners(all.value) };
}

async function ofPresentOwners<T extends { name: string }>(all: T[]): Promise<T[]> {
  const owners = await Promise.all([...new Set(all.map(({ name }) => ownerOf(name)))].map((name) => read(AccessService.method.getPrincipal, { name })));
  const ended = new Set(owners.filter(({ value }) => value.disableTime !== undefined).map(({ value }) => value.name));
  return all.filter(({ name }) => !ended.has(ownerOf(name)));
}

export function principalsAs(role: Role): Promise<Answer<Principal[]>> {
  return readAll(AccessService.method.listPrincipals, { filter: `role = ROLE_${Role[role]}` }, (page) => page.principals);
}

export function tokensOf(principal: string): Promise<Answer<Token[]>> {
  return readAll(AccessService.method.listTokens, { parent: principal }, (page) => page.tokens);
}

export function identitiesOf(principal: string): Promise<Answer<Identity[]>> {
  return readAll(AccessService.method.listIdentities, { parent: principal }, (page) => page.identities);
}

// As in principals/eva, of principals/eva/tokens/t1.
export const ownerOf = (name: string): string => name.split("/").slice(0, 2).join("/");

export interface Stage {
  label: Key;
  tint: "" | "good" | "look";
}

const stageOfApproval = (waits: boolean): Stage => (waits ? { label: "access.pending", tint: "look" } : { label: "access.active", tint: "good" });

export function stageOfPrincipal({ state, disableTime }: Principal): Stage {
  if (disableTime !== undefined) return { label: "access.disabled", tint: "" };
  return stageOfApproval(state === Principal_State.PENDING_APPROVAL);
}

export function stageOfToken({ state, revokeTime, expireTime }: Token): Stage {
  if (revokeTime !== undefined) return { label: "access.revoked", tint: "" };
  if (expireTime !== undefined && Number(expireTime.seconds) * 1000 < Date.now()) return { label: "access.expired", tint: "" };
  return stageOfApproval(state === Token_State.PENDING_APPROVAL);
}

export function stageOfIdentity({ state }: Identity): Stage {
  return stageOfApproval(state === Identity_State.PENDING_APPROVAL);
}

// As the command line prints it, or as somebody wrote it down who had it read out: in capitals, or in groups.
export const readDigest = (said: string): string => said.replace(/\s/g, "").toLowerCase();
export const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
