const TTY_INTERVAL_MS = 1_000;
const LOG_INTERVAL_MS = 15_000;

/**
 * The set-up speaks on stderr: stdout belongs to the command that is run afterwards.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Says that a step begins, and from then on how far it is: one running line on a terminal, a line now and then in a log.
 * @param {string} title what is done and how long it usually takes
 * @param {() => string} status how far it is; empty when that is not known
 */
export function startProgress(title, status) {
  const started = performance.now();
  const terminal = process.stderr.isTTY;
  const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`;
  const line = () => [elapsed(), status()].filter((part) => part !== "").join(", ");
  say(title);
  const timer = setInterval(
    () => (terminal ? process.stderr.write(`\r\x1b[K  ${line()}`) : say(`  ${line()}`)),
    terminal ? TTY_INTERVAL_MS : LOG_INTERVAL_MS,
  );
  /** @param {string} outcome */
  const end = (outcome) => {
    clearInterval(timer);
    say(`${terminal ? "\r\x1b[K" : ""}  ${outcome} ${elapsed()}`);
  };
  return { succeed: () => end("done in"), fail: () => end("failed after") };
}
