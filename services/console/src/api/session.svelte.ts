// Who is signed in. The session's secret is in a cookie that no script reads; who it is of is remembered beside it, so that
// what was read can be shown without a network.
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { errorFromJson } from "@connectrpc/connect/protocol-connect";
import { AccessService } from "../../generated/ayni/v1/access_service_pb";
import { Role } from "../../generated/ayni/v1/access_pb";
import { database } from "../offline/database";
import { refusalOf } from "./refusal";
import { reach, timeoutMs, transport, unreachable, useCaller } from "./transport";

export type Part = "cooperative" | "tap" | "administrator" | "auditor" | "other";

export interface Person {
  principal: string;
  displayName: string;
  part: Part;
  party: string; // as in parties/c1; empty where there is none
}

// There is at most one.
interface KeptSession {
  id: "session";
  person: Person;
  expireTime: number;
  keep: boolean; // also in a window that is opened later
  ended: boolean; // signed out while the market could not be told
}

// Of this window: whether it is to be signed in when it is opened later.
const windowKey = "ayni-window";
const partOf: Partial<Record<Role, Part>> = {
  [Role.COOPERATIVE]: "cooperative",
  [Role.TAP]: "tap",
  [Role.ADMINISTRATOR]: "administrator",
  [Role.AUDITOR]: "auditor",
};

async function whoAmI(): Promise<Person> {
  const principal = await createClient(AccessService, transport).getCaller({});
  return {
    principal: principal.name,
    displayName: principal.displayName,
    part: partOf[principal.role] ?? "other",
    party: principal.party,
  };
}

// The door's addresses for signing in and out. Throws what refusalOf reads.
async function ask(method: "GET" | "POST", path: string, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(unreachable()), timeoutMs);
  const answer = await reach(path, { method, headers, signal: stop.signal }).finally(() => clearTimeout(timer));
  const text = await answer.text();
  if (answer.ok) return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  const otherwise = new ConnectError(text, Code.Unknown);
  throw text.startsWith("{") ? errorFromJson(JSON.parse(text), answer.headers, otherwise) : otherwise;
}

// Whose session a window takes it for: another one may have signed somebody else in.
const as = (person: Person): Record<string, string> => ({ "x-principal": person.principal });

class Session {
  person = $state.raw<Person | undefined>(); // as it is kept, which no proxy can be
  provider = $state(""); // what the market's OpenID provider is called; empty where there is none

  // Throws what refusalOf reads.
  async signIn(secret: string, keep: boolean): Promise<void> {
    const token = secret.trim().replace(/^Bearer\s+/i, "");
    if (!/^[!-~]+$/.test(token)) throw new ConnectError("", Code.Unauthenticated);
    const { expireTime } = await ask("POST", keep ? "session?keep=1" : "session", { authorization: `Bearer ${token}` });
    await this.take(await whoAmI(), keep, Date.parse(String(expireTime)));
  }

  // After the window was loaded: whoever was signed in before is again, without a network too.
  async resume(): Promise<void> {
    const kept = await this.kept();
    if (kept?.ended) return void this.tellEnd(kept.person);
    if (kept === undefined || kept.expireTime <= Date.now() || !(kept.keep || sessionStorage.getItem(windowKey))) {
      void this.meet().catch(() => undefined);
      return;
    }
    try {
      useCaller(kept.person.principal);
      await this.take(await whoAmI(), kept.keep, kept.expireTime);
    } catch (cause) {
      if (refusalOf(cause).unreachable) this.person = kept.person;
      else await this.lose();
    }
  }

  // Before the window goes to the provider, and comes back.
  willKeep(keep: boolean): void {
    sessionStorage.setItem(windowKey, keep ? "remembered" : "this window");
  }

  // Whom this window does not know yet: somebody comes back from the provider, is signed in by another window, or nobody is.
  private async meet(): Promise<void> {
    const { provider, expireTime } = await ask("GET", "session");
    this.provider = typeof provider === "string" ? provider : "";
    if (typeof expireTime !== "string") return this.forget();
    const person = await whoAmI();
    const kept = await this.kept();
    const keep = kept?.person.principal === person.principal ? kept.keep : sessionStorage.getItem(windowKey) === "remembered";
    await this.take(person, keep, Date.parse(expireTime));
  }

  // The market says that the session has ended, or is another's by now.
  async lose(): Promise<void> {
    await this.forget();
    await this.meet().catch(() => undefined);
  }

  // What was read is forgotten; what waits to be sent, and drafts, stay for the next time.
  async signOut(everywhere = false): Promise<void> {
    const { person } = this;
    if (person === undefined) return;
    if (everywhere) await ask("POST", "session/end?everywhere=1", as(person));
    await this.forget();
    if (everywhere) return;
    const ended: KeptSession = { id: "session", person, expireTime: 0, keep: false, ended: true };
    await (await database()).put("session", ended);
    await this.tellEnd(person);
  }

  // Tells the market that somebody left, once it can be told. Whose session it is by now, if another's, goes on.
  private async tellEnd(person: Person): Promise<void> {
    try {
      await ask("POST", "session/end", as(person));
    } catch (cause) {
      if (refusalOf(cause).unreachable)
        return addEventListener("online", () => this.person === undefined && void this.tellEnd(person), { once: true });
    }
    await (await database()).clear("session");
    await this.meet().catch(() => undefined);
  }

  private async take(person: Person, keep: boolean, expireTime: number): Promise<void> {
    useCaller(person.principal);
    this.willKeep(keep);
    const session: KeptSession = { id: "session", person, expireTime, keep, ended: false };
    await (await database()).put("session", session);
    this.person = person;
  }

  private async kept(): Promise<KeptSession | undefined> {
    return (await database()).get<KeptSession>("session", "session");
  }

  private async forget(): Promise<void> {
    useCaller("");
    this.person = undefined;
    const kept = await database();
    await kept.clear("answers");
    await kept.clear("session");
  }
}

export const session = new Session();

// The person of pages that only a signed-in one sees.
export function me(): Person {
  if (session.person === undefined) throw new Error("nobody is signed in");
  return session.person;
}

// An auditor sees the same pages and decides nothing.
export function decides(): boolean {
  return me().part === "administrator";
}

export function ownParent(collection: "cooperatives" | "taps"): string {
  return me().party.replace(/^parties/, collection);
}
