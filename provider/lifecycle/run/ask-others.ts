import { setTimeout as sleep } from "node:timers/promises";
import type { LocalContext } from "../context";
import { EntitlementsError, type EntitlementsErrorKind } from "../errors";
import type { KeepReason } from "./declarations";
import { placeOf } from "./object-facts";
import { type AskedObject, type ObjectFacts, UnansweredError } from "./other-processes";

/** Milliseconds between two questions whether a delete has ended. */
const pollPeriod = 50;

/**
 * Asks the other processes of the run before a delete. A failure there counts as one of this
 * process.
 *
 * @throws EntitlementsError if the records of another process are not known
 */
export async function askBeforeDelete(
  context: LocalContext,
  subject: string,
  asked: AskedObject,
): Promise<readonly ObjectFacts[]> {
  const others = await ask(context, asked).catch(throwAs(`${subject}: not deleted`, "notDeleted"));
  for (const { failed } of others) if (failed !== undefined) context.failures.record(failed);
  return others;
}

/** Returns the reason of another process to keep an object, unless this one has a stronger one. */
export function mergeKeepReasons(own: KeepReason | undefined, others: readonly ObjectFacts[]): KeepReason | undefined {
  const reasons = [own, ...others.map(({ keep }) => keep)].filter((reason) => reason !== undefined);
  return (
    reasons.find((reason) => reason.why === "moved" || (reason.why === "replaced" && reason.isManaged)) ?? reasons[0]
  );
}

/**
 * Asks the other processes of the run before an existing object is adopted, once the program is
 * quiet there.
 *
 * @throws EntitlementsError if a resource there has the object, or the records there are not known
 */
export async function askBeforeAdoption(
  context: LocalContext,
  subject: string,
  asked: AskedObject & { readonly id: string },
): Promise<readonly ObjectFacts[]> {
  // Recorded before the question: of two processes that adopt the object, at least one sees both.
  context.declarations[asked.kind].recordCandidate(asked.key, asked.id);
  const others = await ask(context, { ...asked, whenQuiet: true }).catch((error: unknown) => {
    // Without other processes nothing else is adopted by mistake. A delete says what is wrong.
    if (error instanceof UnansweredError && error.isAlone) return [];
    return throwAs(`${subject}: not created`, "alreadyExists")(error);
  });
  assertNotHeld(subject, others);
  return others;
}

/** Throws if a resource of another process has the object that was just created. */
export async function assertOnlyHolder(context: LocalContext, subject: string, asked: AskedObject): Promise<void> {
  assertNotHeld(subject, await findFacts(context, asked));
}

/**
 * Returns the answers about an object where nothing is deleted or adopted, none if one is missing.
 */
export async function findFacts(context: LocalContext, asked: AskedObject): Promise<readonly ObjectFacts[]> {
  return ask(context, asked).catch((error: unknown) => {
    if (error instanceof UnansweredError) return [];
    throw error;
  });
}

/** Resolves once no delete is in flight in another process, as the fact `name` says. */
export async function waitForOthers(
  context: LocalContext,
  name: "isArchiving" | "isDetaching",
  asked: AskedObject,
): Promise<void> {
  while ((await findFacts(context, asked)).some((facts) => facts[name])) await sleep(pollPeriod);
}

/** The account guard has compared the key, so the object is where the key leads. */
function ask(context: LocalContext, asked: AskedObject): Promise<readonly ObjectFacts[]> {
  return context.otherProcesses.ask({ ...asked, ...placeOf(context) });
}

function assertNotHeld(subject: string, others: readonly ObjectFacts[]): void {
  const holder = others.find(({ isHeld }) => isHeld);
  if (holder === undefined) return;
  const other = holder.declaredBy ?? "a resource";
  throw new EntitlementsError(`${subject}: not created, because ${other} of another provider declares it too`, {
    kind: "invalidArgument",
    hint: "Remove one of the two resources, or correct its declaration.",
  });
}

function throwAs(what: string, kind: EntitlementsErrorKind): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof UnansweredError)) throw error;
    const { message, hint, cause } = error;
    throw new EntitlementsError(`${what}, because ${message}`, { kind, hint: `Nothing was changed. ${hint}`, cause });
  };
}
