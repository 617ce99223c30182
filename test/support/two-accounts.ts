import type { TestEnvironment } from "./test-environment";

/** The account whose key a connection has, and another. */
export const accounts = [{ id: "acct_ours" }, { id: "acct_other" }];

/** A key of the other account. */
export function otherKey({ emulator }: TestEnvironment): string {
  return emulator.environment({ account: "acct_other", livemode: false }).apiKey;
}
