import { CliError } from "../cli-error";
import { compare, type KnownFates } from "./changes";
import type { Preview, State } from "./preview-file";
import { catalogNames, listsEverything, nameOf, type PreviewResource, resourcesOf } from "./preview-resources";
import type { DriftedObject, Note, Report } from "./report";
import type { FeatureFacts, PlanFacts, Snapshot } from "./snapshot";

/** Stands for a text that is not known before `up`. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secretText = "[secret]";

type Side = "before" | "after";

/**
 * Returns what a preview changes.
 *
 * @param file its name in messages
 * @throws CliError when it is of a program without features
 */
export function comparePreview(preview: Preview, file: string): Report {
  const isComplete = listsEverything(preview);
  const resources = resourcesOf(preview);
  const notes = messagesOf(preview, new Set(resources.map(({ urn }) => urn)));
  if (resources.length === 0 && isComplete && notes.length === 0) {
    throw new CliError(
      `${file} has no Feature and no ProductFeature of this package`,
      "Check that it is the preview of the program that declares the features.",
    );
  }
  const objects = new Objects(resources);
  const changes = compare(objects.snapshot("before"), objects.snapshot("after"), objects.fates());
  const drifted = objects.drifted(isComplete);
  const drift: readonly Note[] = drifted.length === 0 ? [] : [{ kind: "drift", objects: drifted }];
  return { changes, comparedWith: undefined, notes: [...notes, ...drift], isComplete };
}

/** The objects behind the resources of a preview. */
class Objects {
  readonly #features: readonly PreviewResource[];
  readonly #attachments: readonly PreviewResource[];
  readonly #byUrn: ReadonlyMap<string, PreviewResource>;
  readonly #keyById: ReadonlyMap<string, string>;
  readonly #labels: ReadonlyMap<string, string>;

  constructor(resources: readonly PreviewResource[]) {
    this.#features = resources.filter(({ isFeature }) => isFeature);
    this.#attachments = resources.filter(({ isFeature }) => !isFeature);
    this.#byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    this.#keyById = new Map(resources.flatMap(idsAndKeys));
    this.#labels = labelsOf(this.#attachments);
  }

  snapshot(side: Side): Snapshot {
    const features = this.#features.flatMap((resource) => {
      const state = resource[side];
      return state === undefined ? [] : [[featureKey(resource, state), factsOf(state)] as const];
    });
    const keys = this.#attachedKeys(side);
    const plans = [...this.#labels].map(([id, label]): [string, PlanFacts] => {
      const carried = (keys.get(id) ?? []).map(({ key }) => key).toSorted();
      return [id, { label, carries: new Map(carried.map((key) => [key, undefined])) }];
    });
    return { features: new Map(features.toSorted(([one], [other]) => (one < other ? -1 : 1))), plans: new Map(plans) };
  }

  fates(): KnownFates {
    const keys = (resources: readonly PreviewResource[], side: Side) =>
      new Set(resources.flatMap((each) => (each[side] ? [featureKey(each, each[side])] : [])));
    const [before, after] = [keys(this.#features, "before"), keys(this.#features, "after")];
    const replaced = this.#features.flatMap((each) => {
      if (each.before === undefined || each.after === undefined) return [];
      const [was, is] = [featureKey(each, each.before), featureKey(each, each.after)];
      // A key that another resource has afterwards has only moved.
      return was === is || after.has(was) || before.has(is) ? [] : [[was, is] as const];
    });
    const adopted = this.#features.filter(({ isAdopted }) => isAdopted);
    const released = this.#features.filter(({ isReleased }) => isReleased);
    return { adopted: keys(adopted, "after"), released: keys(released, "before"), replaced: new Map(replaced) };
  }

  /** Returns the objects that the refresh has found changed or not at all. */
  drifted(isComplete: boolean): readonly DriftedObject[] {
    return [...this.#byUrn.values()].flatMap((each): DriftedObject[] => {
      const drift = driftOf(each, isComplete);
      if (drift === undefined || each.recorded === undefined) return [];
      const [key, plan] = each.isFeature
        ? [featureKey(each, each.recorded), undefined]
        : [this.#attachedKey(each, each.recorded, "before"), this.#labels.get(planId(each.urn, each.recorded))];
      return [{ key, plan, drift }];
    });
  }

  /** Returns the lookup keys that are attached on that side, by the id of the plan. */
  #attachedKeys(side: Side) {
    const attached = this.#attachments.flatMap((each) =>
      sidesAttachedOn(side, each).flatMap((from) => {
        const state = each[from];
        return state === undefined
          ? []
          : [{ plan: planId(each.urn, state), key: this.#attachedKey(each, state, from) }];
      }),
    );
    return Map.groupBy(attached, ({ plan }) => plan);
  }

  #attachedKey({ urn }: PreviewResource, { inputs, outputs, propertyDependencies }: State, side: Side): string {
    const known =
      knownText(outputs?.["lookupKey"]) ?? this.#keyById.get(knownText(inputs?.["entitlementFeature"]) ?? "");
    if (known !== undefined) return known;
    const dependencies = propertyDependencies?.["entitlementFeature"] ?? [];
    for (const dependency of dependencies) {
      const feature = this.#byUrn.get(dependency);
      const state = feature?.[side] ?? feature?.after;
      if (feature?.isFeature === true && state) return featureKey(feature, state);
    }
    const [dependency] = dependencies;
    const name = catalogNames(urn)?.key ?? (dependency === undefined ? undefined : nameOf(dependency));
    return name ?? knownText(inputs?.["entitlementFeature"]) ?? nameOf(urn);
  }
}

/**
 * Returns the states whose objects are attached on a side: an adopted attachment was there before,
 * and a released one, also of a replaced resource, is there afterwards.
 */
function sidesAttachedOn(side: Side, { isAdopted, isReleased }: PreviewResource): readonly Side[] {
  const isOnBoth = side === "before" ? isAdopted : isReleased;
  return isOnBoth ? ["before", "after"] : [side];
}

function driftOf({ recorded, before, after, isAdopted }: PreviewResource, isComplete: boolean) {
  if (recorded === undefined || isAdopted) return undefined;
  if (before === undefined) return after !== undefined || isComplete ? "gone" : undefined;
  return sameFacts(recorded, before) ? undefined : "changed";
}

function sameFacts(one: State, other: State): boolean {
  const text = ({ name, metadata }: FeatureFacts) => JSON.stringify([name, Object.entries(metadata).toSorted()]);
  return text(factsOf(one)) === text(factsOf(other));
}

function factsOf({ inputs, outputs }: State): FeatureFacts {
  const { name, metadata } = { ...inputs, ...outputs };
  const entries = Object.entries(typeof metadata === "object" && metadata !== null ? metadata : {});
  return {
    name: shownText(name),
    metadata: Object.fromEntries(entries.toSorted().map(([key, value]) => [key, shownText(value)])),
  };
}

function featureKey({ urn }: PreviewResource, { inputs, outputs }: State): string {
  return knownText(outputs?.["lookupKey"]) ?? knownText(inputs?.["lookupKey"]) ?? nameOf(urn);
}

function idsAndKeys(resource: PreviewResource): readonly (readonly [string, string])[] {
  const states = [resource.recorded, resource.before, resource.after].filter((state) => state !== undefined);
  return states.flatMap((state) => {
    const id = resource.isFeature ? state.id : knownText(state.outputs?.["entitlementFeature"]);
    const key = knownText(state.outputs?.["lookupKey"]);
    return id === undefined || key === undefined ? [] : [[id, key] as const];
  });
}

/** Returns the labels of the plans by their ids, sorted by label. */
function labelsOf(attachments: readonly PreviewResource[]): ReadonlyMap<string, string> {
  const names = new Map<string, Set<string>>();
  for (const { urn, recorded, before, after } of attachments) {
    for (const state of [recorded, before, after].filter((each) => each !== undefined)) {
      const id = planId(urn, state);
      const name = catalogNames(urn)?.plan ?? id;
      names.set(id, (names.get(id) ?? new Set()).add(name));
    }
  }
  const single = new Map([...names].map(([id, all]) => [id, all.size === 1 ? [...all].join("") : id]));
  const count = Map.groupBy(single.values(), (label) => label);
  return new Map(
    [...single]
      .map(([id, label]) => [id, count.get(label)?.length === 1 ? label : `${label} (${id})`] as const)
      .toSorted(([, one], [, other]) => (one < other ? -1 : 1)),
  );
}

/** Returns the id of the product. Where it is not known yet, the name of what it depends on. */
function planId(urn: string, { inputs, propertyDependencies }: State): string {
  const known = knownText(inputs?.["product"]);
  if (known !== undefined) return known;
  const [dependency] = propertyDependencies?.["product"] ?? [];
  return `new product ${nameOf(dependency ?? urn)}`;
}

function knownText(value: unknown): string | undefined {
  return typeof value === "string" && value !== unknownText && value !== secretText ? value : undefined;
}

function shownText(value: unknown): string {
  if (value === unknownText) return "[known after up]";
  return typeof value === "string" ? value : secretText;
}

function messagesOf({ diagnostics }: Preview, urns: ReadonlySet<string>): readonly Note[] {
  const ofSeverity = (severity: string) => (diagnostics ?? []).filter((each) => each.severity === severity);
  const text = (message: string) => message.trim().replace(/^(?:error|warning): /, "");
  const errors = ofSeverity("error").map(({ message }) => text(message));
  const warnings = ofSeverity("warning").filter(({ urn }) => urn !== undefined && urns.has(urn));
  return [
    ...(errors.length === 0 ? [] : [{ kind: "failed", messages: errors } as const]),
    ...warnings.map(({ message }) => ({ kind: "warning", message: text(message) }) as const),
  ];
}
