import assert from "node:assert/strict";
import { z } from "zod";
import {
  contentOf,
  differingProperties,
  diffOf,
  inputsOf,
  needsRequest,
  type PropertyTable,
  schemaOf,
  stateOnlyValues,
  storedValues,
  withStateOnlyValues,
} from "../../../provider/lifecycle/properties";

interface Inputs {
  readonly key: string;
  readonly label: string;
  readonly tags?: readonly string[];
  readonly policy?: string;
}

interface Content {
  readonly id: string;
  readonly title: string;
  readonly labels: readonly string[];
}

const isSameSet = (one: readonly string[], other: readonly string[]) =>
  one.toSorted().join() === other.toSorted().join();

/** One property of each kind. The fields of the object have other names. */
const table = {
  key: { schema: z.string(), change: "replace", field: "id" },
  label: { schema: z.string(), change: "update", field: "title" },
  tags: { schema: z.array(z.string()).optional(), change: "update", field: "labels", isSame: isSameSet, absent: [] },
  policy: { schema: z.string().optional(), change: "stateOnly" },
} as const satisfies PropertyTable<Inputs, Content>;

const inputs: Inputs = { key: "a", label: "A" };
const object: Content & { readonly etag: string } = { id: "a", title: "A", labels: [], etag: "x" };

describe("schemaOf", () => {
  it("accepts the properties of the table, and rejects others", () => {
    const schema = schemaOf(table);
    assert.equal(schema.safeParse({ ...inputs, tags: ["x"], policy: "any" }).success, true);
    assert.equal(schema.safeParse({ ...inputs, other: "x" }).success, false);
    assert.equal(schema.safeParse({ ...inputs, label: 1 }).success, false);
  });
});

describe("diffOf", () => {
  const unchanged = { changed: [], replaces: [] };

  it("finds no change in the same values, and ignores names outside the table", () => {
    assert.deepEqual(diffOf(table, { ...inputs, active: true }, inputs), unchanged);
  });

  it("names a changed property that needs a replacement", () => {
    const planned = diffOf(table, inputs, { ...inputs, key: "b", label: "B" });
    assert.deepEqual(planned, { changed: ["key", "label"], replaces: ["key"] });
  });

  it("finds a change without a replacement in the other properties", () => {
    for (const change of [{ label: "B" }, { tags: ["x"] }, { policy: "any" }]) {
      const planned = diffOf(table, inputs, { ...inputs, ...change });
      assert.deepEqual(planned, { changed: Object.keys(change), replaces: [] });
    }
  });

  it("does not replace an object whose old value is unknown", () => {
    const { key: _, ...imported } = inputs;
    assert.deepEqual(diffOf(table, imported, inputs), unchanged);
  });

  it("compares with the comparison of the property", () => {
    assert.deepEqual(diffOf(table, { ...inputs, tags: ["x", "y"] }, { ...inputs, tags: ["y", "x"] }), unchanged);
  });

  it("treats a missing value as the one that Stripe stores for it", () => {
    assert.deepEqual(diffOf(table, { ...inputs, tags: [] }, inputs), unchanged);
    assert.deepEqual(diffOf(table, inputs, { ...inputs, tags: [] }), unchanged);
  });
});

describe("needsRequest", () => {
  it("returns true only for a change of a property that Stripe can update", () => {
    assert.equal(needsRequest(table, inputs, { ...inputs, label: "B" }), true);
    assert.equal(needsRequest(table, inputs, { ...inputs, tags: ["x"] }), true);
    assert.equal(needsRequest(table, inputs, { ...inputs, policy: "any" }), false);
    assert.equal(needsRequest(table, inputs, inputs), false);
  });
});

describe("contentOf", () => {
  it("returns the declared values under the names of Stripe's fields", () => {
    const content = contentOf<Content, typeof table>(table, { ...inputs, tags: ["x"], policy: "any" });
    assert.deepEqual(content, { id: "a", title: "A", labels: ["x"] });
  });

  it("returns the default for a missing value", () => {
    assert.deepEqual(contentOf<Content, typeof table>(table, inputs), { id: "a", title: "A", labels: [] });
  });
});

describe("storedValues", () => {
  it("returns the fields that the table names under the names of the properties", () => {
    assert.deepEqual(storedValues(table, object), { key: "a", label: "A", tags: [] });
  });

  it("leaves out fields that the object does not have", () => {
    assert.deepEqual(storedValues(table, { id: "a" }), { key: "a" });
  });
});

describe("stateOnlyValues and withStateOnlyValues", () => {
  it("return the values that Stripe does not store", () => {
    assert.deepEqual(stateOnlyValues(table, { ...inputs, policy: "any" }), { policy: "any" });
    assert.deepEqual(stateOnlyValues(table, inputs), {});
  });

  it("replace or remove these values in a state, and keep all others", () => {
    const state = { ...inputs, policy: "any", active: true };
    const news = { ...inputs, label: "B", policy: "never" };
    assert.deepEqual(withStateOnlyValues(table, state, news), { ...state, policy: "never" });
    assert.deepEqual(withStateOnlyValues(table, state, inputs), { ...inputs, active: true });
  });
});

describe("inputsOf", () => {
  it("returns the properties of the table without defaults and missing values", () => {
    const state = { ...inputs, tags: [], policy: undefined, active: true };
    assert.deepEqual(inputsOf<Inputs>(table, state), inputs);
  });

  it("keeps values that differ from the default", () => {
    const state = { ...inputs, tags: ["x"], policy: "any" };
    assert.deepEqual(inputsOf<Inputs>(table, state), state);
  });

  it("keeps false, which is not a missing value", () => {
    const flags = { flag: { schema: z.boolean().optional(), change: "stateOnly" } } as const;
    assert.deepEqual(inputsOf(flags, { flag: false }), { flag: false });
  });
});

describe("differingProperties", () => {
  it("names the updatable properties whose stored value differs from the declared one", () => {
    assert.deepEqual(differingProperties(table, object, inputs), []);
    assert.deepEqual(differingProperties(table, { ...object, title: "B", labels: ["x"] }, inputs), ["label", "tags"]);
  });

  it("ignores properties that an update cannot change", () => {
    assert.deepEqual(differingProperties(table, { ...object, id: "b" }, { ...inputs, policy: "any" }), []);
  });
});
