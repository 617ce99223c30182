import type { Accounts } from "../accounts";
import { refusalError } from "../choices";
import { StripeError } from "../errors";
import { type ApiKey, allows } from "../keys";
import type { ModeState } from "../store/account";
import type { Permission } from "./endpoint";

/** Finds the key of a request: as a bearer token, or as the user name of basic authentication [docs]. */
export function authenticate(accounts: Accounts, authorization: string | undefined): ApiKey {
  const value = presentedKey(authorization);
  if (value === "") {
    throw new StripeError(401, {
      message:
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    });
  }
  const key = accounts.keys.find(value);
  if (key === undefined) throw new StripeError(401, { message: `Invalid API Key provided: ${masked(value)}` });
  if (key.expired) {
    throw new StripeError(401, { code: "api_key_expired", message: `Expired API Key provided: ${masked(value)}` });
  }
  if (key.kind === "publishable") throw refusalError(accounts.choices.publishableKey);
  return key;
}

/** The state a request acts on: the key's own, or a connected account's in the key's mode [docs]. */
export function chooseAccount(accounts: Accounts, key: ApiKey, wanted: string | undefined): ModeState {
  const own = key.state.account.id;
  if (wanted === undefined || wanted === own) return key.state;
  const account = accounts.find(wanted);
  if (account !== undefined && accounts.isConnected(wanted, own)) return account.mode(key.state.livemode);
  throw new StripeError(403, {
    code: "account_invalid",
    message: `The provided key '${maskedShort(key.value)}' does not have access to account '${wanted}' (or that account does not exist). Application access may have been revoked.`,
  });
}

/** Refuses a restricted key that lacks the permission, naming it as Stripe does [field]. */
export function requirePermission(accounts: Accounts, key: ApiKey, permission: Permission, state: ModeState): void {
  if (allows(key, permission)) return;
  const access = permission.access === "read" ? "Read" : "Write";
  const name = `${accounts.choices.permissionNames[permission.area]} ${access}`;
  throw new StripeError(403, {
    message: `The provided key '${maskedShort(key.value)}' does not have the required permissions for this endpoint on account '${state.account.id}'. Enabling "${name}" permissions on this key would allow this request to continue.`,
  });
}

function presentedKey(authorization = ""): string {
  const [scheme = "", credentials = ""] = authorization.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === "bearer") return credentials;
  if (scheme.toLowerCase() !== "basic") return "";
  return Buffer.from(credentials, "base64").toString().split(":", 1)[0] ?? "";
}

const shownEndLength = 4;

/** Stripe echoes a refused key with its prefix and its last four characters [field]. */
function masked(value: string): string {
  const prefix = /^[a-z]+_(?:test|live|org)_/.exec(value)?.[0] ?? "";
  const rest = value.slice(prefix.length);
  if (rest.length <= shownEndLength) return prefix + "*".repeat(rest.length);
  return prefix + "*".repeat(rest.length - shownEndLength) + rest.slice(-shownEndLength);
}

/** In a 403 the hidden part is three stars, whatever its length [field]. */
const maskedShort = (value: string) => masked(value).replace(/\*+/, "***");
