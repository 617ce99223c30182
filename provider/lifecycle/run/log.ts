/** Shows one line to the user. */
export type Log = (line: string) => void;

/** Logs lines about the whole stack, each once in a run. */
export class OnceLog {
  readonly #logged = new Set<string>();

  constructor(private readonly log: Log) {}

  /** Logs the line unless this run has logged it. */
  logOnce(line: string): void {
    if (this.#logged.has(line)) return;
    this.#logged.add(line);
    this.log(line);
  }
}

/** Lines about effects on customers that Stripe's rules make surprising. */
export const notices = {
  // S42, S43
  attached:
    "Note: existing subscribers of these products get a newly attached feature with their next billing period, not before.",
  // S24
  archivedWhileAttached: "Note: a feature that is archived while a product carries it keeps granting access there.",
} as const;
