import { isFullRun as isFull } from "../../support/full-run";

/** Seed for the moments at which a run is killed. The same in each run unless CHAOS_SEED is set. */
export const seed = Number(process.env["CHAOS_SEED"] ?? 1);

/** How many features and attachments a program declares. */
export interface CatalogSize {
  readonly features: number;
  readonly attachments: number;
}

const large: CatalogSize = { features: 100, attachments: 200 };
const medium: CatalogSize = { features: 20, attachments: 40 };
const small: CatalogSize = { features: 10, attachments: 20 };

export const scale = isFull
  ? { isFull, load: large, faults: medium, kills: { up: 20, repair: 6, destroy: 6 }, killed: large }
  : { isFull, load: small, faults: small, kills: { up: 1, repair: 0, destroy: 0 }, killed: small };

/** Prints a measured figure below its test. */
export function note(line: string): void {
  console.log(`        ${line}`);
}
