import type { Choices } from "../../../emulator";
import { createFeature, featurePath, featuresPath, ofRule } from "../case";
import { accepted, outcome, refused } from "../observation";

const maxLength = 80;
const metadataKey = "\u{1f511}";

/**
 * 20 of these emoji are 80 bytes, 40 are 80 UTF-16 units, 80 are 80 characters. The longest
 * accepted text shows the unit.
 */
const longestText = { bytes: 20, utf16: 40, characters: 80 } as const;
const triedNames = Object.values(longestText).flatMap((longest) => [longest, longest + 1]);

const sentName = " A\u0308 ";
const storedNames = { none: sentName, trim: "A\u0308", nfc: " \u00c4 " } as const;

export const parameterCases = [
  ofRule("unknownParameter", {
    run: async (session) => ({
      form: outcome(await session.post(featuresPath, { lookup_key: session.unique("key"), name: "F", color: "red" })),
      query: outcome(await session.get(featuresPath, { color: "red" })),
    }),
    expected: () => ({
      form: refused(400, { code: "parameter_unknown", param: "color", message: "Received unknown parameter: color" }),
      query: refused(400, {
        code: "parameter_unknown",
        param: "color",
        message: "Received unknown parameter: color",
      }),
    }),
  }),

  ofRule("missingParameter", {
    run: async (session) => ({
      lookup_key: outcome(await session.post(featuresPath, { name: "F" })),
      name: outcome(await session.post(featuresPath, { lookup_key: session.unique("key") })),
    }),
    expected: () => ({
      lookup_key: refused(400, { code: "parameter_missing", param: "lookup_key" }),
      name: refused(400, { code: "parameter_missing", param: "name" }),
    }),
  }),

  ofRule("emptyParameter", {
    run: async (session) => ({
      lookup_key: outcome(await session.post(featuresPath, { lookup_key: "", name: "F" })),
      name: outcome(await session.post(featuresPath, { lookup_key: session.unique("key"), name: "" })),
    }),
    expected: () => ({
      lookup_key: refused(400, { code: "parameter_invalid_empty", param: "lookup_key" }),
      name: refused(400, { code: "parameter_invalid_empty", param: "name" }),
    }),
  }),

  ofRule("lengths/ascii", {
    question: `${maxLength} and ${maxLength + 1} letters`,
    run: async (session) => {
      const key = (length: number) => session.unique("key").padEnd(length, "k");
      const create = async (lookup_key: string, name: string) =>
        outcome(await session.post(featuresPath, { lookup_key, name }));
      return {
        longestKey: await create(key(maxLength), "F"),
        longestName: await create(key(maxLength), "n".repeat(maxLength)),
        longerKey: await create(key(maxLength + 1), "F"),
        longerName: await create(key(maxLength), "n".repeat(maxLength + 1)),
      };
    },
    expected: () => ({
      longestKey: accepted,
      longestName: accepted,
      longerKey: refused(400, { param: "lookup_key" }),
      longerName: refused(400, { param: "name" }),
    }),
  }),

  ofRule("lengths", {
    question: `Names and lookup keys of emoji, up to ${maxLength} and ${maxLength + 1}`,
    run: async (session) => {
      const { id } = await createFeature(session);
      const names: number[] = [];
      for (const count of triedNames) {
        const { status } = await session.post(featurePath(id), { name: metadataKey.repeat(count) });
        if (status === accepted.status) names.push(count);
      }
      const lookup_key = session.unique("key");
      const filled = { lookup_key: lookup_key + metadataKey.repeat(maxLength - lookup_key.length), name: "F" };
      return { names, lookupKey: outcome(await session.post(featuresPath, filled)).status };
    },
    expected: ({ lengthUnit }) => ({
      names: triedNames.filter((count) => count <= longestText[lengthUnit]),
      lookupKey: lengthUnit === "characters" ? 200 : 400,
    }),
    teaches: ({ names }): Partial<Choices> => {
      const units = ["bytes", "utf16", "characters"] as const;
      const lengthUnit = units.find((unit) => longestText[unit] === names.at(-1));
      return lengthUnit === undefined ? {} : { lengthUnit };
    },
  }),

  ofRule("texts", {
    question: "A name in the Unicode form NFD with outer white space",
    run: async (session) => {
      const { id } = await createFeature(session);
      const { body } = await session.post(featurePath(id), { name: sentName });
      return { name: String(body["name"]) };
    },
    expected: ({ textNormalization }) => ({ name: storedNames[textNormalization] }),
    teaches: ({ name }): Partial<Choices> => {
      const textNormalization = (["none", "trim", "nfc"] as const).find((form) => storedNames[form] === name);
      return textNormalization === undefined ? {} : { textNormalization };
    },
  }),

  ofRule("booleans", {
    run: async (session) => {
      const { id } = await createFeature(session);
      return outcome(await session.post(featurePath(id), { active: "no" }));
    },
    expected: () => refused(400, { param: "active" }),
  }),

  ofRule("expand", {
    run: async (session) => {
      const { id } = await createFeature(session);
      return outcome(await session.get(featurePath(id), { expand: ["product"] }));
    },
    expected: () => refused(400, { param: "expand" }),
  }),

  ofRule("formsOnly", {
    run: async (session) => {
      const body = JSON.stringify({ lookup_key: session.unique("key"), name: "F" });
      return outcome(await session.post(featuresPath, {}, { body, headers: { "content-type": "application/json" } }));
    },
    expected: () => refused(400),
  }),

  ofRule("unknownUrl", {
    run: async (session) => outcome(await session.get("/v1/entitlements/none")),
    expected: () => ({ ...refused(404), message: "Unrecognized request URL (GET: /v1/entitlements/none)." }),
  }),

  ofRule("metadataMerged", {
    run: async (session) => {
      const { id } = await createFeature(session, { metadata: { a: "1", b: "2" } });
      const put = async (metadata: object) => sorted(await session.post(featurePath(id), { metadata }));
      return { merged: await put({ b: "3", c: "4" }), unset: await put({ a: "", d: "" }) };
    },
    expected: () => ({ merged: "a=1 b=3 c=4", unset: "b=3 c=4" }),
  }),

  ofRule("metadataCleared", {
    run: async (session) => {
      const { id } = await createFeature(session, { metadata: { a: "1", b: "2" } });
      return sorted(await session.post(featurePath(id), { metadata: "" }));
    },
    expected: () => "",
  }),

  ofRule("metadataLimits", {
    run: async (session) => {
      const { id } = await createFeature(session);
      const put = async (metadata: object) => (await session.post(featurePath(id), { metadata })).status;
      const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, "v"]));
      return {
        longestKey: await put({ ["k".repeat(40)]: "v" }),
        longerKey: await put({ ["k".repeat(41)]: "v" }),
        longestValue: await put({ a: "v".repeat(500) }),
        longerValue: await put({ a: "v".repeat(501) }),
        cleared: (await session.post(featurePath(id), { metadata: "" })).status,
        fiftyKeys: await put(many(50)),
        oneMore: await put({ "key-50": "v" }),
        swapped: await put({ "key-0": "", "key-50": "v" }),
      };
    },
    expected: () => ({
      longestKey: 200,
      longerKey: 400,
      longestValue: 200,
      longerValue: 400,
      cleared: 200,
      fiftyKeys: 200,
      oneMore: 400,
      swapped: 200,
    }),
  }),
];

/** Returns the metadata of an answer as `key=value`, sorted by key. */
function sorted({ body }: { body: { readonly [field: string]: unknown } }): string {
  const entries = Object.entries((body["metadata"] ?? {}) as Record<string, string>);
  return entries
    .sort(([a], [b]) => a.localeCompare(b))
    .map((entry) => entry.join("="))
    .join(" ");
}
