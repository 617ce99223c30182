import type { Accounts } from "../accounts";
import { refusalError } from "../choices";
import { StripeError } from "../errors";
import { type ApiKey, allows, type Permission } from "../keys";
import type { ModeState } from "../store/account";

/**
 * Returns the key of a request, sent as bearer token or as user name of basic authentication (S87).
 */
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

/**
 * Returns the state that a request acts on: that of the key, or of a connected account in the key's
 * mode (S98).
 */
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

/** Throws if a restricted key lacks the permission. The message names the permission (S93). */
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

/** Returns a key as a 401 shows it: its prefix and its last four characters (S89). */
function masked(value: string): string {
  const prefix = /^[a-z]+_(?:test|live|org)_/.exec(value)?.[0] ?? "";
  const rest = value.slice(prefix.length);
  if (rest.length <= shownEndLength) return prefix + "*".repeat(rest.length);
  return prefix + "*".repeat(rest.length - shownEndLength) + rest.slice(-shownEndLength);
}

/** Returns a key as a 403 shows it, with three stars for the hidden part (S93). */
const maskedShort = (value: string) => masked(value).replace(/\*+/, "***");
