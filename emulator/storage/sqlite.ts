type Sqlite = typeof import("node:sqlite");

/**
 * Loads Node's own SQLite without the warning that it is experimental, on which a user of the
 * emulator cannot act. Other warnings are shown.
 *
 * @throws Error if this Node.js has no SQLite
 */
export function loadSqlite(): Sqlite {
  const { emitWarning } = process;
  const exceptForSqlite = (...args: unknown[]) => {
    const [warning, type] = args;
    if (type === "ExperimentalWarning" && String(warning).startsWith("SQLite")) return;
    Reflect.apply(emitWarning, process, args);
  };
  process.emitWarning = exceptForSqlite;
  try {
    const sqlite = process.getBuiltinModule("node:sqlite") as Sqlite | undefined;
    if (sqlite !== undefined) return sqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
  throw new Error(
    `A data file needs Node.js 22.13 or later, which has the module node:sqlite. This is Node.js ${process.versions.node}. Use a newer one, or leave the data file out.`,
  );
}
