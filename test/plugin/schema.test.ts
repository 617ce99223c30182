import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { settingNames } from "../../provider/config/settings";
import * as programFunctions from "../../provider/functions";
import { featureProperties } from "../../provider/lifecycle/feature/properties";
import { adoptionPolicies } from "../../provider/lifecycle/ownership/policy";
import { productFeatureProperties } from "../../provider/lifecycle/product-feature/properties";
import { packageSchema } from "../../provider/plugin/package-schema";
import { resourceTypes } from "../../provider/plugin/resources";

interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly description?: string;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
  readonly plain?: boolean;
}

type Properties = Readonly<Record<string, Property>>;

interface ObjectSpec {
  readonly description?: string;
  readonly properties: Properties;
  readonly required: readonly string[];
}

interface ResourceSpec extends ObjectSpec {
  readonly description: string;
  readonly inputProperties: Properties;
  readonly requiredInputs: readonly string[];
  readonly listInputs?: ObjectSpec;
  readonly aliases: readonly object[];
}

interface Schema {
  readonly version: string;
  readonly config: { readonly variables: Properties };
  readonly provider: { readonly inputProperties: Properties };
  readonly resources: Readonly<Record<string, ResourceSpec>>;
  readonly functions: Readonly<Record<string, { description: string; inputs: ObjectSpec; outputs: ObjectSpec }>>;
  readonly types: Readonly<Record<string, object>>;
}

const schema = packageSchema() as Schema;
const prefix = "stripe-entitlements:index:";

function resource(name: string): ResourceSpec {
  const spec = schema.resources[prefix + name];
  assert.ok(spec);
  return spec;
}

/** Returns all objects of the schema below a value. */
function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Readonly<Record<string, unknown>>, ...Object.values(value).flatMap(objectsIn)];
}

describe("packageSchema", () => {
  it("has the version of the package", () => {
    assert.equal(schema.version, version);
  });

  for (const [name, table] of Object.entries({
    Feature: featureProperties,
    ProductFeature: productFeatureProperties,
  })) {
    // The adapter adds the owner.
    const inputs = Object.entries(table).filter(([property]) => property !== "owner");

    it(`has the inputs of the rules of a ${name} without the owner`, () => {
      const names = inputs.map(([property]) => property);
      assert.deepEqual(Object.keys(resource(name).inputProperties), names);
    });

    it(`requires the inputs that the rules of a ${name} require`, () => {
      const required = inputs.filter(([, { schema: type }]) => !type.safeParse(undefined).success);
      assert.deepEqual(
        resource(name).requiredInputs,
        required.map(([property]) => property),
      );
    });

    it(`marks the inputs whose change replaces a ${name}`, () => {
      const replacing = inputs.filter(([, { change }]) => change === "replace").map(([property]) => property);
      const marked = Object.entries(resource(name).inputProperties).filter(([, spec]) => spec.willReplaceOnChanges);
      assert.deepEqual(
        marked.map(([property]) => property),
        replacing,
      );
    });

    it(`has the outputs that the state of a ${name} holds`, () => {
      const golden = JSON.parse(readFileSync(join(__dirname, "..", "engine", "golden", "state-0.1.0.json"), "utf8"));
      const key = name.charAt(0).toLowerCase() + name.slice(1);
      const states = Object.values(golden as Record<string, Record<string, { outputs: object }>>);
      const { properties, required } = resource(name);
      for (const outputs of states.flatMap((state) => state[key]?.outputs ?? [])) {
        const names = Object.keys(outputs);
        assert.deepEqual(
          names.filter((property) => !(property in properties)),
          [],
        );
        assert.deepEqual(
          required.filter((property) => !names.includes(property)),
          [],
        );
      }
    });

    it(`takes over the state of the dynamic ${name}`, () => {
      assert.deepEqual(resource(name).aliases, [{ type: `pulumi-nodejs:dynamic/stripe-entitlements:${name}` }]);
    });
  }

  // Without them, `pulumi do` offers no list.
  it("has the inputs of each list that the plugin answers, and of no other", () => {
    const listed = Object.entries(schema.resources).flatMap(([token, { listInputs }]) =>
      listInputs === undefined ? [] : [[token, Object.keys(listInputs.properties)]],
    );
    const answered = Object.entries(resourceTypes).map(([token, { list }]) => [token, list.inputs]);
    assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(answered));
    assert.deepEqual(resource("Feature").listInputs?.required, []);
    assert.deepEqual(resource("ProductFeature").listInputs?.required, ["product"]);
  });

  // The component names its children by keys and plans, so it must know them in a preview.
  it("takes the features and plans of a catalog as plain values", () => {
    const { inputProperties, requiredInputs } = resource("EntitlementCatalog");
    const plain = Object.entries(inputProperties).filter(([, spec]) => spec.plain);
    assert.deepEqual(
      plain.map(([name]) => name),
      ["features", "plans"],
    );
    assert.deepEqual(requiredInputs, ["features", "plans", "products"]);
  });

  it("has every setting in the configuration and in the provider", () => {
    assert.deepEqual(Object.keys(schema.config.variables), settingNames);
    assert.deepEqual(schema.provider.inputProperties, schema.config.variables);
  });

  it("has numbers and booleans where a setting is one", () => {
    const types = Object.entries(schema.config.variables).map(([name, { type }]) => [name, type] as const);
    assert.deepEqual(Object.fromEntries(types.filter(([, type]) => type !== "string")), {
      maxRequestsPerSecond: "number",
      maxRetries: "integer",
      requestTimeout: "number",
      archiveWhileAttached: "boolean",
    });
  });

  // An SDK writes a default to the state, also one that it reads from an environment variable.
  it("has no defaults, and one secret: the key", () => {
    const all = objectsIn(schema);
    assert.deepEqual(
      all.filter((one) => "default" in one || "defaultInfo" in one),
      [],
    );
    const secrets = Object.entries(schema.config.variables).filter(([, { secret }]) => secret);
    assert.deepEqual(
      secrets.map(([name]) => name),
      ["apiKey"],
    );
    assert.equal(all.filter((one) => one["secret"]).length, 2);
  });

  it("has the functions that TypeScript programs have", () => {
    const names = Object.keys(programFunctions).filter((name) => !name.endsWith("Output"));
    assert.deepEqual(Object.keys(schema.functions).sort(), names.map((name) => prefix + name).sort());
  });

  it("describes each adoption policy", () => {
    const { enum: values } = schema.types[`${prefix}AdoptionPolicy`] as { enum: readonly Record<string, string>[] };
    assert.deepEqual(
      values.map(({ value }) => value),
      adoptionPolicies,
    );
    for (const { description } of values) assert.match(description ?? "", /^[A-Z].*\.$/);
  });

  it("refers only to types that it has", () => {
    const refs = objectsIn(schema).flatMap((one) => (typeof one["$ref"] === "string" ? [one["$ref"]] : []));
    assert.ok(refs.length > 5);
    for (const ref of refs) assert.ok(ref.replace("#/types/", "") in schema.types, ref);
  });

  it("describes everything without words that only TypeScript programs know", () => {
    const described = objectsIn(schema).filter(
      (one) => "properties" in one || "inputProperties" in one || "type" in one,
    );
    const texts = objectsIn(schema).flatMap((one) =>
      typeof one["description"] === "string" ? [one["description"]] : [],
    );
    assert.ok(texts.length > 60, `${texts.length} descriptions of ${described.length} objects`);
    for (const text of texts) assert.doesNotMatch(text, /\{@|^$|EntitlementsError|RunError|setMocks|undefined/);
  });

  for (const name of ["Feature", "ProductFeature"]) {
    it(`says how to import a ${name}`, () => {
      const command = `pulumi import ${prefix}${name} `;
      assert.ok(resource(name).description.includes(command), resource(name).description);
    });
  }

  it("has an example in each language for each resource and function", () => {
    for (const [token, { description }] of Object.entries({ ...schema.resources, ...schema.functions })) {
      const languages = [...description.matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
      const expected = ["typescript", "python", "go", "csharp", "java", "yaml"];
      assert.deepEqual(
        languages.filter((language) => language !== "sh"),
        expected,
        token,
      );
    }
  });
});
