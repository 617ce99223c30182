import { resolve } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { loadSqlite } from "./sqlite";
import { type RecordKind, type RecordName, Storage } from "./storage";

/** Marks the file as the emulator's, so that no other database is written to: "sEnt" in ASCII. */
const applicationId = 0x73456e74;
/** Version of the tables. A file with another version is refused. */
const layoutVersion = 1;

const createTables = `
  CREATE TABLE record (
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (kind, owner, id)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${layoutVersion};
`;

interface Change extends RecordName {
  readonly content: string | undefined;
}

/**
 * Stores the records in a SQLite file.
 *
 * An answer waits until the changes it reports are on the disk (`committed`). Concurrent requests
 * share one transaction, which saves a write for each. The result of an idempotency key is in the
 * same transaction as the changes of its request, so that a retry after a kill finds both or
 * neither.
 */
export class FileStorage extends Storage {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  #pending: Change[] = [];
  #commit: Promise<void> | undefined;

  /** @throws if the file cannot be opened, is in use, is damaged, or is not the emulator's. */
  constructor(file: string) {
    super();
    this.#file = file;
    this.#database = open(file);
    this.#select = this.#database.prepare("SELECT content FROM record WHERE kind = ? AND owner = ?");
    this.#upsert = this.#database.prepare(
      "INSERT OR REPLACE INTO record (kind, owner, id, content) VALUES (?, ?, ?, ?)",
    );
    this.#delete = this.#database.prepare("DELETE FROM record WHERE kind = ? AND owner = ? AND id = ?");
  }

  override committed(): Promise<void> {
    if (this.#pending.length === 0) return Promise.resolve();
    this.#commit ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#commit = undefined;
        try {
          this.#writePending();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return this.#commit;
  }

  override close(): void {
    if (!this.#database.isOpen) return;
    this.#writePending();
    this.#database.close();
  }

  override abandon(): void {
    this.#pending = [];
    this.#database.close();
  }

  protected override read(kind: RecordKind, owner: string): object[] {
    try {
      return this.#select.all(kind, owner).map(({ content }) => JSON.parse(String(content)));
    } catch (error) {
      throw unusable(this.#file, error);
    }
  }

  protected override write(name: RecordName, record: object | undefined): void {
    if (!this.#database.isOpen) {
      throw new Error(`The emulator and its data file ${this.#file} are closed, so this change cannot be saved.`);
    }
    this.#pending.push({ ...name, content: record && JSON.stringify(record) });
    // For changes that no answer waits for. If this fails, the change stays pending and the next
    // answer reports it.
    this.committed().catch(() => undefined);
  }

  #writePending(): void {
    // Concurrent answers share one commit, and close() may have made it already.
    if (this.#pending.length === 0) return;
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const { kind, owner, id, content } of this.#pending) {
        if (content === undefined) this.#delete.run(kind, owner, id);
        else this.#upsert.run(kind, owner, id, content);
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw new Error(`Cannot write the data file ${this.#file}: ${reason(error)}.`, { cause: error });
    }
    this.#pending = [];
  }
}

function open(file: string): DatabaseSync {
  if (file === "" || file === ":memory:") {
    throw new Error(`The data file "${file}" would keep nothing. Name a file, or leave it out.`);
  }
  const { DatabaseSync: Database } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    // Absolute, because SQLite reads a name such as "file::memory:" as a URI.
    database = new Database(resolve(file));
    // EXCLUSIVE: a second emulator on the same file would have a different state in memory.
    // FULL: a commit is on the disk before it returns, so that it survives a power failure.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    assertEmulatorFile(file, database);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
    if (isEmpty(database)) database.exec(createTables);
    database.exec("COMMIT");
    return database;
  } catch (error) {
    database?.close();
    throw unusable(file, error);
  }
}

function unusable(file: string, error: unknown): Error {
  return new Error(`Cannot use the data file ${file}: ${reason(error)}.`, { cause: error });
}

function assertEmulatorFile(file: string, database: DatabaseSync): void {
  if (isEmpty(database)) return;
  if (pragma(database, "application_id") !== applicationId) {
    throw new Error("it is a database of another program. Name another file");
  }
  const layout = pragma(database, "user_version");
  if (layout === layoutVersion) return;
  throw new Error(
    `it has layout ${layout}, but this version of the emulator needs layout ${layoutVersion}. Use the version that wrote it, or move ${file} away`,
  );
}

function isEmpty(database: DatabaseSync): boolean {
  return pragma(database, "schema_version") === 0;
}

function pragma(database: DatabaseSync, name: string): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}

/** Returns SQLite's message, or a clearer one. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message === "database is locked") return "another process is using it";
  if (message === "file is not a database") return "it is not a data file of the emulator. Name another file";
  if (message === "database disk image is malformed" || error instanceof SyntaxError) {
    return `it is damaged (${message}). Move it away to start with an empty state`;
  }
  return message;
}
