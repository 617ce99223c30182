import { EntitlementsError, type EntitlementsErrorKind, isEntitlementsError } from "../lifecycle/errors";
import type { CheckFailure, CheckResult, ReadResult } from "../lifecycle/resource-rules";
import { type DetailedDiff, Provider } from "./provider";
import { typeOf } from "./urn";
import type { Properties } from "./wire";

/** The inputs that only a state holds. */
const inputsOfState = ["adopt", "archiveWhileAttached"];

const outcomeUnknown = "It is unknown whether Stripe applied the request. List the objects before you run it again.";

/** Hints in place of those for programs. */
const hints: Readonly<Partial<Record<EntitlementsErrorKind, string>>> = {
  authentication: "Set a valid key in STRIPE_API_KEY.",
  invalidRequest: "Change the command as Stripe's message says.",
  idempotency: "Wait a minute and run the command again.",
  rateLimit: "Other programs send requests to this account, too. Run the command again later.",
  lockTimeout: "Run the command again.",
  api: outcomeUnknown,
  connection: `Check the network and the proxy variables. ${outcomeUnknown}`,
  alreadyExists: "Without a stack, a create adopts nothing: use the existing object by its id.",
  stillAttached:
    "Detach it there first. To archive it while it is attached, set STRIPE_ENTITLEMENTS_ARCHIVE_WHILE_ATTACHED=true for " +
    "this command.",
};

/**
 * The provider of `pulumi do --stateless`, which has neither a program nor a state. It changes no
 * feature with a marker, and detaches none.
 *
 * The command reads an object before it compares or deletes it. It ignores that a comparison asks
 * for a replacement, and updates, so `diff` throws then. The user confirms the change after the
 * comparison, so a marker that a stack writes in between is not seen.
 */
export class ProviderWithoutStack extends Provider {
  override check(urn: string, olds: Properties, news: Properties): CheckResult {
    const { inputs, failures } = super.check(urn, olds, news);
    return { inputs, failures: [...failures, ...stateFailures(news)] };
  }

  override diff(urn: string, id: string, olds: Properties, news: Properties): DetailedDiff {
    assertNotOwned(`${subjectOf(urn, id)}: not changed`, olds, "Change it in the program of that stack.");
    const result = super.diff(urn, id, olds, news);
    if (result.replaces.length > 0) throw notChangeable(subjectOf(urn, id), result.replaces);
    return result;
  }

  override previewCreate(urn: string, inputs: Properties): Promise<object> {
    return super.previewCreate(urn, inputs).catch(rethrowWithOwnHint);
  }

  override create(urn: string, inputs: Properties): Promise<{ id: string; outs: Properties }> {
    return super.create(urn, inputs).catch(rethrowWithOwnHint);
  }

  /** No read is for an import, because there is no state to import into. */
  override read(urn: string, id: string, state: Properties): Promise<ReadResult<Properties, Properties> | undefined> {
    return super.read(urn, id, state).catch(rethrowWithOwnHint);
  }

  override update(urn: string, id: string, olds: Properties, news: Properties): Promise<Properties> {
    return super.update(urn, id, olds, news).catch(rethrowWithOwnHint);
  }

  override async delete(urn: string, id: string, state: Properties): Promise<void> {
    const way = "Remove it from the program of that stack. If no program declares it, use the Stripe Dashboard.";
    assertNotOwned(`${subjectOf(urn, id)}: not deleted`, state, way);
    await super.delete(urn, id, state).catch(rethrowWithOwnHint);
  }
}

function subjectOf(urn: string, id: string): string {
  return `${typeOf(urn).split(":").at(-1)} (${id})`;
}

/** @param state as a read without a state has returned it */
function assertNotOwned(what: string, { marker, featureOwner }: Properties, way: string): void {
  const owner = marker ?? featureOwner;
  if (owner === undefined) return;
  const why = marker === undefined ? `its feature belongs to ${owner}` : `it belongs to ${owner}`;
  throw new EntitlementsError(`${what}, because ${why}, as the metadata says`, {
    kind: "invalidArgument",
    hint: `Nothing was changed. ${way}`,
  });
}

function notChangeable(subject: string, properties: readonly string[]): EntitlementsError {
  return new EntitlementsError(`${subject}: ${properties.join(" and ")} cannot be changed`, {
    kind: "invalidArgument",
    hint: "Nothing was changed. Create a new object, and delete this one.",
  });
}

function stateFailures(news: Properties): readonly CheckFailure[] {
  const given = inputsOfState.filter((property) => property in news);
  return given.map((property) => ({ property, reason: "has no effect without a stack" }));
}

/** Throws the error with what a user can do where there is no program. */
function rethrowWithOwnHint(error: unknown): never {
  if (!isEntitlementsError(error)) throw error;
  const { message, kind, requestId } = error;
  const hint = hints[kind];
  if (hint === undefined) throw error;
  throw new EntitlementsError(message, { kind, requestId, hint, cause: error });
}
