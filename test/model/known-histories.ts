import type { RandomHistory } from "./arbitraries";
import {
  type Command,
  type Destroy,
  type Refresh,
  type StackCommand,
  type StackIndex,
  type Up,
  undisturbed,
} from "./commands";
import type { Edit } from "./edits";
import type { StackSettings } from "./program";

const plain = { ownership: "metadata", adopt: "owned" } as const;

const on = (stack: StackIndex, command: StackCommand): Command => ({ stack, ...command });
const edit = (stack: StackIndex, ...edits: Edit[]) => on(stack, { command: "edit", edits });
const up = (stack: StackIndex, options: Partial<Up> = {}) =>
  on(stack, { command: "up", refresh: false, deleteFirst: false, replace: [], ...undisturbed, ...options });
const refresh = (stack: StackIndex, options: Partial<Refresh> = {}) =>
  on(stack, { command: "refresh", ...undisturbed, ...options });
const destroy = (stack: StackIndex, options: Partial<Destroy> = {}) =>
  on(stack, { command: "destroy", refresh: false, ...undisturbed, ...options });

const addFeature = (name: string, lookupKey: string): Edit => ({
  edit: "add feature",
  name,
  lookupKey,
  title: "One",
  metadata: {},
  first: false,
});
const addAttachment = (name: string, feature: number, byId: boolean, product = "prod_1"): Edit => ({
  edit: "add attachment",
  name,
  feature,
  product,
  byId,
});
const rename = (to: string, alias = false): Edit => ({ edit: "rename", which: "feature", nth: 0, to, alias });

interface KnownHistory {
  readonly title: string;
  readonly settings?: readonly Omit<StackSettings, "name">[];
  readonly commands: readonly Command[];
}

/** Staging creates a feature, and attaches it by the id. */
const attachedById: readonly Command[] = [
  edit(1, addFeature("a", "key-1")),
  up(1),
  edit(1, addAttachment("a", 0, true)),
  up(1),
];

/** Dev takes the feature over. */
const takenOver: readonly Command[] = [
  edit(0, addFeature("a", "key-1"), { edit: "set adopt", which: "feature", nth: 0, to: "any" }),
  up(0),
];

const removeFeature: Edit = { edit: "remove", which: "feature", nth: 0 };

const known: readonly KnownHistory[] = [
  {
    title: "a stack without markers refreshes a feature that another stack adopted",
    settings: [
      { ownership: "none", adopt: "owned" },
      { ownership: "metadata", adopt: "unowned" },
    ],
    commands: [
      edit(0, addFeature("a", "key-1")),
      up(0),
      edit(1, addFeature("a", "key-1")),
      up(1),
      refresh(0),
      destroy(0),
    ],
  },
  {
    title: "an imported feature with another stack's marker is refreshed",
    commands: [
      edit(1, addFeature("a", "key-1")),
      up(1),
      on(0, { command: "import", which: "feature", nth: 0, name: "a", declare: true }),
      refresh(0),
      up(0),
      destroy(0),
    ],
  },
  {
    title: "a replacement deletes first, and the new lookup key is taken",
    commands: [
      edit(0, addFeature("a", "key-1")),
      up(0),
      { command: "dashboard change", change: "create feature", lookupKey: "key-2", marker: undefined },
      edit(0, { edit: "set lookup key", nth: 0, to: "key-2" }),
      up(0, { deleteFirst: true }),
    ],
  },
  {
    title: "features and attachments with their literal ids are deleted at the same time",
    commands: [
      edit(0, addFeature("a", "key-1"), addFeature("b", "key-2"), addFeature("c", "key-3")),
      up(0),
      edit(0, ...[0, 1, 2].map((feature) => addAttachment(`a${feature}`, feature, true))),
      edit(0, ...[0, 1, 2].map((feature) => addAttachment(`b${feature}`, feature, true, "prod_2"))),
      up(0),
      destroy(0, { parallel: 9, latency: true }),
    ],
  },
  {
    title: "an attachment is moved to another stack, which updates it before a refresh",
    commands: [
      edit(0, addFeature("a", "key-1"), addAttachment("a", 0, false)),
      up(0),
      on(0, { command: "move", which: "attachment", nth: 0 }),
      up(1),
      refresh(1),
      up(1),
    ],
  },
  {
    title: "a rename is interrupted and taken back",
    commands: [
      edit(0, addFeature("a", "key-1")),
      up(0),
      edit(0, rename("b"), { edit: "set adopt", which: "feature", nth: 0, to: "any" }, addFeature("c", "key-2")),
      up(0, { kill: { request: 5, moment: "before" } }),
      edit(0, rename("a"), { edit: "remove", which: "feature", nth: 1 }),
      up(0),
      refresh(0),
      edit(0, removeFeature),
      up(0),
    ],
  },
  {
    title: "an imported feature and attachment are refreshed, and the key is of another account",
    commands: [
      edit(0, addFeature("a", "key-1"), addAttachment("a", 0, false)),
      up(0),
      on(0, { command: "lose the state" }),
      on(0, { command: "import", which: "feature", nth: 0, name: "a", declare: false }),
      on(0, { command: "import", which: "attachment", nth: 0, name: "a", declare: false }),
      refresh(0),
      up(0, { key: "other account", parallel: 2 }),
      up(0),
      destroy(0),
    ],
  },
  {
    title: "an imported feature that is not declared is deleted after a refresh",
    commands: [
      { command: "dashboard change", change: "create feature", lookupKey: "key-1", marker: undefined },
      on(0, { command: "import", which: "feature", nth: 0, name: "a", declare: false }),
      destroy(0, { refresh: true }),
    ],
  },
  {
    title: "a swap of keys is interrupted, and one of them is given up",
    commands: [
      edit(0, addFeature("a", "key-1"), addFeature("b", "key-2")),
      up(0),
      edit(0, { edit: "swap lookup keys", nth: 0, with: 1 }),
      up(0, { parallel: 4, kill: { request: 6, moment: "before" } }),
      edit(0, { edit: "set lookup key", nth: 0, to: "key-4" }),
      up(0),
    ],
  },
  {
    title: "the attachment of a moved feature is renamed, and previewed with the feature's old marker",
    commands: [
      edit(0, addFeature("a", "key-1"), addAttachment("a", 0, false)),
      up(0),
      on(0, { command: "move", which: "feature and attachments", nth: 0 }),
      edit(1, { edit: "rename", which: "attachment", nth: 0, to: "c", alias: false }),
      up(1),
    ],
  },
  {
    title: "the attachment of a taken over feature is replaced by force, and then destroyed",
    commands: [
      ...attachedById,
      ...takenOver,
      edit(1, removeFeature),
      up(1, { replace: [0], deleteFirst: true }),
      up(1),
      destroy(1),
    ],
  },
  {
    title: "a feature is taken over while the forced replacement of its attachment is interrupted",
    commands: [
      ...attachedById,
      up(1, { replace: [1], deleteFirst: true, kill: { request: 3, moment: "before" } }),
      ...takenOver,
      edit(1, removeFeature),
      up(1),
      destroy(1),
    ],
  },
  {
    title: "a taken over feature is replaced by force, and its attachment is then destroyed",
    commands: [
      ...attachedById,
      ...takenOver,
      up(1, { replace: [0, 1], deleteFirst: true }),
      edit(1, removeFeature),
      up(1, { refresh: true }),
      destroy(1),
    ],
  },
  {
    title: "a rename is interrupted, and the resource is removed from the program",
    commands: [
      edit(0, addFeature("a", "key-1")),
      up(0),
      edit(0, rename("b", true)),
      up(0, { kill: { request: 2, moment: "after" } }),
      edit(0, removeFeature),
    ],
  },
];

/** Histories that broke a rule once. Random ones find some of them only in thousands of runs. */
export const knownHistories: readonly (RandomHistory & { readonly title: string })[] = known.map((each) => ({
  settings: [plain, plain],
  ...each,
}));
