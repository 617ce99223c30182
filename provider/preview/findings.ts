import { stackConfiguration } from "../lifecycle/configuration-place";
import type { ProviderContext } from "../lifecycle/context";
import { formatError } from "../lifecycle/errors";
import { mayContinueUnread, toUnreadError } from "../lifecycle/ownership/unread";
import type { Answered } from "./answered";
import { Comparison, type Finding } from "./comparison";
import { knownAccountOf, plannedAttachment, plannedFeature } from "./planned";
import { Released } from "./released";

/**
 * Adds the lines about planned resources that exist in Stripe already, or cannot be created. Those
 * that are found before an error stay.
 *
 * @param answered all resources of the program so far
 * @param fresh those that were not compared yet
 */
export async function addFindings(
  findings: Finding[],
  context: ProviderContext,
  answered: readonly Answered[],
  fresh: readonly Answered[],
): Promise<void> {
  await recordExisting(context, answered);
  await context.guard.checkForCreate("This preview", Promise.resolve());
  const comparison = new Comparison(context, new Released(answered), findings);
  await addPlanned(comparison, answered, fresh);
  findings.push(...incomparableLine(comparison.incomparable));
}

/** Returns the line for an error that stopped the comparison. */
export function explain(error: unknown): Finding {
  const unread = toUnreadError(error, stackConfiguration);
  // The provider rejects the settings of the resources. Those of an inline program may be missing
  // here only: its resources also use the environment of the CLI.
  if (unread.kind === "configuration") return { severity: "warning", text: formatError(unread) };
  if (!mayContinueUnread(unread)) return { severity: "error", text: formatError(unread) };
  // The hints of failed requests are about `up`.
  return { severity: "warning", text: unread.message };
}

/** Records where the existing resources are, and which features the program manages. */
async function recordExisting(
  { knownAccounts, ownership, stackMarkers }: ProviderContext,
  answered: readonly Answered[],
): Promise<void> {
  const existing = answered.filter(({ plan }) => plan === "exists");
  const record = async (each: Answered) => {
    const account = await knownAccountOf(each);
    knownAccounts.record(each.owner, account);
    const isOwned = each.type === "Feature" && ownership === "metadata";
    if (isOwned && account.feature !== undefined) stackMarkers.recordOwnedFeature(account.feature);
  };
  await Promise.all(existing.map(record));
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
