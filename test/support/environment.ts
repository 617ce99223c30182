/**
 * Sets environment variables, and removes those that are undefined. Disposing of the result
 * restores them.
 */
export function withEnvironment(variables: Readonly<Record<string, string | undefined>>): Disposable {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  assign(variables);
  return { [Symbol.dispose]: () => assign(before) };
}

function assign(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
