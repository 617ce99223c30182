import { EntitlementsError } from "../lifecycle/errors";

// In the order in which undici reads them.
const variables = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"];

/**
 * Throws when a proxy variable is not the address of a proxy. The error names the variable and
 * never its value, which may hold a password.
 */
export function assertUsableProxies(): void {
  const invalid = variables.filter((name) => process.env[name] && !isProxy(process.env[name]));
  if (invalid.length === 0) return;
  throw new EntitlementsError(
    `Configuration: the environment variable ${invalid.join(" and ")} is not the address of a proxy`,
    {
      kind: "configuration",
      hint: "Set it to http://host:port, or with a user to http://user:password@host:port.",
    },
  );
}

function isProxy(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "http:" || protocol === "https:";
}
