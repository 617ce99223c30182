import { z } from "zod";
import { isRefusal } from "../stripe/errors";
import type { StripeFeature } from "../stripe/schemas";
import { checkAgainst, text } from "./check";
import type { Connection } from "./connection";
import { about, EntitlementsError, explained, PartialUpdateError } from "./errors";
import { type Home, refuseMissing } from "./guard";
import { changeTo, fromWire, type Metadata, ownerKey, sameMetadata, toWire } from "./metadata";
import type { CheckFailure, CheckOptions, CheckResult, DiffResult } from "./rules";

/** Of lookup keys and names, in characters [spec]. */
const maxTextLength = 80;
/** Of metadata [docs]. */
const maxKeys = 50;
const maxKeyLength = 40;
const maxValueLength = 500;

/** A feature as declared. */
export interface FeatureInputs {
  readonly lookupKey: string;
  readonly name: string;
  readonly metadata?: Metadata;
  /** `<project>/<stack>/<resource name>`; absent where the stack writes no marker. */
  readonly owner?: string;
}

/** A feature as kept in the state. */
export interface FeatureState extends FeatureInputs, Home {
  readonly metadata: Metadata;
  readonly active: boolean;
  readonly livemode: boolean;
}

const metadataRules = z
  .record(
    z
      .string()
      .min(1, "a key must not be empty")
      .refine((key) => [...key].length <= maxKeyLength, `a key must not be longer than ${maxKeyLength} characters`)
      .regex(/^[^[\]]*$/, "a key must not contain [ or ]")
      .refine((key) => key !== ownerKey, "this key is the provider's own"),
    // Stripe takes an empty value as the wish to unset the key [spec].
    text(maxValueLength),
    { error: "must be a map of strings" },
  )
  .optional();

const featureRules = z.strictObject({
  lookupKey: text(maxTextLength),
  name: text(maxTextLength),
  metadata: metadataRules,
  owner: text(maxValueLength).optional(),
});

export function check(news: Readonly<Record<string, unknown>>, { ownership }: CheckOptions): CheckResult {
  const { owner, ...declared } = news;
  const { inputs, failures } = checkAgainst(featureRules, ownership === "none" ? declared : { ...declared, owner });
  return { inputs, failures: [...failures, ...tooManyKeys(inputs)] };
}

function tooManyKeys({ metadata, owner }: Record<string, unknown>): CheckFailure[] {
  if (typeof metadata !== "object") return [];
  const count = Object.keys(metadata ?? {}).length;
  const room = owner === undefined ? maxKeys : maxKeys - 1;
  if (count <= room) return [];
  const why = room < maxKeys ? `: Stripe keeps ${maxKeys}, and one of them is the provider's marker ${ownerKey}` : "";
  return [{ property: "metadata", reason: `has ${count} keys, at most ${room} fit${why}` }];
}

export function diff(olds: FeatureState, news: FeatureInputs): DiffResult {
  const replaced = olds.lookupKey !== news.lookupKey;
  const edited = olds.name !== news.name || !sameMetadata(olds.metadata, news.metadata) || olds.owner !== news.owner;
  return {
    changes: replaced || edited,
    // Stripe has no update of a lookup key [spec].
    replaces: replaced ? ["lookupKey"] : [],
    // With another key the new feature can be made first, so that customers are never without it. A replacement that is
    // forced upon the same key has to archive first: a key is unique among active features [docs].
    deleteBeforeReplace: !replaced,
  };
}

export async function create(
  connection: Connection,
  inputs: FeatureInputs,
): Promise<{ id: string; outs: FeatureState }> {
  const subject = `Feature "${inputs.lookupKey}"`;
  return about(subject, async () => {
    const account = await connection.guard.admit(subject);
    const { lookupKey, name } = inputs;
    const metadata = toWire(inputs.metadata, inputs.owner);
    try {
      const feature = await connection.stripe.createFeature({ lookupKey, name, metadata });
      return { id: feature.id, outs: stateOf(feature, account) };
    } catch (error) {
      if (isRefusal(error)) await refuseTakenKey(connection, subject, lookupKey);
      throw error;
    } finally {
      connection.snapshot.forgetFeatures();
    }
  });
}

/** What Stripe answers to a lookup key that is taken is not published: the list of features tells. */
async function refuseTakenKey({ stripe }: Connection, subject: string, lookupKey: string): Promise<void> {
  for await (const taken of stripe.activeFeatures({ lookupKey })) {
    const { owner } = fromWire(taken.metadata);
    const whose = owner === undefined ? "not made by this provider" : `made by ${owner}`;
    throw new EntitlementsError(
      `${subject}: an active feature has this lookup key already: ${taken.id} "${taken.name}", ${whose}`,
      {
        hint: "Choose another lookupKey, archive that feature if nobody needs it, or import it (see Importing in the README).",
      },
    );
  }
}

export async function read(connection: Connection, id: string, state: Partial<FeatureState>) {
  const subject = subjectOf(id, state);
  return about(subject, async () => {
    const account = await connection.guard.admitKnown(subject, state);
    const feature = await connection.snapshot.findFeature(id);
    if (!feature?.active) refuseMissing(subject, state);
    if (feature === undefined) {
      connection.say(`${subject} does not exist any more. If it is still declared, \`pulumi up\` makes it anew.`);
      return undefined;
    }
    if (!feature.active) {
      connection.say(
        `${subject} was archived outside Pulumi, which is final. If it is still declared, \`pulumi up\` makes a new ` +
          "feature with the same lookup key and moves the attachments to it.",
      );
      return undefined;
    }
    const props = stateOf(feature, account);
    return { id, props, inputs: inputsOf(props) };
  });
}

export async function update(
  connection: Connection,
  id: string,
  olds: FeatureState,
  news: FeatureInputs,
): Promise<FeatureState> {
  const subject = subjectOf(id, news);
  return about(subject, async () => {
    const account = await connection.guard.admit(subject, olds);
    try {
      return await converge(connection, id, olds, news, account);
    } catch (error) {
      if (isRefusal(error)) await refuseGone(connection, subject, id);
      throw error;
    } finally {
      connection.snapshot.forgetFeatures();
    }
  });
}

/**
 * One request where Stripe holds what the state says. The answer shows the metadata as it is now: keys that somebody has added
 * since are taken away by a second one.
 */
async function converge(
  { stripe }: Connection,
  id: string,
  olds: FeatureState,
  news: FeatureInputs,
  account: string | undefined,
) {
  const wanted = toWire(news.metadata, news.owner);
  const change = changeTo(wanted, toWire(olds.metadata, olds.owner));
  const answer = await stripe.updateFeature(id, { name: news.name, metadata: change });
  if (sameMetadata(answer.metadata, wanted)) return stateOf(answer, account);
  try {
    return stateOf(await stripe.updateFeature(id, { metadata: changeTo(wanted, answer.metadata) }), account);
  } catch (error) {
    throw new PartialUpdateError({ ...stateOf(answer, account) }, explained(subjectOf(id, news), error));
  }
}

async function refuseGone({ stripe }: Connection, subject: string, id: string): Promise<void> {
  const gone = await fate(stripe, id);
  if (gone === undefined) return;
  throw new EntitlementsError(`${subject}: ${gone} outside Pulumi, so it cannot be changed`, {
    hint: "Run `pulumi up --refresh`: it makes a new feature with the same lookup key and moves the attachments to it.",
  });
}

async function remove(connection: Connection, id: string, state: FeatureState): Promise<void> {
  const subject = subjectOf(id, state);
  await about(subject, async () => {
    await connection.guard.admit(subject, state);
    try {
      await connection.stripe.archiveFeature(id);
    } catch (error) {
      if (!isRefusal(error) || (await fate(connection.stripe, id)) === undefined) throw error;
    } finally {
      connection.snapshot.forgetFeatures();
    }
  });
}

export { remove as delete };

/** What became of the feature; undefined while it is active. */
async function fate(stripe: Connection["stripe"], id: string): Promise<"archived" | "deleted" | undefined> {
  try {
    const { active } = await stripe.retrieveFeature(id);
    return active ? undefined : "archived";
  } catch (error) {
    if (isRefusal(error) && error.kind === "missing") return "deleted";
    throw error;
  }
}

function stateOf(feature: StripeFeature, account: string | undefined): FeatureState {
  return {
    lookupKey: feature.lookup_key,
    name: feature.name,
    ...fromWire(feature.metadata),
    active: feature.active,
    livemode: feature.livemode,
    ...(account !== undefined && { account }),
  };
}

function inputsOf({ lookupKey, name, metadata, owner }: FeatureState): FeatureInputs {
  return {
    lookupKey,
    name,
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(owner !== undefined && { owner }),
  };
}

function subjectOf(id: string, { lookupKey }: Partial<FeatureInputs>): string {
  return lookupKey === undefined ? `Feature ${id}` : `Feature "${lookupKey}" (${id})`;
}
