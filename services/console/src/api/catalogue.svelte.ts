// What the market calls things: services, value chains, territories and parties, read once and kept.
import { SvelteMap } from "svelte/reactivity";
import { CatalogueService } from "../../generated/ayni/v1/catalogue_service_pb";
import { TerritoryLevel, type Service, type Territory, type ValueChain } from "../../generated/ayni/v1/catalogue_pb";
import { PartyService } from "../../generated/ayni/v1/party_service_pb";
import { words } from "../words/words.svelte";
import { read, readAll } from "./read.svelte";

export function lastId(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

interface Named {
  displayName: string;
  localNames: { [language: string]: string };
}

// In the reader's language, where the catalogue has it.
export function localName(named: Named): string {
  return named.localNames[words.language] || named.displayName;
}

class Catalogue {
  services = $state.raw<Service[]>([]);
  chains = $state.raw<ValueChain[]>([]);
  territories = $state.raw<Territory[]>([]);
  private readonly asked = new Map<string, Promise<void>>();
  private readonly partyNames = new SvelteMap<string, string>();
  private readonly territoryNames = new SvelteMap<string, Territory>();

  // Each is read at most once a window.
  private once(what: string, act: () => Promise<void>): Promise<void> {
    let asked = this.asked.get(what);
    if (asked === undefined) {
      asked = act().catch((cause: unknown) => {
        this.asked.delete(what);
        throw cause;
      });
      this.asked.set(what, asked);
    }
    return asked;
  }

  load(): Promise<void> {
    return this.once("catalogue", async () => {
      const methods = CatalogueService.method;
      const [services, chains] = await Promise.all([
        readAll(methods.listServices, {}, (page) => page.services),
        readAll(methods.listValueChains, {}, (page) => page.valueChains),
      ]);
      this.services = services.value;
      this.chains = chains.value;
    });
  }

  loadTerritories(): Promise<void> {
    return this.once("territories", async () => {
      const all = await readAll(CatalogueService.method.listTerritories, {}, (page) => page.territories);
      this.territories = all.value;
      for (const each of all.value) this.territoryNames.set(each.name, each);
    });
  }

  // All their names, for lists of many.
  loadParties(): Promise<void> {
    return this.once("parties", async () => {
      const all = await readAll(PartyService.method.listParties, {}, (page) => page.parties);
      for (const each of all.value) this.partyNames.set(each.name, each.displayName);
    });
  }

  service(name: string): Service | undefined {
    return this.services.find((each) => each.name === name);
  }

  serviceName(name: string): string {
    const found = this.service(name);
    return found ? localName(found) : lastId(name);
  }

  chainName(name: string): string {
    const found = this.chains.find((each) => each.name === name);
    return found ? localName(found) : lastId(name);
  }

  territory(name: string): Territory | undefined {
    return this.territoryNames.get(name);
  }

  // Its id until its name is known, which is asked for.
  placeName(name: string): string {
    const found = this.territoryNames.get(name);
    if (found !== undefined) return found.displayName;
    if (name !== "") {
      void this.once(name, async () => {
        const answer = await read(CatalogueService.method.getTerritory, { name });
        this.territoryNames.set(name, answer.value);
      }).catch(() => undefined);
    }
    return lastId(name);
  }

  // As 'Sicuani, Canchis', as far as it is known.
  placeWithin(name: string): string {
    const own = this.placeName(name);
    const parent = this.territoryNames.get(name)?.parent ?? "";
    return parent === "" || this.territoryNames.get(name)?.level !== TerritoryLevel.DISTRICT
      ? own
      : `${own}, ${this.placeName(parent)}`;
  }

  partyName(name: string): string {
    const found = this.partyNames.get(name);
    if (found !== undefined) return found;
    if (name !== "") {
      void this.once(name, async () => {
        const answer = await read(PartyService.method.getParty, { name });
        this.partyNames.set(name, answer.value.displayName);
      }).catch(() => undefined);
    }
    return lastId(name);
  }
}

export const catalogue = new Catalogue();

// taps/t1/offers/o1 and cooperatives/c1/needs/n1 both name the party that they are of.
export function partyOf(name: string): string {
  return `parties/${name.split("/")[1] ?? ""}`;
}
