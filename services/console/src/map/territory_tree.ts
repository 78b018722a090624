// Territories as people go through them: from a department to its provinces to their districts, and by name.
import { TerritoryLevel, type Territory } from "../../generated/ayni/v1/catalogue_pb";

export class TerritoryTree {
  private readonly byName = new Map<string, Territory>();
  private readonly childrenOf = new Map<string, Territory[]>();
  readonly districts: Territory[];
  private readonly searched: { territory: Territory; plain: string }[];

  constructor(all: Territory[]) {
    for (const each of all) this.byName.set(each.name, each);
    for (const each of all) {
      const siblings = this.childrenOf.get(each.parent);
      if (siblings) siblings.push(each);
      else this.childrenOf.set(each.parent, [each]);
    }
    for (const siblings of this.childrenOf.values()) siblings.sort((a, b) => a.displayName.localeCompare(b.displayName, "es"));
    this.districts = all.filter(({ level }) => level === TerritoryLevel.DISTRICT);
    this.searched = all
      .filter(({ level }) => level !== TerritoryLevel.COUNTRY)
      .map((territory) => ({ territory, plain: plainText(territory.displayName) }));
  }

  get(name: string): Territory | undefined {
    return this.byName.get(name);
  }

  children(name: string): Territory[] {
    return this.childrenOf.get(name) ?? [];
  }

  // The territory of that level that it is, or lies in.
  above(name: string, level: TerritoryLevel): Territory | undefined {
    let at = this.byName.get(name);
    while (at !== undefined && at.level > level) at = this.byName.get(at.parent);
    return at?.level === level ? at : undefined;
  }

  top(): Territory[] {
    return this.byLevel(TerritoryLevel.DEPARTMENT);
  }

  private byLevel(level: TerritoryLevel): Territory[] {
    return [...this.byName.values()]
      .filter((each) => each.level === level)
      .sort((a, b) => a.displayName.localeCompare(b.displayName, "es"));
  }

  // As 'Sicuani, Canchis, Cusco'.
  fullName(name: string): string {
    const parts: string[] = [];
    for (let at = this.byName.get(name); at && at.level !== TerritoryLevel.COUNTRY; at = this.byName.get(at.parent))
      parts.push(at.displayName);
    return parts.join(", ");
  }

  // With or without tildes and capitals; those that begin so come first.
  search(text: string, levels: TerritoryLevel[], most = 12): Territory[] {
    const wanted = plainText(text);
    if (wanted === "") return [];
    return this.searched
      .filter(({ territory, plain }) => levels.includes(territory.level) && plain.includes(wanted))
      .sort(
        (a, b) =>
          Number(!a.plain.startsWith(wanted)) - Number(!b.plain.startsWith(wanted)) ||
          a.plain.length - b.plain.length ||
          a.plain.localeCompare(b.plain),
      )
      .slice(0, most)
      .map(({ territory }) => territory);
  }
}

export function plainText(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .trim();
}
