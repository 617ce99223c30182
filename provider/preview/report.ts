import { log, RunError } from "@pulumi/pulumi";
import { createContext } from "../config/context";
import { createLocalContext } from "../config/local-context";
import { readProgramSettings } from "../functions/program-settings";
import type { ProviderContext } from "../lifecycle/context";
import { type EntitlementsError, formatError, toUserError } from "../lifecycle/errors";
import type { Answered } from "./answered";
import { Comparison, type Finding } from "./comparison";
import { knownAccountOf, plannedAttachment, plannedFeature } from "./planned";
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
  "Stripe could not be read, so this preview does not show which existing objects `up` would adopt or reject";

/**
 * Logs what `up` will do with the planned resources that exist in Stripe already, each line under
 * its resource. Fails the program when `up` would be rejected.
 *
 * @param answered all resources of the program so far
 * @param fresh those that were not reported yet
 */
export async function reportPlans(answered: readonly Answered[], fresh: readonly Answered[]): Promise<void> {
  const findings = await compare(answered, fresh).catch(explain);
  await Promise.all(findings.map(({ severity, text, resource }) => log[logOf[severity]](text, resource)));
  const rejected = findings.filter(({ severity }) => severity === "error");
  if (rejected.length > 0) failProgram(rejected);
}

const logOf = { info: "info", warning: "warn", error: "error" } as const;

type Line = Omit<Finding, "resource"> & Partial<Pick<Finding, "resource">>;

async function compare(answered: readonly Answered[], fresh: readonly Answered[]): Promise<readonly Line[]> {
  const context = await openContext(answered);
  await context.guard.checkForCreate("This preview", Promise.resolve());
  const comparison = new Comparison(context, new Released(answered));
  const planned = fresh.filter(({ plan }) => plan === "create");
  const features = planned.filter(({ type }) => type === "Feature").map(plannedFeature);
  const attachments = planned
    .filter(({ type }) => type === "ProductFeature")
    .map((each) => plannedAttachment(each, answered));
  await comparison.addFeatures(await Promise.all(features));
  await comparison.addAttachments(await Promise.all(attachments));
  return [...comparison.findings, ...incomparableLine(comparison.incomparable)];
}

/** Returns a context that knows where the existing resources of the stack are. Sends nothing. */
async function openContext(answered: readonly Answered[]): Promise<ProviderContext> {
  const settings = { ...readProgramSettings(), requestTimeout, maxRetries };
  const local = createLocalContext(settings, (line) => void log.info(line));
  const existing = answered.filter(({ plan }) => plan === "exists");
  await Promise.all(existing.map(async (each) => local.knownAccounts.record(each.owner, await knownAccountOf(each))));
  return createContext(settings, local);
}

function incomparableLine(count: number): readonly Line[] {
  if (count === 0) return [];
  const what = count === 1 ? "1 attachment is" : `${count} attachments are`;
  const text = `${what} not compared with Stripe in this preview, because the id of the feature is not known yet.`;
  return [{ severity: "info", text }];
}

/** Returns the line for an error that stopped the comparison. */
function explain(error: unknown): readonly Line[] {
  const explained = toUserError("This preview", error);
  if (!passingKinds.has(explained.kind)) return [{ severity: "error", text: formatError(explained) }];
  return [{ severity: "warning", text: `${stripeUnread}: ${explained.message}` }];
}

/**
 * Makes the preview fail. An error in the log alone does not: the exit code of the program decides.
 */
function failProgram(rejected: readonly Line[]): void {
  const count = rejected.filter(({ resource }) => resource !== undefined).length;
  const what = count === 1 ? "1 resource" : `${count} resources`;
  const error = new RunError(
    count === 0 ? "`pulumi up` would fail." : `${what} would be rejected by \`pulumi up\`: see the errors above.`,
  );
  // The SDK prints the stack of an error that comes after the program has run.
  error.stack = "";
  void Promise.reject(error);
}
