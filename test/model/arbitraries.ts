import fc from "fast-check";
import { adoptionPolicies } from "../../provider/lifecycle/ownership/policy";
import type { Command, DashboardChange, Destroy, Key, Refresh, Up } from "./commands";
import type { Edit } from "./edits";
import type { InjectedFault } from "./faults";

/** The initial products of each account. */
export const products = ["prod_1", "prod_2", "prod_3"];

// Few values of each, so that collisions are frequent.
const name = fc.constantFrom("a", "b", "c", "d");
const lookupKey = fc.constantFrom("key-1", "key-2", "key-3", "key-4");
const title = fc.constantFrom("One", "Two", "Three");
const metadata = fc.constantFrom<Readonly<Record<string, string>>>({}, { team: "x" }, { team: "y", tier: "1" });
const product = fc.constantFrom(...products);
const parent = fc.constantFrom("", "plans");
const which = fc.constantFrom("feature" as const, "attachment" as const);
const nth = fc.nat(5);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 8, arbitrary: add("add feature", { name, lookupKey, title, metadata, first: fc.boolean() }) },
  { weight: 8, arbitrary: add("add attachment", { name, feature: nth, product }) },
  { weight: 4, arbitrary: add("remove", { which, nth }) },
  { weight: 3, arbitrary: add("rename", { which, nth, to: name, alias: fc.boolean() }) },
  { weight: 2, arbitrary: add("move", { which, nth, to: parent, alias: fc.boolean() }) },
  { weight: 3, arbitrary: add("set lookup key", { nth, to: lookupKey }) },
  { weight: 1, arbitrary: add("swap lookup keys", { nth, with: nth }) },
  { weight: 2, arbitrary: add("set title", { nth, to: title }) },
  { weight: 2, arbitrary: add("set metadata", { nth, to: metadata }) },
  { weight: 2, arbitrary: add("set product", { nth, to: product }) },
  { weight: 1, arbitrary: add("set feature", { nth, to: nth }) },
  { weight: 2, arbitrary: add("set adopt", { which, nth, to: fc.constantFrom(undefined, ...adoptionPolicies) }) },
  { weight: 1, arbitrary: add("set archiveWhileAttached", { nth, to: fc.constantFrom(undefined, true, false) }) },
);

function add<Name extends string, Fields extends object>(
  edit: Name,
  fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> },
): fc.Arbitrary<{ edit: Name } & Fields> {
  return fc.record({ edit: fc.constant(edit), ...fields }) as fc.Arbitrary<{ edit: Name } & Fields>;
}

const dashboardChange: fc.Arbitrary<Command> = fc
  .oneof<fc.Arbitrary<DashboardChange>[]>(
    change("rename", { nth, to: title }),
    change("set metadata", { nth, to: metadata }),
    change("remove marker", { nth }),
    change("set marker of another stack", { nth }),
    change("archive", { nth }),
    change("attach", { nth, product }),
    change("detach", { nth }),
    change("delete product", { product }),
    change("create product", { product }),
    change("create feature", { lookupKey, marker: fc.constantFrom(undefined, "other/dev/a") }),
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
  parallel: rarely(1, fc.constant(4), 4),
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
};

const up: fc.Arbitrary<Up> = fc.record({
  command: fc.constant("up" as const),
  refresh: fc.boolean(),
  continueOnError: rarely(false, fc.constant(true), 5),
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
function rarely<T>(usual: T, other: fc.Arbitrary<T>, chance: number): fc.Arbitrary<T> {
  return fc.oneof({ weight: chance - 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      command: fc.constant("edit" as const),
      edits: fc.array(edit, { minLength: 1, maxLength: 4, size: "max" }),
    }),
  },
  { weight: 12, arbitrary: up },
  { weight: 5, arbitrary: dashboardChange },
  { weight: 1, arbitrary: refresh },
  { weight: 1, arbitrary: destroy },
  { weight: 1, arbitrary: fc.constant<Command>({ command: "lose the state" }) },
);

/** The commands of a stack's life, from the first program to the last. */
export const histories = fc.array(command, { minLength: 3, maxLength: 16, size: "max" });

export type EditOrDashboardChange = Command & { readonly command: "edit" | "dashboard change" };

const edits: fc.Arbitrary<EditOrDashboardChange> = fc.record({
  command: fc.constant("edit" as const),
  edits: fc.array(edit, { minLength: 3, maxLength: 6, size: "max" }),
});

/**
 * Histories for the real engine, which takes seconds for each `up`: the commands before each of two
 * of them.
 */
export const quietHistories = fc.array(fc.tuple(edits, dashboardChange as fc.Arbitrary<EditOrDashboardChange>), {
  minLength: 2,
  maxLength: 2,
  size: "max",
});
