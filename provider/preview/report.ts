import { log, RunError } from "@pulumi/pulumi";
import { createContext } from "../config/context";
import { createLocalContext } from "../config/local-context";
import { isInlineProgram } from "../functions/inline-program";
import { readProgramSettings } from "../functions/program-settings";
import type { ProviderContext } from "../lifecycle/context";
import { type EntitlementsError, formatError, toUserError } from "../lifecycle/errors";
import type { Answered } from "./answered";
import { Comparison, type Finding } from "./comparison";
import { knownAccountOf, plannedAttachment, plannedFeature, secretLookupKeys } from "./planned";
import { Released } from "./released";

/** Seconds that each of the two attempts of a request may take. A preview does not wait long. */
const requestTimeout = 2;
const maxRetries = 1;

/** Errors after which the preview continues: they say nothing about the program. */
const passingKinds = new Set<EntitlementsError["kind"]>([
  ...(["permission", "connection", "api", "rateLimit", "lockTimeout", "idempotency"] as const),
  // The provider rejects the settings of the resources. Those of an inline program may be missing
  // here only: its resources also use the environment of the CLI.
  "configuration",
]);

const stripeUnread =
  "Stripe could not be read, so this preview does not show all objects that `up` would adopt or reject";

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
      const context = await this.#openContext(answered);
      await context.guard.checkForCreate("This preview", Promise.resolve());
      const comparison = new Comparison(context, new Released(answered), findings);
      await addPlanned(comparison, answered, fresh);
      findings.push(...incomparableLine(comparison.incomparable));
    } catch (error) {
      this.#hasStopped = true;
      findings.push(explain(error));
    }
    return findings;
  }

  /** Returns a context that knows where the existing resources of the stack are. Sends nothing. */
  async #openContext(answered: readonly Answered[]): Promise<ProviderContext> {
    this.#context ??= openContext();
    const { knownAccounts } = this.#context;
    const existing = answered.filter(({ plan }) => plan === "exists");
    await Promise.all(existing.map(async (each) => knownAccounts.record(each.owner, await knownAccountOf(each))));
    return this.#context;
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
  const settings = { ...readProgramSettings(), requestTimeout, maxRetries };
  return createContext(
    settings,
    createLocalContext(settings, (line) => void log.info(line)),
  );
}

async function addPlanned(
  comparison: Comparison,
  answered: readonly Answered[],
  fresh: readonly Answered[],
): Promise<void> {
  const planned = fresh.filter(({ plan }) => plan === "create");
  const features = planned.filter(({ type }) => type === "Feature").map(plannedFeature);
  const attachments = planned
    .filter(({ type }) => type === "ProductFeature")
    .map((each) => plannedAttachment(each, answered));
  await comparison.addFeatures(await Promise.all(features));
  await comparison.addAttachments(await Promise.all(attachments));
}

function incomparableLine(count: number): readonly Finding[] {
  if (count === 0) return [];
  const what = count === 1 ? "1 attachment is" : `${count} attachments are`;
  const text = `${what} not compared with Stripe in this preview, because the id of the feature is not known yet.`;
  return [{ severity: "info", text }];
}

/** Returns the line for an error that stopped the comparison. */
function explain(error: unknown): Finding {
  const explained = toUserError(stripeUnread, error);
  if (!passingKinds.has(explained.kind)) return { severity: "error", text: formatError(explained) };
  // The hints of failed requests are about `up`.
  const text = explained.kind === "configuration" ? formatError(explained) : explained.message;
  return { severity: "warning", text };
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
