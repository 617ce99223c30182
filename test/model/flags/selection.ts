import { isDeepStrictEqual } from "node:util";
import {
  attachmentUrn,
  type DeclaredAttachment,
  type DeclaredFeature,
  featureUrn,
  findFeature,
  lookupKeyOf,
  type Program,
} from "../program";
import { findCurrent, type State } from "../resource";
import type { ServerView } from "../server-view";

/** The part of a stack that a command may change, because of `--target` or `--exclude`. */
export class Selection {
  constructor(
    /** URNs. */
    private readonly selected: ReadonlySet<string>,
    private readonly program: Program,
    private readonly state: State,
  ) {}

  has(urn: string): boolean {
    return this.selected.has(urn);
  }

  /** Changes of objects that belong to no selected resource. */
  violations(before: ServerView, after: ServerView): string[] {
    const ids = new Set(this.state.filter(({ urn }) => this.has(urn)).map(({ id }) => id));
    const keys = new Set(this.#features.map(({ lookupKey }) => lookupKey));
    const pairs = new Set(this.#attachments.map((each) => `${each.product} ${lookupKeyOf(this.program, each)}`));
    const features = [...after.features.values()].filter((now) => !isDeepStrictEqual(now, before.features.get(now.id)));
    const attachments = [
      ...[...before.attachments.values()].filter(({ id }) => !after.attachments.has(id)),
      ...[...after.attachments.values()].filter(({ id }) => !before.attachments.has(id)),
    ];
    return [
      ...features
        .filter(({ id, lookup_key }) => !ids.has(id) && !keys.has(lookup_key))
        .map(({ id, lookup_key }) => `feature ${lookup_key} (${id}) was changed, but is not selected`),
      ...attachments
        .filter(({ id, product, feature }) => !ids.has(id) && !pairs.has(`${product} ${feature.lookup_key}`))
        .map(({ id, product, feature }) => `attachment ${id} of ${feature.lookup_key} to ${product} is not selected`),
    ];
  }

  get #features(): DeclaredFeature[] {
    return this.program.features.filter((each) => this.has(featureUrn(each)));
  }

  get #attachments(): DeclaredAttachment[] {
    return this.program.attachments.filter((each) => this.has(attachmentUrn(each)));
  }
}

/**
 * Returns the URNs with those of all resources that depend on them, in the program or in the state.
 */
export function withDependents(urns: ReadonlySet<string>, program: Program, state: State): ReadonlySet<string> {
  const declared = program.attachments.filter((each) => {
    const feature = findFeature(program, each);
    return feature !== undefined && urns.has(featureUrn(feature));
  });
  const held = state.filter(({ dependencies }) => dependencies.some((each) => urns.has(each)));
  return new Set([...urns, ...declared.map(attachmentUrn), ...held.map(({ urn }) => urn)]);
}

/** Returns what the program declares and the state holds unchanged: no command may interrupt it. */
export function settledPart(program: Program, state: State, { features, attachments }: ServerView): Program {
  return {
    features: program.features.filter((declared) => {
      const feature = features.get(findCurrent(state, featureUrn(declared))?.id ?? "");
      return feature?.active && feature.lookup_key === declared.lookupKey;
    }),
    attachments: program.attachments.flatMap((declared) => {
      const attached = attachments.get(findCurrent(state, attachmentUrn(declared))?.id ?? "");
      const lookupKey = lookupKeyOf(program, declared);
      const isAsDeclared = attached?.product === declared.product && attached.feature.lookup_key === lookupKey;
      return isAsDeclared ? [{ ...declared, feature: { id: attached.feature.id, lookupKey } }] : [];
    }),
  };
}
