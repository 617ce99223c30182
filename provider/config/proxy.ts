import { EntitlementsError } from "../lifecycle/errors";

// In the order in which undici reads them.
const variables = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"];

/** Throws when a proxy variable holds something that is no proxy's address, naming the variable and never its value: it may hold a password. */
export function requireUsableProxies(): void {
  const wrong = variables.filter((name) => process.env[name] && !isProxy(process.env[name]));
  if (wrong.length === 0) return;
  throw new EntitlementsError(
    `Configuration: the environment variable ${wrong.join(" and ")} is not the address of a proxy`,
    {
      hint: "Give it as http://host:port, or with a user as http://user:password@host:port.",
    },
  );
}

function isProxy(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "http:" || protocol === "https:";
}
