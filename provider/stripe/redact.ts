const redacted = "[REDACTED]";

// Secret, restricted, publishable and organization keys (S91, S95), but not ids such as feat_test_…
const keyPattern = /(?<![A-Za-z])(?:sk|rk|pk)_(?:live|test|org)[A-Za-z0-9_*.…]*/g;

// A 401 repeats the key that was sent, only partly masked, whatever its form (S89).
const echoedKey = /(API Key provided: )\S+/gi;

// Masking a shorter secret would mask parts of ordinary words.
const minSecretLength = 8;

/**
 * Returns the text without API keys: texts in the form of a key, keys that Stripe repeats, and each
 * of `secrets` with at least 8 characters.
 */
export function redact(text: string, ...secrets: readonly string[]): string {
  const withoutSecrets = secrets
    .filter((secret) => secret.length >= minSecretLength)
    .reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
  return withoutSecrets.replace(keyPattern, redacted).replace(echoedKey, `$1${redacted}`);
}
