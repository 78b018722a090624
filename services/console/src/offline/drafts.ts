// Forms that are not sent yet, as they were left.
import { database } from "./database";

export interface Draft<T = unknown> {
  id: string;
  principal: string;
  kind: string;
  label: string;
  time: number;
  value: T;
}

export async function drafts<T>(principal: string, kind: string): Promise<Draft<T>[]> {
  const all = await (await database()).all<Draft<T>>("drafts");
  return all
    .filter((draft) => draft.principal === principal && draft.kind === kind)
    .sort((a, b) => b.time - a.time);
}

export async function draft<T>(id: string): Promise<Draft<T> | undefined> {
  return (await database()).get<Draft<T>>("drafts", id);
}

export async function keepDraft(draft: Draft): Promise<void> {
  await (await database()).put("drafts", draft);
}

export async function dropDraft(id: string): Promise<void> {
  await (await database()).remove("drafts", id);
}
