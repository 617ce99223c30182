import type { Facts } from "./facts";

/** One line of the report. */
export interface Finding {
  /** A failure stops Pulumi, or is a mistake. A warning may be intended. */
  readonly status: "ok" | "warning" | "failure";
  readonly text: string;
  /** The way out, as sentences. Only `ok` has none. */
  readonly hint?: string;
}

/** Looks at one subject. Sends reads only, and changes nothing. */
export interface Check {
  readonly name: string;
  readonly run: (facts: Facts) => Promise<readonly Finding[]> | readonly Finding[];
}

export const ok = (text: string): Finding => ({ status: "ok", text });

export const warning = (text: string, hint: string): Finding => ({ status: "warning", text, hint });

export const failure = (text: string, hint: string): Finding => ({ status: "failure", text, hint });
