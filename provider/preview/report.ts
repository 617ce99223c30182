import { log, RunError } from "@pulumi/pulumi";
import { createContext, previewSettings } from "../config/context";
import { createLocalContext } from "../config/local-context";
import { isInlineProgram } from "../functions/inline-program";
import { readProgramSettings } from "../functions/program-settings";
import type { ProviderContext } from "../lifecycle/context";
import type { Answered } from "./answered";
import type { Finding } from "./comparison";
import { addFindings, explain } from "./findings";
import { secretLookupKeys } from "./planned";

const logOf = { info: "info", warning: "warn", error: "error" } as const;

/** Says what `up` will do with the planned resources of one run that exist in Stripe already. */
export class PlanReport {
  #context: ProviderContext | undefined;
  #hasStopped = false;
  #errors: Finding[] = [];
  #previous: Promise<void> = Promise.resolve();

  /**
   * Logs the plans, each line under its resource. Fails the program when `up` would be rejected.
   * Waits for the report before it.
   *
   * @param answered all resources of the program so far
   * @param fresh those that were not reported yet
   */
  add(answered: readonly Answered[], fresh: readonly Answered[]): Promise<void> {
    this.#previous = this.#previous.then(() => this.#add(answered, fresh));
    return this.#previous;
  }

  async #add(answered: readonly Answered[], fresh: readonly Answered[]): Promise<void> {
    // The same error would come again, after another wait.
    if (this.#hasStopped) return;
    const lines = await this.#compare(answered, fresh);
    const hide = hideAll(await secretLookupKeys(answered));
    await Promise.all(lines.map(({ severity, text, resource }) => log[logOf[severity]](hide(text), resource)));
    this.#fail(lines.filter(({ severity }) => severity === "error"));
  }

  async #compare(answered: readonly Answered[], fresh: readonly Answered[]): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    try {
      this.#context ??= openContext();
      await addFindings(findings, this.#context, answered, fresh);
    } catch (error) {
      this.#hasStopped = true;
      findings.push(explain(error));
    }
    return findings;
  }

  /** Makes the preview fail, if there are errors. An error in the log leaves the exit code 0. */
  #fail(errors: readonly Finding[]): void {
    // The SDK fails an inline program that has logged an error. A rejected promise would also fail
    // the other programs that the host runs at the same time.
    if (errors.length === 0 || isInlineProgram()) return;
    // One error at the end of the program sums up all that it has declared until then.
    if (this.#errors.length === 0) process.once("beforeExit", () => void Promise.reject(toProgramError(this.#errors)));
    this.#errors.push(...errors);
  }
}

function openContext(): ProviderContext {
  const settings = { ...readProgramSettings(), ...previewSettings };
  return createContext(
    settings,
    createLocalContext(settings, (line) => void log.info(line)),
  );
}

/** Returns a function that hides the values where a text quotes them. */
function hideAll(secrets: readonly string[]): (text: string) => string {
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(`"${secret}"`, "[secret]"), text);
}

function toProgramError(errors: readonly Finding[]): RunError {
  const count = errors.filter(({ resource }) => resource !== undefined).length;
  const error = new RunError(summaryOf(count));
  // The SDK prints the stack of an error that comes after the program has run.
  error.stack = "";
  return error;
}

function summaryOf(rejected: number): string {
  if (rejected === 0) return "`pulumi up` would fail.";
  if (rejected === 1) return "1 resource would be rejected by `pulumi up`: see its error.";
  return `${rejected} resources would be rejected by \`pulumi up\`: see their errors.`;
}
