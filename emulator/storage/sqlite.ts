type Sqlite = typeof import("node:sqlite");

/**
 * Node's own SQLite, without the warning that it is experimental: nobody who runs an emulator can act on that. Every
 * other warning comes through.
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
