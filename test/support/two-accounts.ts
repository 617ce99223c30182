import type { TestEnvironment } from "./test-environment";

/** The account that the default key belongs to, and another one. */
export const accounts = [{ id: "acct_ours" }, { id: "acct_other" }];

/** Returns a key of the other account. */
export function otherKey({ emulator }: TestEnvironment): string {
  return emulator.environment({ account: "acct_other", livemode: false }).apiKey;
}
