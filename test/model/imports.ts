import type { Account } from "./account";
import type { Import } from "./commands";
import { freeSlot, ifValid, nth } from "./edits";
import { isForeign } from "./markers";
import type { ModelStack } from "./model-stack";
import {
  attachmentUrn,
  type DeclaredAttachment,
  type DeclaredFeature,
  declaredPairs,
  featureUrn,
  type Program,
} from "./program";
import { findCurrent, plainResource, type Resource } from "./resource";
import type { ServerView } from "./server-view";

type Imported = Pick<Resource, "type" | "urn" | "id" | "outputs"> & { readonly program: Program };

/**
 * Writes an existing object into the state, as `pulumi import --file` does: without properties,
 * except for the product of an attachment. Does nothing if the state has its URN or id.
 */
export function importObject(stack: ModelStack, account: Account, command: Import): void {
  const { view } = account;
  const imported = planImport(stack, view, command);
  if (imported === undefined) return;
  const { program, ...resource } = imported;
  stack.program = program;
  stack.state = [...stack.state, { ...plainResource, ...resource, inputs: resource.outputs }];
  const feature = view.features.get(resource.id);
  if (feature !== undefined && !isForeign(stack.settings, feature)) stack.managed.add(resource.id);
  if (command.which === "attachment") stack.claims.share(resource.id);
  stack.unrecorded.delete(resource.id);
  stack.isStale = true;
}

/** Returns what is imported. Undefined if there is nothing, or the state has its URN or id. */
export function planImport(stack: ModelStack, view: ServerView, command: Import): Imported | undefined {
  const imported =
    command.which === "feature" ? importFeature(stack, view, command) : importAttachment(stack, view, command);
  return stack.state.some(({ urn, id }) => urn === imported?.urn || id === imported?.id) ? undefined : imported;
}

function importFeature({ program }: ModelStack, { features }: ServerView, command: Import): Imported | undefined {
  const feature = nth(
    [...features.values()].filter(({ active }) => active),
    command.nth,
  );
  if (feature === undefined) return undefined;
  const { id, lookup_key: lookupKey, name: title } = feature;
  const known = program.features.find((each) => each.lookupKey === lookupKey);
  const declared: DeclaredFeature = known ?? { ...newDeclaration(program, command), lookupKey, title, metadata: {} };
  const added = { ...program, features: [...program.features, declared] };
  const changed = known === undefined && command.declare ? ifValid(added) : program;
  return changed && { type: "Feature", urn: featureUrn(declared), id, outputs: {}, program: changed };
}

function importAttachment(
  { program, state }: ModelStack,
  { attachments }: ServerView,
  command: Import,
): Imported | undefined {
  const attachment = nth([...attachments.values()], command.nth);
  if (attachment === undefined) return undefined;
  const { id, product, feature } = attachment;
  const { lookup_key: lookupKey } = feature;
  const pairs = declaredPairs(program);
  const known = program.attachments.find(
    (_, index) => pairs[index]?.product === product && pairs[index].lookupKey === lookupKey,
  );
  const own = program.features.find((each) => findCurrent(state, featureUrn(each))?.id === feature.id);
  const reference = own === undefined ? { id: feature.id, lookupKey } : { slot: own.slot };
  const declared: DeclaredAttachment = known ?? { ...newDeclaration(program, command), feature: reference, product };
  const added = { ...program, attachments: [...program.attachments, declared] };
  const changed = known === undefined && command.declare ? ifValid(added) : program;
  return (
    changed && { type: "ProductFeature", urn: attachmentUrn(declared), id, outputs: { product }, program: changed }
  );
}

function newDeclaration(program: Program, { name }: Import) {
  return { slot: freeSlot(program), name, parent: "", aliases: [] };
}
