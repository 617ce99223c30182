import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../emulator";
import { newPrefix, runSuite } from "../rules-suite/run";
import { type Exchange, Session } from "../rules-suite/session";
import { accounts, emulatorTarget } from "../rules-suite/target";
import { faultsOf, type Operation, readOperations, type Schema } from "./slice";

const operations = readOperations();

/** Parameters that Stripe accepts and the emulator does not support, by operation. */
const notKept: Readonly<Record<string, readonly string[]>> = {
  "GET /v1/products": ["created", "shippable", "url"],
  "POST /v1/products": ["default_price_data", "images", "marketing_features", "package_dimensions", "shippable"],
  "POST /v1/products/{id}": ["default_price", "images", "marketing_features", "package_dimensions", "shippable"],
};

/** Operations of Stripe that the slice of its description omits. */
const notInSlice: readonly string[] = ["GET /v1/balance", "GET /v1/events", "POST /v1/customer_sessions"];

const operationOf = ({ method, path }: Exchange) => operations.find((operation) => operation.matches(method, path));

/** All exchanges while the cases run, and while every operation is called with a refused key. */
async function conversation(): Promise<readonly Exchange[]> {
  await using emulator = await startEmulator({ accounts });
  const exchanges: Exchange[] = [];
  const observe = (exchange: Exchange) => exchanges.push(exchange);
  const target = emulatorTarget(emulator);
  await runSuite(target, { prefix: newPrefix(), observe });
  const session = new Session(target, { prefix: newPrefix(), observe });
  for (const { method, name } of operations) {
    const [, path = ""] = name.split(" ", 2);
    await session.send(method, path.replaceAll(/[{}]/g, ""), {}, { key: "sk_test_madeUpForTests0123456789" });
  }
  return exchanges;
}

/** Existing objects to name in requests. */
interface Stage {
  /** Returns the path of an operation with ids of its objects. */
  readonly pathOf: (operation: string) => string;
  /** Returns a valid value for a required parameter of an operation. */
  readonly sampleOf: (parameter: string) => string;
}

function stageOn({ sandbox: { dashboard } }: Emulator): Stage {
  const product = dashboard.createProduct({ name: "Team" }).id;
  const [feature, free] = ["sso", "free"].map((key) => dashboard.createFeature({ lookupKey: key, name: key }).id);
  const attachment = dashboard.attach(product, feature ?? "").id;
  const customer = dashboard.createCustomer({ products: [product] }).id;
  const entitlement = dashboard.activeEntitlements(customer)[0]?.id;
  const values: Readonly<Record<string, string | undefined>> = { customer, entitlement_feature: free };
  return {
    pathOf: (operation) => {
      const [, path = ""] = operation.split(" ", 2);
      const ids = { active_entitlements: entitlement, "{product}": attachment, entitlements: feature };
      const [, id = product] = Object.entries(ids).find(([part]) => path.includes(part)) ?? [];
      return path.replace("{product}", product).replace("{id}", id);
    },
    sampleOf: (parameter) => values[parameter] ?? "made-up",
  };
}

interface Parameter {
  readonly name: string;
  readonly schema: Schema;
}

function parametersOf({ parameters }: Operation): readonly Parameter[] {
  const properties = Object.entries((parameters["properties"] ?? {}) as Record<string, Schema>);
  return properties.map(([name, schema]) => ({ name, schema }));
}

/** Returns a value that the schema refuses, if a form can hold one. */
function wrongValue({ schema }: Parameter): unknown {
  const { maxLength, type } = schema;
  if (type === "string") return typeof maxLength === "number" ? "x".repeat(maxLength + 1) : undefined;
  return type === "boolean" || type === "integer" || type === "object" ? "no such thing" : undefined;
}

describe("conformance: Stripe's OpenAPI description", () => {
  let exchanges: readonly Exchange[];
  before(async () => {
    exchanges = await conversation();
  });

  for (const operation of operations) {
    it(`${operation.name}: answers match the description`, () => {
      const own = exchanges.filter((exchange) => operationOf(exchange) === operation);
      for (const exchange of own) {
        assert.deepEqual(faultsOf(operation, exchange), [], `${exchange.parameters} ${JSON.stringify(exchange.body)}`);
      }
      const successes = own.filter(({ status }) => status < 400).length;
      assert.ok(successes > 0 && own.length > successes, `${successes} of ${own.length} are successes`);
    });
  }

  it("knows the operation of every exchange that is not refused as unknown", () => {
    const others = exchanges.filter((exchange) => operationOf(exchange) === undefined);
    for (const { method, path, status } of others) {
      const name = `${method} ${path}`;
      assert.ok(status === 404 || notInSlice.includes(name), `${name}: ${status}`);
    }
    assert.ok(exchanges.length > 500, `${exchanges.length} exchanges`);
  });

  for (const operation of operations) {
    it(`${operation.name}: accepts the described parameters and no others`, async () => {
      await using emulator = await startEmulator();
      const { pathOf, sampleOf } = stageOn(emulator);
      const path = pathOf(operation.name);
      const session = new Session(emulatorTarget(emulator), { prefix: newPrefix() });
      const required = (operation.parameters["required"] ?? []) as readonly string[];
      const complete = Object.fromEntries(required.map((name) => [name, sampleOf(name)]));
      const ask = async (params: object) =>
        (await session.send(operation.method, path, { ...complete, ...params })).body.error;
      assert.equal((await ask({ colour: "red" }))?.code, "parameter_unknown");
      for (const name of required) {
        assert.notDeepEqual(operation.faultsOfRequest(""), []);
        assert.partialDeepStrictEqual(await ask({ [name]: undefined }), { code: "parameter_missing", param: name });
      }
      for (const parameter of parametersOf(operation)) {
        const { name } = parameter;
        if (notKept[operation.name]?.includes(name)) {
          assert.match((await ask({ [name]: "x" }))?.message ?? "", /The emulator does not support/, name);
          continue;
        }
        assert.notEqual((await ask({ [name]: "x" }))?.code, "parameter_unknown", name);
        const wrong = wrongValue(parameter);
        if (wrong !== undefined) assert.equal((await ask({ [name]: wrong }))?.param?.split("[", 1)[0], name);
      }
    });
  }

  it("detects a missing field, an additional field and a wrong type", () => {
    const retrieve = operations.find(({ name }) => name === "GET /v1/products/{product}/features/{id}");
    const good = exchanges.find((exchange) => operationOf(exchange) === retrieve && exchange.status === 200);
    assert.ok(retrieve !== undefined && good !== undefined);
    const body = good.body as { readonly entitlement_feature: { readonly name: string } };
    const { name, ...nameless } = body.entitlement_feature;
    for (const [changed, fault] of [
      [{ ...body, entitlement_feature: nameless }, /entitlement_feature: must have required property 'name'/],
      [{ ...body, product: "prod_x" }, /must NOT have additional properties.*product/],
      [{ ...body, livemode: "false" }, /livemode: must be boolean/],
      [{ ...body, entitlement_feature: { ...nameless, name, metadata: { a: 1 } } }, /metadata\/a: must be string/],
    ] as const) {
      assert.match(faultsOf(retrieve, { ...good, body: changed }).join("\n"), fault);
    }
    const refusal = { status: 404, body: { error: { type: "odd" } } };
    assert.match(faultsOf(retrieve, { ...good, ...refusal }).join("\n"), /error\/type: must be equal to one of/);
    assert.match(faultsOf(retrieve, { ...good, parameters: "colour=red" }).join("\n"), /^request .*colour/);
  });
});
