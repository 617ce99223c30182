import fc from "fast-check";
import { type AdoptionPolicy, adoptionPolicies } from "../../provider/lifecycle/ownership/policy";
import {
  type Command,
  type DashboardChange,
  type DashboardCommand,
  type Destroy,
  type Import,
  type Key,
  type Move,
  type Refresh,
  type StackCommand,
  type StackIndex,
  type Up,
  undisturbed,
} from "./commands";
import type { Edit } from "./edits";
import type { InjectedFault } from "./faults";
import { ownerOf, type StackSettings, stackNames } from "./program";

/** The initial products of each account. */
export const products = ["prod_1", "prod_2", "prod_3"];

// Few values of each, so that collisions are frequent.
export const name = fc.constantFrom("a", "b", "c", "d");
const lookupKey = fc.constantFrom("key-1", "key-2", "key-3", "key-4");
const title = fc.constantFrom("One", "Two", "Three");
const metadata = fc.constantFrom<Readonly<Record<string, string>>>({}, { team: "x" }, { team: "y", tier: "1" });
const product = fc.constantFrom(...products);
const parent = fc.constantFrom("", "plans");
const which = fc.constantFrom("feature" as const, "attachment" as const);
export const nth = fc.nat(5);

/** @param byId whether attachments may name features by their ids */
export const editWith = (byId: fc.Arbitrary<boolean>): fc.Arbitrary<Edit> =>
  fc.oneof(
    { weight: 8, arbitrary: add("add feature", { name, lookupKey, title, metadata, first: fc.boolean() }) },
    { weight: 8, arbitrary: add("add attachment", { name, feature: nth, product, byId }) },
    { weight: 4, arbitrary: add("remove", { which, nth }) },
    { weight: 3, arbitrary: add("rename", { which, nth, to: name, alias: fc.boolean() }) },
    { weight: 2, arbitrary: add("move", { which, nth, to: parent, alias: fc.boolean() }) },
    { weight: 3, arbitrary: add("set lookup key", { nth, to: lookupKey }) },
    { weight: 1, arbitrary: add("swap lookup keys", { nth, with: nth }) },
    { weight: 1, arbitrary: add("set key source", { nth, of: fc.option(nth, { nil: undefined }) }) },
    { weight: 2, arbitrary: add("set title", { nth, to: title }) },
    { weight: 2, arbitrary: add("set metadata", { nth, to: metadata }) },
    { weight: 2, arbitrary: add("set product", { nth, to: product }) },
    { weight: 1, arbitrary: add("set feature", { nth, to: nth }) },
    { weight: 2, arbitrary: add("set adopt", { which, nth, to: fc.constantFrom(undefined, ...adoptionPolicies) }) },
    { weight: 1, arbitrary: add("set archiveWhileAttached", { nth, to: fc.constantFrom(undefined, true, false) }) },
    { weight: 1, arbitrary: add("set deleteBeforeReplace", { nth, to: fc.constantFrom(undefined, true) }) },
  );

function add<Name extends string, Fields extends object>(
  edit: Name,
  fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> },
): fc.Arbitrary<{ edit: Name } & Fields> {
  return fc.record({ edit: fc.constant(edit), ...fields }) as fc.Arbitrary<{ edit: Name } & Fields>;
}

const foreignMarker = fc.constantFrom(undefined, "other/dev/a");

/** Markers of the two stacks, also such that no resource of theirs writes, and of a third stack. */
export const anyMarker = fc.oneof(
  foreignMarker,
  fc.tuple(fc.constantFrom(...stackNames), name).map(([stack, resource]) => ownerOf(stack, { name: resource })),
);

export const dashboardChangeWith = (marker: fc.Arbitrary<string | undefined>): fc.Arbitrary<DashboardCommand> =>
  fc
    .oneof<fc.Arbitrary<DashboardChange>[]>(
      change("rename", { nth, to: title }),
      change("set metadata", { nth, to: metadata }),
      change("set marker", { nth, to: marker }),
      change("set marker", { nth, to: marker }),
      change("archive", { nth }),
      change("attach", { nth, product }),
      change("detach", { nth }),
      change("delete product", { product }),
      change("create product", { product }),
      change("create feature", { lookupKey, marker }),
    )
    .map((fields) => ({ command: "dashboard change", ...fields }));

function change<Name extends string, Fields extends object>(
  change: Name,
  fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> },
): fc.Arbitrary<{ change: Name } & Fields> {
  return fc.record({ change: fc.constant(change), ...fields }) as fc.Arbitrary<{ change: Name } & Fields>;
}

const fault: fc.Arbitrary<InjectedFault> = fc.record({
  kind: fc.constantFrom(
    ...([
      "dropped before",
      "dropped after",
      "cut",
      "500 before",
      "500 after",
      "500 kept",
      "429",
      "lock_timeout",
    ] as const),
  ),
  skip: fc.nat(8),
  times: fc.integer({ min: 1, max: 4 }),
});

const deploying = {
  key: rarely<Key>("right", fc.constantFrom("other account", "other mode"), 8),
  parallel: rarely(1, fc.constant(4), 2),
  checkpoints: rarely(true, fc.constant(false), 3),
  faults: rarely<readonly InjectedFault[]>([], fc.array(fault, { minLength: 1, maxLength: 2 }), 4),
  kill: rarely(
    undefined,
    fc.record({
      request: fc.integer({ min: 1, max: 16 }),
      moment: fc.constantFrom("before" as const, "after" as const),
    }),
    4,
  ),
  latency: rarely(false, fc.constant(true), 6),
  order: fc.nat(7),
  continueOnError: rarely(false, fc.constant(true), 5),
};

const up: fc.Arbitrary<Up> = fc.record({
  command: fc.constant("up" as const),
  refresh: fc.boolean(),
  deleteFirst: rarely(false, fc.constant(true), 5),
  replace: rarely<readonly number[]>([], fc.array(nth, { minLength: 1, maxLength: 2 }), 5),
  ...deploying,
});

const refresh: fc.Arbitrary<Refresh> = fc.record({ command: fc.constant("refresh" as const), ...deploying });

const destroy: fc.Arbitrary<Destroy> = fc.record({
  command: fc.constant("destroy" as const),
  refresh: fc.boolean(),
  ...deploying,
});

/**
 * Generates the usual value, and another one with probability 1 / `chance`. Shrinks to the usual
 * value.
 */
export function rarely<T>(usual: T, other: fc.Arbitrary<T>, chance: number): fc.Arbitrary<T> {
  return fc.oneof({ weight: chance - 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

export const importing: fc.Arbitrary<Import> = fc.record({
  command: fc.constant("import" as const),
  which,
  nth,
  name,
  declare: rarely(true, fc.constant(false), 4),
});

export const move: fc.Arbitrary<Move> = fc.record({
  command: fc.constant("move" as const),
  which: fc.constantFrom("feature" as const, "attachment" as const, "feature and attachments" as const),
  nth,
});

const edits = (one: fc.Arbitrary<Edit>, minLength: number, maxLength: number) =>
  fc.record({ command: fc.constant("edit" as const), edits: fc.array(one, { minLength, maxLength, size: "max" }) });

const anyEdit = editWith(rarely(false, fc.constant(true), 3));

const stackCommand: fc.Arbitrary<StackCommand> = fc.oneof(
  { weight: 10, arbitrary: edits(anyEdit, 1, 4) },
  { weight: 12, arbitrary: up },
  { weight: 2, arbitrary: refresh },
  { weight: 2, arbitrary: destroy },
  { weight: 1, arbitrary: fc.constant<StackCommand>({ command: "lose the state" }) },
  { weight: 1, arbitrary: fc.constant<StackCommand>({ command: "revert" }) },
  { weight: 2, arbitrary: importing },
  { weight: 2, arbitrary: move },
);

function onStack(arbitrary: fc.Arbitrary<StackCommand>): fc.Arbitrary<Command> {
  return fc.tuple(rarely<StackIndex>(0, fc.constant(1), 3), arbitrary).map(([stack, fields]) => ({ stack, ...fields }));
}

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: onStack(stackCommand) },
  { weight: 1, arbitrary: dashboardChangeWith(anyMarker) },
);

export const settings = fc.record({
  ownership: rarely<StackSettings["ownership"]>("metadata", fc.constant("none"), 4),
  adopt: rarely<StackSettings["adopt"]>("owned", fc.constantFrom("unowned", "any", "never"), 3),
  adapter: fc.constantFrom<NonNullable<StackSettings["adapter"]>>("dynamic", "plugin"),
});

/**
 * The settings of two stacks, and the commands of their life from the first program to the last.
 */
export interface RandomHistory {
  readonly settings: readonly Omit<StackSettings, "name">[];
  readonly commands: readonly Command[];
}

export const histories: fc.Arbitrary<RandomHistory> = fc.record({
  settings: fc.array(settings, { minLength: stackNames.length, maxLength: stackNames.length }),
  commands: fc.array(command, { minLength: 3, maxLength: 20, size: "max" }),
});

const renameEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: add("rename", { which, nth, to: name, alias: fc.constant(false) }) },
  { weight: 2, arbitrary: add("move", { which, nth, to: parent, alias: fc.constant(false) }) },
  { weight: 3, arbitrary: add("set lookup key", { nth, to: lookupKey }) },
  { weight: 4, arbitrary: add("swap lookup keys", { nth, with: nth }) },
  { weight: 2, arbitrary: add("set key source", { nth, of: fc.option(nth, { nil: undefined }) }) },
  { weight: 2, arbitrary: add("set product", { nth, to: product }) },
  { weight: 1, arbitrary: add("set feature", { nth, to: nth }) },
);

/** Two features, and up to four attachments of them. */
const firstProgram: fc.Arbitrary<readonly Edit[]> = fc
  .tuple(
    fc.constantFrom("a", "b", "c"),
    fc.array(add("add attachment", { name, feature: nth, product, byId: fc.constant(false) }), { maxLength: 4 }),
  )
  .map(([other, attachments]) => [
    ...["d", other].map(
      (each, index): Edit => ({
        edit: "add feature",
        name: each,
        lookupKey: `key-${index + 1}`,
        title: "One",
        metadata: {},
        first: false,
      }),
    ),
    ...attachments,
  ]);

const plainUp: Up = { command: "up", refresh: false, deleteFirst: false, replace: [], ...undisturbed };

/** One stack with markers, whose resources and keys change places. Runs are killed and repeated. */
export const renameHistories: fc.Arbitrary<RandomHistory> = fc.record({
  settings: fc
    .constantFrom<AdoptionPolicy>("owned", "unowned", "any")
    .map((adopt) => stackNames.map(() => ({ ownership: "metadata", adopt }) as const)),
  commands: fc
    .tuple(
      firstProgram,
      fc.array(
        fc.tuple(
          fc.oneof(
            { weight: 3, arbitrary: edits(renameEdit, 1, 3) },
            { weight: 1, arbitrary: fc.constant<StackCommand>({ command: "revert" }) },
          ),
          fc
            .tuple(up, fc.boolean())
            .map(([each, deleteFirst]): Up => ({ ...each, key: "right", replace: [], deleteFirst })),
        ),
        { minLength: 1, maxLength: 6, size: "max" },
      ),
    )
    .map(([first, rounds]) =>
      [{ command: "edit" as const, edits: first }, plainUp, ...rounds.flat()].map((each) => ({
        stack: 0 as const,
        ...each,
      })),
    ),
});

const undisturbedUp: fc.Arbitrary<Up> = up.map((each) => ({ ...each, key: "right", faults: [], kill: undefined }));

/**
 * Histories with many adoptions and rejections, and with previews before nearly each `up`: states
 * are lost, people create objects, few runs are disturbed.
 */
export const undisturbedHistories: fc.Arbitrary<RandomHistory> = fc.record({
  settings: fc.array(settings, { minLength: stackNames.length, maxLength: stackNames.length }),
  commands: fc.array(
    fc.oneof(
      { weight: 10, arbitrary: onStack(edits(anyEdit, 1, 4)) },
      { weight: 10, arbitrary: onStack(undisturbedUp) },
      { weight: 1, arbitrary: onStack(up) },
      { weight: 2, arbitrary: onStack(fc.constant({ command: "lose the state" })) },
      { weight: 1, arbitrary: onStack(importing) },
      { weight: 1, arbitrary: onStack(move) },
      { weight: 4, arbitrary: dashboardChangeWith(anyMarker) },
    ),
    { minLength: 3, maxLength: 16, size: "max" },
  ),
});

export type EditOrDashboardChange = (StackCommand & { readonly command: "edit" }) | DashboardCommand;

/**
 * Histories for the real engine, which takes seconds for each `up`: the commands before each of two
 * of them.
 */
export const quietHistories = fc.array(
  fc.tuple<EditOrDashboardChange[]>(edits(editWith(fc.constant(false)), 3, 6), dashboardChangeWith(foreignMarker)),
  { minLength: 2, maxLength: 2, size: "max" },
);
