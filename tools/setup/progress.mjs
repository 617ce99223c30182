const terminalIntervalMs = 1_000;
const logIntervalMs = 15_000;

/**
 * Prints a line to stderr. stdout is reserved for the command that runs after the setup.
 * @param {string} line
 */
export function log(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Prints that a step begins, and then its progress: one line that is updated on a terminal, a line
 * every 15 seconds in a log.
 * @param {string} title what is done and how long it usually takes
 * @param {() => string} status how far it is; empty when unknown
 */
export function startProgress(title, status) {
  const started = performance.now();
  const terminal = process.stderr.isTTY;
  const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`;
  const line = () => [elapsed(), status()].filter((part) => part !== "").join(", ");
  log(title);
  const timer = setInterval(
    () => (terminal ? process.stderr.write(`\r\x1b[K  ${line()}`) : log(`  ${line()}`)),
    terminal ? terminalIntervalMs : logIntervalMs,
  );
  /** @param {string} outcome */
  const end = (outcome) => {
    clearInterval(timer);
    log(`${terminal ? "\r\x1b[K" : ""}  ${outcome} ${elapsed()}`);
  };
  return { succeed: () => end("done in"), fail: () => end("failed after") };
}
