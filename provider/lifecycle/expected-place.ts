import type { AccountAndMode } from "./account/account";
import type { LocalContext } from "./context";
import { unknownValue } from "./inputs";

/**
 * Returns the account and the mode that the state of an object will record, for a preview. Each is
 * `unknownValue` where neither the state nor the configuration tells it.
 */
export function expectedPlace({ expected, keyMode }: LocalContext, { account, livemode }: AccountAndMode = {}) {
  const mode = keyMode === undefined ? unknownValue : keyMode === "live";
  return { account: account ?? expected.account ?? unknownValue, livemode: livemode ?? mode };
}
