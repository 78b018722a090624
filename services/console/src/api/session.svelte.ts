// Who is signed in. The token stays in this window's sessionStorage; what it opens without a network is remembered by
// the token's digest alone.
import { createClient } from "@connectrpc/connect";
import { AccessService } from "../../generated/ayni/v1/access_service_pb";
import { Role } from "../../generated/ayni/v1/access_pb";
import { database } from "../offline/database";
import { refusalOf } from "./refusal";
import { transport, useToken } from "./transport";

export type Part = "cooperative" | "tap" | "administrator" | "auditor" | "other";

export interface Person {
  principal: string;
  displayName: string;
  part: Part;
  party: string; // as in parties/c1; empty where there is none
}

const storageKey = "ayni-token";
const partOf: Partial<Record<Role, Part>> = {
  [Role.COOPERATIVE]: "cooperative",
  [Role.TAP]: "tap",
  [Role.ADMINISTRATOR]: "administrator",
  [Role.AUDITOR]: "auditor",
};

async function digestOf(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`ayni console:${secret}`));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function whoAmI(): Promise<Person> {
  const principal = await createClient(AccessService, transport).getCaller({});
  return {
    principal: principal.name,
    displayName: principal.displayName,
    part: partOf[principal.role] ?? "other",
    party: principal.party,
  };
}

class Session {
  person = $state<Person | undefined>();

  // Throws what refusalOf reads.
  async signIn(secret: string): Promise<void> {
    const token = secret.trim().replace(/^Bearer\s+/i, "");
    useToken(token);
    const digest = await digestOf(token);
    const kept = await database();
    try {
      const person = await whoAmI();
      await kept.put("people", { digest, person });
      this.person = person;
    } catch (cause) {
      const known = refusalOf(cause).unreachable
        ? await kept.get<{ person: Person }>("people", digest)
        : undefined;
      if (known === undefined) {
        useToken("");
        throw cause;
      }
      this.person = known.person;
    }
    sessionStorage.setItem(storageKey, token);
  }

  // After the window was loaded again.
  async resume(): Promise<void> {
    const token = sessionStorage.getItem(storageKey);
    if (token === null) return;
    try {
      await this.signIn(token);
    } catch {
      sessionStorage.removeItem(storageKey);
    }
  }

  // What was read is forgotten; what waits to be sent, and drafts, stay for the next time.
  async signOut(): Promise<void> {
    sessionStorage.removeItem(storageKey);
    useToken("");
    this.person = undefined;
    const kept = await database();
    await kept.clear("answers");
    await kept.clear("people");
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
