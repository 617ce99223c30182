/**
 * How much of the chaos is run. `npm run test:chaos` sets CHAOS=full; without it, as in `npm test`, a small part of each test runs, which
 * shows that the rest can.
 */
const isFull = process.env["CHAOS"] === "full";

/** Seed of the moments at which a run is killed: the same ones each time, unless CHAOS_SEED says otherwise. */
export const seed = Number(process.env["CHAOS_SEED"] ?? 1);

/** How many features are declared, and how often they are attached. */
export interface CatalogSize {
  readonly features: number;
  readonly attachments: number;
}

const large: CatalogSize = { features: 100, attachments: 200 };
const medium: CatalogSize = { features: 20, attachments: 40 };
const small: CatalogSize = { features: 10, attachments: 20 };

export const scale = isFull
  ? { isFull, load: large, faults: medium, kills: { up: 20, repair: 6, destroy: 6 }, killed: large }
  : { isFull, load: small, faults: small, kills: { up: 2, repair: 0, destroy: 1 }, killed: small };

/** Shows a figure that was measured below the test that measured it. */
export function note(line: string): void {
  console.log(`        ${line}`);
}
