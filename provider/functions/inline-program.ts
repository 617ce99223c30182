/** The SDK's state of one run, as far as it is read here. */
interface RunState {
  readonly settings: { readonly options: { readonly engineAddr?: string | undefined } };
}

/**
 * Whether the program is an inline program of the Automation API, which runs in the process of its
 * host. The SDK has no public function for this. It keeps the state of each such run in an
 * `AsyncLocalStorage`, and that of a program with a process of its own in a global variable.
 *
 * The SDK does the same for the components of a plugin. The engine starts a plugin's process, with
 * the engine's address as an argument.
 */
export function isInlineProgram(): boolean {
  const { asyncLocalStorage } = globalThis as { asyncLocalStorage?: { getStore(): RunState | undefined } };
  const state = asyncLocalStorage?.getStore();
  return state !== undefined && !process.argv.includes(state.settings.options.engineAddr ?? "");
}
