// What the browser keeps: answers that were read, writes that wait, drafts, who is signed in, and what it saw of the
// ledger. One database, in promises.

export type StoreName = "answers" | "outbox" | "drafts" | "session" | "ledgers";

const version = 3;

export class Database {
  private constructor(private readonly open: IDBDatabase) {}

  static connect(name = "ayni", factory: IDBFactory = indexedDB): Promise<Database> {
    return new Promise((resolve, reject) => {
      const request = factory.open(name, version);
      request.onupgradeneeded = ({ oldVersion }) => {
        if (oldVersion < 1) {
          request.result.createObjectStore("answers", { keyPath: "key" });
          request.result.createObjectStore("outbox", { keyPath: "id", autoIncrement: true });
          request.result.createObjectStore("drafts", { keyPath: "id" });
        }
        if (oldVersion < 2) request.result.createObjectStore("ledgers", { keyPath: "id" });
        if (oldVersion < 3) {
          if (request.result.objectStoreNames.contains("people")) request.result.deleteObjectStore("people");
          request.result.createObjectStore("session", { keyPath: "id" });
        }
      };
      request.onsuccess = () => {
        // A newer console in another window must not wait for this one.
        request.result.onversionchange = () => request.result.close();
        resolve(new Database(request.result));
      };
      request.onerror = () => reject(request.error);
    });
  }

  private run<T>(store: StoreName, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.open.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      // Of a write only its commit counts: a request that succeeded can still be undone with its transaction.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("the browser did not keep it"));
    });
  }

  get<T>(store: StoreName, key: IDBValidKey): Promise<T | undefined> {
    return this.run(store, "readonly", (all) => all.get(key)) as Promise<T | undefined>;
  }
  all<T>(store: StoreName): Promise<T[]> {
    return this.run(store, "readonly", (all) => all.getAll()) as Promise<T[]>;
  }
  put(store: StoreName, value: unknown): Promise<IDBValidKey> {
    return this.run(store, "readwrite", (all) => all.put(value));
  }
  remove(store: StoreName, key: IDBValidKey): Promise<undefined> {
    return this.run(store, "readwrite", (all) => all.delete(key));
  }
  clear(store: StoreName): Promise<undefined> {
    return this.run(store, "readwrite", (all) => all.clear());
  }
  close(): void {
    this.open.close();
  }
}

let shared: Promise<Database> | undefined;

export function database(): Promise<Database> {
  shared ??= Database.connect();
  return shared;
}
