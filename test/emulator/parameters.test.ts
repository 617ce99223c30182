import assert from "node:assert/strict";
import { featuresPath, itKeepsRule, withEmulator } from "./support";

describe("emulator parameters", () => {
  itKeepsRule("unknownParameter", async ({ stripe }) => {
    const answers = [
      await stripe.post(featuresPath, { lookup_key: "sso", name: "SSO", color: "red" }),
      await stripe.get(featuresPath, { color: "red" }),
      await stripe.send("DELETE", "/v1/products/prod_x?color=red", undefined),
    ];
    for (const { status, body } of answers) {
      assert.equal(status, 400);
      assert.partialDeepStrictEqual(body.error, {
        type: "invalid_request_error",
        code: "parameter_unknown",
        message: "Received unknown parameter: color",
        param: "color",
      });
    }
  });

  itKeepsRule("missingParameter", async ({ stripe }) => {
    for (const [given, missing] of [
      ["name", "lookup_key"],
      ["lookup_key", "name"],
    ] as const) {
      const { status, body } = await stripe.post(featuresPath, { [given]: "sso" });
      assert.equal(status, 400);
      assert.partialDeepStrictEqual(body.error, {
        type: "invalid_request_error",
        code: "parameter_missing",
        message: `Missing required param: ${missing}.`,
        param: missing,
      });
    }
    assert.equal((await stripe.send("POST", featuresPath, undefined)).body.error.code, "parameter_missing");
  });

  itKeepsRule("emptyParameter", async ({ stripe }) => {
    const answer = await stripe.post(featuresPath, { lookup_key: "", name: "SSO" });
    assert.equal(answer.status, 400);
    assert.partialDeepStrictEqual(answer.body.error, { code: "parameter_invalid_empty", param: "lookup_key" });
    assert.match(answer.body.error.message, /empty string for 'lookup_key'/);
  });

  itKeepsRule("lengths", async ({ stripe }) => {
    const emoji = "🔑".repeat(80);
    const good = await stripe.post(featuresPath, { lookup_key: emoji, name: "n".repeat(80) });
    assert.equal(good.status, 200);
    assert.equal(good.body["lookup_key"], emoji);
    for (const params of [
      { lookup_key: `${emoji}🔑`, name: "SSO" },
      { lookup_key: "sso", name: "n".repeat(81) },
    ]) {
      const { status, body } = await stripe.post(featuresPath, params);
      assert.equal(status, 400);
      assert.match(body.error.message, /at most 80 characters/);
    }
    const renamed = await stripe.post(`${featuresPath}/${good.body.id}`, { name: "n".repeat(81) });
    assert.equal(renamed.body.error.param, "name");
  });

  for (const [lengthUnit, longest] of [
    ["utf16", 40],
    ["bytes", 20],
  ] as const) {
    it(`counts lengths in ${lengthUnit}`, () =>
      withEmulator(
        async ({ stripe }) => {
          const create = (count: number) => stripe.post(featuresPath, { lookup_key: "🔑".repeat(count), name: "Key" });
          assert.equal((await create(longest)).status, 200);
          assert.equal((await create(longest + 1)).status, 400);
        },
        { choices: { lengthUnit } },
      ));
  }

  for (const [textNormalization, name, team] of [
    ["none", " A\u0308", "\u00c4 "],
    ["trim", "A\u0308", "\u00c4"],
    ["nfc", " \u00c4", "\u00c4 "],
  ] as const) {
    it(`stores texts with the normalization "${textNormalization}"`, () =>
      withEmulator(
        async ({ stripe }) => {
          const sent = { lookup_key: "sso ", name: " A\u0308", metadata: { team: "\u00c4 " } };
          const { body } = await stripe.post(featuresPath, sent);
          assert.deepEqual([body["name"], body["metadata"]], [name, { team }]);
          assert.equal(body["lookup_key"], textNormalization === "trim" ? "sso" : "sso ");
        },
        { choices: { textNormalization } },
      ));
  }

  itKeepsRule("texts", async ({ stripe }) => {
    const { body } = await stripe.post(featuresPath, { lookup_key: " sso", name: "A\u0308 ", metadata: { a: " b" } });
    assert.partialDeepStrictEqual(body, { lookup_key: " sso", name: "A\u0308 ", metadata: { a: " b" } });
  });

  itKeepsRule("booleans", async ({ stripe }) => {
    const { body } = await stripe.post(featuresPath, { lookup_key: "sso", name: "SSO" });
    const answer = await stripe.post(`${featuresPath}/${body.id}`, { active: "no" });
    assert.equal(answer.status, 400);
    assert.partialDeepStrictEqual(answer.body.error, { message: "Invalid boolean: no", param: "active" });
  });

  itKeepsRule("expand", async ({ stripe }) => {
    const answer = await stripe.get(featuresPath, { expand: ["data.product"] });
    assert.equal(answer.status, 400);
    assert.match(answer.body.error.message, /cannot be expanded \(data\.product\)/);
  });

  itKeepsRule("formsOnly", async ({ emulator, stripe }) => {
    const answer = await stripe.send("POST", featuresPath, JSON.stringify({ lookup_key: "sso", name: "SSO" }), {
      headers: { "content-type": "application/json" },
    });
    assert.equal(answer.status, 400);
    assert.match(answer.body.error.message, /application\/x-www-form-urlencoded/);
    assert.deepEqual(emulator.sandbox.dashboard.features(), []);
    for (const [type, status] of [
      ["application/x-www-form-urlencodedX", 400],
      ["Application/X-WWW-Form-Urlencoded ; charset=utf-8", 200],
    ] as const) {
      const form = `lookup_key=sso&name=SSO`;
      assert.equal(
        (await stripe.send("POST", featuresPath, form, { headers: { "content-type": type } })).status,
        status,
        type,
      );
    }
  });

  itKeepsRule("unknownUrl", async ({ stripe }) => {
    const answer = await stripe.post("/v1/entitlement/features");
    assert.equal(answer.status, 404);
    assert.match(answer.body.error.message, /^Unrecognized request URL \(POST: \/v1\/entitlement\/features\)/);
    assert.equal(answer.body.error.type, "invalid_request_error");
  });

  it("refuses a map instead of a text, too many levels and too many parameters", () =>
    withEmulator(async ({ stripe }) => {
      const map = await stripe.post(featuresPath, { lookup_key: { a: "b" }, name: "SSO" });
      assert.equal(map.status, 400);
      assert.equal(map.body.error.param, "lookup_key");
      const deep = await stripe.send("POST", featuresPath, `a${"[b]".repeat(20)}=c`);
      assert.equal(deep.status, 400);
      assert.match(deep.body.error.message, /^Invalid form: .*depth/);
      const many = await stripe.send(
        "POST",
        featuresPath,
        Array.from({ length: 1001 }, (_, i) => `a[${i}]=c`).join("&"),
      );
      assert.equal(many.status, 400);
      assert.match(many.body.error.message, /^Invalid form: .*limit/);
    }));

  it("refuses __proto__ as a parameter name", () =>
    withEmulator(async ({ emulator, stripe }) => {
      const form = "lookup_key=sso&name=SSO";
      const own = await stripe.send("POST", featuresPath, `${form}&__proto__=x`);
      assert.partialDeepStrictEqual(own.body.error, { code: "parameter_unknown", param: "__proto__" });
      const map = await stripe.send("POST", featuresPath, `${form}&__proto__[a]=x`);
      assert.partialDeepStrictEqual(map.body.error, { code: "parameter_unknown", param: "__proto__" });
      const key = await stripe.send("POST", featuresPath, `${form}&metadata[__proto__]=x`);
      assert.equal(key.body.error.message, "Invalid parameter name: metadata[__proto__]");
      assert.equal(key.body.error.param, "metadata");
      assert.deepEqual(emulator.sandbox.dashboard.features(), []);
    }));

  it("decodes escaped keys and values", () =>
    withEmulator(async ({ stripe }) => {
      const name = "a&b=c+d %5B é 中 🔑";
      const { body } = await stripe.post(featuresPath, { lookup_key: "sso", name, metadata: { "a.b c": name } });
      assert.equal(body["name"], name);
      assert.deepEqual(body["metadata"], { "a.b c": name });
    }));
});
