type Sqlite = typeof import("node:sqlite");

/**
 * Loads Node's own SQLite without the warning that it is experimental, on which a user of the
 * emulator cannot act. Other warnings are shown.
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
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}
