import type { AdoptionPolicy } from "../../provider/lifecycle/ownership/policy";
import {
  attachmentUrn,
  type DeclaredAttachment,
  type DeclaredFeature,
  declaredPairs,
  type ExistingFeature,
  featureUrn,
  isOf,
  type Program,
} from "./program";

type Which = "feature" | "attachment";

/** A change of the program. Numbers select one of the declared resources. */
export type Edit =
  | {
      readonly edit: "add feature";
      readonly name: string;
      readonly lookupKey: string;
      readonly title: string;
      readonly metadata: Readonly<Record<string, string>>;
      readonly first: boolean;
    }
  | {
      readonly edit: "add attachment";
      readonly name: string;
      readonly feature: number;
      readonly product: string;
      /**
       * Whether the feature is one of those on the server, by its id, instead of a declared one.
       */
      readonly byId: boolean;
    }
  | { readonly edit: "remove"; readonly which: Which; readonly nth: number }
  | {
      readonly edit: "rename";
      readonly which: Which;
      readonly nth: number;
      readonly to: string;
      readonly alias: boolean;
    }
  | { readonly edit: "move"; readonly which: Which; readonly nth: number; readonly to: string; readonly alias: boolean }
  | { readonly edit: "set lookup key"; readonly nth: number; readonly to: string }
  /** Makes the lookup key an output of an earlier feature, or a text again. */
  | { readonly edit: "set key source"; readonly nth: number; readonly of: number | undefined }
  | { readonly edit: "swap lookup keys"; readonly nth: number; readonly with: number }
  | { readonly edit: "set title"; readonly nth: number; readonly to: string }
  | { readonly edit: "set metadata"; readonly nth: number; readonly to: Readonly<Record<string, string>> }
  | { readonly edit: "set product"; readonly nth: number; readonly to: string }
  | { readonly edit: "set feature"; readonly nth: number; readonly to: number }
  | { readonly edit: "set adopt"; readonly which: Which; readonly nth: number; readonly to: AdoptionPolicy | undefined }
  | { readonly edit: "set archiveWhileAttached"; readonly nth: number; readonly to: boolean | undefined }
  | { readonly edit: "set deleteBeforeReplace"; readonly nth: number; readonly to: boolean | undefined };

/**
 * Returns the edited program. Returns the program as it was when the edit would declare an object
 * twice, or there is nothing to edit.
 *
 * @param existing the active features on the server
 */
export function applyEdit(program: Program, edit: Edit, existing: readonly ExistingFeature[]): Program {
  return ifValid(applyUnchecked(program, edit, existing)) ?? program;
}

/** Returns the program without what is stale in it. Undefined when it declares something twice. */
export function ifValid(program: Program): Program | undefined {
  const tidy = withEarlierKeySources(withoutStaleAliases(program));
  return isValid(tidy) ? tidy : undefined;
}

function applyUnchecked(program: Program, edit: Edit, existing: readonly ExistingFeature[]): Program {
  switch (edit.edit) {
    case "add feature":
      return addFeature(program, edit);
    case "add attachment":
      return addAttachment(program, edit, existing);
    case "remove":
      return remove(program, edit);
    case "rename":
      return relocate(program, edit, { name: edit.to });
    case "move":
      return relocate(program, edit, { parent: edit.to });
    case "set lookup key":
      return withFeature(program, edit.nth, { lookupKey: edit.to });
    case "swap lookup keys":
      return swap(program, edit.nth, edit.with);
    case "set key source": {
      const source = edit.of === undefined ? undefined : nth(program.features, edit.of);
      return withFeature(program, edit.nth, { keyFrom: source?.slot });
    }
    case "set title":
      return withFeature(program, edit.nth, { title: edit.to });
    case "set metadata":
      return withFeature(program, edit.nth, { metadata: edit.to });
    case "set product":
      return withAttachment(program, edit.nth, { product: edit.to });
    case "set feature": {
      const feature = nth(program.features, edit.to);
      return feature === undefined ? program : withAttachment(program, edit.nth, { feature: { slot: feature.slot } });
    }
    case "set adopt":
      return edit.which === "feature"
        ? withFeature(program, edit.nth, { adopt: edit.to })
        : withAttachment(program, edit.nth, { adopt: edit.to });
    case "set archiveWhileAttached":
      return withFeature(program, edit.nth, { archiveWhileAttached: edit.to });
    case "set deleteBeforeReplace":
      return withFeature(program, edit.nth, { deleteBeforeReplace: edit.to });
  }
}

function addFeature(program: Program, edit: Edit & { edit: "add feature" }): Program {
  const { name, lookupKey, title, metadata, first } = edit;
  const feature = { slot: freeSlot(program), name, parent: "", aliases: [], lookupKey, title, metadata };
  const features = first ? [feature, ...program.features] : [...program.features, feature];
  return { ...program, features };
}

function addAttachment(
  program: Program,
  { name, feature: index, product, byId }: Edit & { edit: "add attachment" },
  existing: readonly ExistingFeature[],
): Program {
  const declared = nth(program.features, index);
  const feature = byId ? nth(existing, index) : declared && { slot: declared.slot };
  if (feature === undefined) return program;
  const attachment = { slot: freeSlot(program), name, parent: "", aliases: [], feature, product };
  return { ...program, attachments: [...program.attachments, attachment] };
}

/** Removes a resource. A feature is removed together with the attachments that refer to it. */
function remove({ features, attachments }: Program, { which, nth: index }: Edit & { edit: "remove" }): Program {
  if (which === "attachment") {
    const gone = nth(attachments, index);
    return { features, attachments: attachments.filter((each) => each !== gone) };
  }
  const gone = nth(features, index);
  return {
    features: features.filter((each) => each !== gone),
    attachments: attachments.filter((each) => gone === undefined || !isOf(each, gone)),
  };
}

function relocate(
  program: Program,
  { which, nth: index, alias }: { which: Which; nth: number; alias: boolean },
  change: { name?: string; parent?: string },
): Program {
  const old = nth<DeclaredFeature | DeclaredAttachment>(
    which === "feature" ? program.features : program.attachments,
    index,
  );
  if (old === undefined) return program;
  const urn = which === "feature" ? featureUrn(old) : attachmentUrn(old);
  const aliases = alias ? [...old.aliases, urn] : [];
  return which === "feature"
    ? withFeature(program, index, { ...change, aliases })
    : withAttachment(program, index, { ...change, aliases });
}

function swap(program: Program, one: number, other: number): Program {
  const [a, b] = [nth(program.features, one), nth(program.features, other)];
  if (a === undefined || b === undefined) return program;
  const swapped = new Map([
    [a, { ...a, lookupKey: b.lookupKey }],
    [b, { ...b, lookupKey: a.lookupKey }],
  ]);
  return { ...program, features: program.features.map((each) => swapped.get(each) ?? each) };
}

function withFeature(program: Program, index: number, change: Partial<DeclaredFeature>): Program {
  const old = nth(program.features, index);
  return { ...program, features: program.features.map((each) => (each === old ? { ...each, ...change } : each)) };
}

function withAttachment(program: Program, index: number, change: Partial<DeclaredAttachment>): Program {
  const old = nth(program.attachments, index);
  return { ...program, attachments: program.attachments.map((each) => (each === old ? { ...each, ...change } : each)) };
}

/** Returns an element of the list for any index. Undefined only if the list is empty. */
export function nth<T>(list: readonly T[], index: number): T | undefined {
  return list[index % list.length];
}

export function freeSlot({ features, attachments }: Program): number {
  return Math.max(0, ...[...features, ...attachments].map(({ slot }) => slot + 1));
}

/** Removes aliases that are the URN of a declared resource, because the engine rejects them. */
function withoutStaleAliases({ features, attachments }: Program): Program {
  const urns = new Set([...features.map(featureUrn), ...attachments.map(attachmentUrn)]);
  const tidy = <T extends { aliases: readonly string[] }>(each: T): T => ({
    ...each,
    aliases: each.aliases.filter((alias) => !urns.has(alias)),
  });
  return { features: features.map(tidy), attachments: attachments.map(tidy) };
}

/** Makes the lookup keys texts whose feature is not declared before. */
function withEarlierKeySources({ features, attachments }: Program): Program {
  const isEarlier = (slot: number, index: number) => features.slice(0, index).some((each) => each.slot === slot);
  return {
    features: features.map(({ keyFrom, ...each }, index) =>
      keyFrom !== undefined && isEarlier(keyFrom, index) ? { ...each, keyFrom } : each,
    ),
    attachments,
  };
}

function isValid(program: Program): boolean {
  return [
    [...program.features.map(featureUrn), ...program.attachments.map(attachmentUrn)],
    [...program.features, ...program.attachments].flatMap(({ aliases }) => aliases),
    program.features.map(({ lookupKey }) => lookupKey),
    declaredPairs(program).map(({ product, lookupKey }) => `${product} ${lookupKey}`),
  ].every((names) => new Set(names).size === names.length);
}
