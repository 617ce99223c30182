import { randomUUID } from "node:crypto";
import { createFeature, createProduct, featurePath, featuresPath, ofRule, productsPath } from "../case";
import { accepted, outcome, refused } from "../observation";
import type { Session } from "../session";

const withKey = (key: string) => ({ headers: { "idempotency-key": key } });
const simultaneous = 5;

/** Returns a new feature and a new idempotency key. */
const fresh = (session: Session) => ({
  params: { lookup_key: session.unique("key"), name: "Feature" },
  key: withKey(randomUUID()),
});

export const requestCases = [
  ofRule("requestIds", {
    run: async (session) => {
      const answers = [await session.get(featuresPath), await session.get(featurePath("missing_1"))];
      const ids = answers.map(({ headers }) => headers.get("request-id") ?? "");
      return { wellFormed: ids.every((id) => /^req_\w+$/.test(id)), distinct: new Set(ids).size };
    },
    expected: () => ({ wellFormed: true, distinct: 2 }),
  }),

  ofRule("versions/echoed", {
    run: async (session) => {
      const { headers } = await session.get(featuresPath);
      return headers.get("stripe-version") === session.target.apiVersion;
    },
    expected: () => true,
  }),

  ofRule("versions", {
    question: "The version of a request that names none",
    run: async (session) => {
      const { headers } = await session.get(featuresPath, {}, { headers: { "stripe-version": undefined } });
      return headers.get("stripe-version");
    },
    expected: ({ defaultApiVersion }) => defaultApiVersion,
    teaches: (seen) => (seen === null ? {} : { defaultApiVersion: seen }),
  }),

  ofRule("idempotentReplay", {
    run: async (session) => {
      const { params, key } = fresh(session);
      const first = await session.post(featuresPath, params, key);
      await session.post(featurePath(first.body.id), { active: false });
      const again = await session.post(featuresPath, params, key);
      return {
        again: outcome(again),
        same: again.body.id === first.body.id,
        stillActiveInIt: again.body["active"] === true,
        replayed: again.headers.get("idempotent-replayed"),
        original: again.headers.get("original-request") === first.headers.get("request-id"),
      };
    },
    expected: () => ({ again: accepted, same: true, stillActiveInIt: true, replayed: "true", original: true }),
  }),

  ofRule("idempotentReplay/failure", {
    run: async (session) => {
      const { key } = fresh(session);
      const holder = await createFeature(session);
      const params = { lookup_key: holder["lookup_key"], name: "Second" };
      const first = await session.post(featuresPath, params, key);
      await session.post(featurePath(holder.id), { active: false });
      const again = await session.post(featuresPath, params, key);
      return { same: again.status === first.status, replayed: again.headers.get("idempotent-replayed") };
    },
    expected: () => ({ same: true, replayed: "true" }),
  }),

  ofRule("idempotentParameters", {
    run: async (session) => {
      const { params, key } = fresh(session);
      await session.post(featuresPath, params, key);
      return outcome(await session.post(featuresPath, { ...params, name: "Other" }, key));
    },
    expected: () => refused(400, { type: "idempotency_error" }),
  }),

  ofRule("idempotentInFlight", {
    question: `${simultaneous} requests at once under one key`,
    run: async (session) => {
      const { params, key } = fresh(session);
      const { slowly = (action) => action() } = session.target.extras;
      const answers = await slowly(() =>
        Promise.all(Array.from({ length: simultaneous }, () => session.post(featuresPath, params, key))),
      );
      const others = answers.filter(({ status }) => status !== accepted.status);
      const codes = new Set(others.map(({ status, body }) => `${status} ${body.error?.code}`));
      const made = new Set(answers.flatMap(({ status, body }) => (status === accepted.status ? [body.id] : [])));
      return { made: made.size, refusals: [...codes] };
    },
    expected: () => ({ made: 1, refusals: ["409 idempotency_key_in_use"] }),
  }),

  ofRule("idempotentNotBegun", {
    run: async (session) => {
      const { params, key } = fresh(session);
      return {
        checked: (await session.post(featuresPath, { name: "Feature" }, key)).status,
        corrected: outcome(await session.post(featuresPath, params, key)),
      };
    },
    expected: () => ({ checked: 400, corrected: accepted }),
  }),

  ofRule("idempotentScope", {
    question: "A key on GET and DELETE",
    run: async (session) => {
      const { params, key } = fresh(session);
      await session.post(featuresPath, params, key);
      const { id } = await createProduct(session);
      return {
        get: outcome(await session.get(featuresPath, {}, key)),
        deleted: outcome(await session.delete(`${productsPath}/${id}`, key)),
        deletedTwice: (await session.delete(`${productsPath}/${id}`, key)).status,
      };
    },
    expected: () => ({ get: accepted, deleted: accepted, deletedTwice: 404 }),
  }),

  ofRule("idempotentLength", {
    run: async (session) => {
      const post = async (length: number) => {
        const key = randomUUID().padEnd(length, "k");
        return outcome(await session.post(featuresPath, fresh(session).params, withKey(key)));
      };
      return { longest: await post(255), longer: (await post(256)).status };
    },
    expected: () => ({ longest: accepted, longer: 400 }),
  }),
];
