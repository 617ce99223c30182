const redacted = "[REDACTED]";

// Secret, restricted, publishable and organisation keys. Object ids such as feat_test_… must survive: support asks for them.
const keyShape = /(?<![A-Za-z])(?:sk|rk|pk)_(?:live|test|org)[A-Za-z0-9_*.…]*/g;

// A 401 echoes what was pasted, masked only in part, whatever its shape [field].
const echoedKey = /(API Key provided: )\S+/gi;

// A configured key of another shape is masked too; a shorter text would mask half of any message.
const shortestKey = 8;

/** `text` without API keys: those that look like one, those Stripe echoes, and each of `secrets`. */
export function redact(text: string, ...secrets: readonly string[]): string {
  const withoutSecrets = secrets
    .filter((secret) => secret.length >= shortestKey)
    .reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
  return withoutSecrets.replace(keyShape, redacted).replace(echoedKey, `$1${redacted}`);
}
