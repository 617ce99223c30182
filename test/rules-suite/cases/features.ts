import { isDeepStrictEqual } from "node:util";
import { createArchivedFeature, createFeature, featurePath, featuresPath, ofRule } from "../case";
import { accepted, chosen, outcome, refusalOf, refused } from "../observation";

export const featureCases = [
  ofRule("featureShape", {
    run: async (session) => {
      const lookupKey = session.unique("key");
      const created = await createFeature(session, { lookup_key: lookupKey, name: "Sign-on", metadata: { a: "1" } });
      const { body } = await session.get(featurePath(created.id));
      return {
        fields: Object.keys(created).sort(),
        hasPrefix: created.id.startsWith("feat_"),
        active: created["active"] === true,
        keepsLookupKey: created["lookup_key"] === lookupKey,
        name: String(created["name"]),
        metadata: JSON.stringify(created["metadata"]),
        sameWhenRetrieved: isDeepStrictEqual(body, created),
      };
    },
    expected: () => ({
      fields: ["active", "id", "livemode", "lookup_key", "metadata", "name", "object"],
      hasPrefix: true,
      active: true,
      keepsLookupKey: true,
      name: "Sign-on",
      metadata: '{"a":"1"}',
      sameWhenRetrieved: true,
    }),
  }),

  ofRule("lookupKeyUnique", {
    question: "The same lookup key twice",
    run: async (session) => {
      const first = await createFeature(session);
      const lookup_key = String(first["lookup_key"]);
      return outcome(await session.post(featuresPath, { lookup_key, name: "Second" }), { id: first.id, lookup_key });
    },
    expected: ({ duplicateLookupKey }) => chosen(duplicateLookupKey),
    teaches: (seen) => {
      const duplicateLookupKey = refusalOf(seen);
      return duplicateLookupKey === undefined ? {} : { duplicateLookupKey };
    },
  }),

  ofRule("lookupKeyFreed", {
    question: "The lookup key of an archived feature again",
    run: async (session) => {
      const old = await createArchivedFeature(session);
      const created = await session.post(featuresPath, { lookup_key: old["lookup_key"], name: "New" });
      return { created: outcome(created), isAnother: created.body.id !== old.id };
    },
    expected: () => ({ created: accepted, isAnother: true }),
  }),

  ofRule("lookupKeyFixed", {
    run: async (session) => {
      const { id } = await createFeature(session);
      return outcome(await session.post(featurePath(id), { lookup_key: session.unique("key") }));
    },
    expected: () => refused(400, { code: "parameter_unknown", param: "lookup_key" }),
  }),

  ofRule("archivedReadable", {
    question: "GET after archiving",
    run: async (session) => {
      const { id } = await createArchivedFeature(session);
      const found = await session.get(featurePath(id));
      return { found: outcome(found), active: found.body["active"] === true };
    },
    expected: () => ({ found: accepted, active: false }),
  }),

  ofRule("archivedNotEditable", {
    question: "A new name after archiving",
    run: async (session) => {
      const { id } = await createArchivedFeature(session);
      return outcome(await session.post(featurePath(id), { name: "Renamed" }), { id });
    },
    expected: ({ editArchived }) => chosen(editArchived),
    teaches: (seen) => {
      const editArchived = refusalOf(seen);
      return editArchived === undefined ? {} : { editArchived };
    },
  }),

  ofRule("archivedNotEditable/metadata", {
    question: "Metadata after archiving",
    run: async (session) => {
      const { id } = await createArchivedFeature(session);
      return outcome(await session.post(featurePath(id), { metadata: { a: "1" } }), { id });
    },
    expected: ({ editArchived }) => chosen(editArchived),
    teaches: () => ({}),
  }),

  ofRule("archivedForGood", {
    question: "`active=true` after archiving",
    run: async (session) => {
      const { id } = await createArchivedFeature(session);
      return outcome(await session.post(featurePath(id), { active: true }), { id });
    },
    expected: ({ unarchive }) => chosen(unarchive),
    teaches: (seen) => {
      const unarchive = refusalOf(seen);
      return unarchive === undefined ? {} : { unarchive };
    },
  }),

  ofRule("archivedTwice", {
    question: "`active=false` again after archiving",
    run: async (session) => {
      const { id } = await createArchivedFeature(session);
      return outcome(await session.post(featurePath(id), { active: false }), { id });
    },
    expected: ({ archiveTwice }) => chosen(archiveTwice),
    teaches: (seen) => ({ archiveTwice: refusalOf(seen) ?? "accepted" }),
  }),

  ofRule("featureNotDeletable", {
    run: async (session) => {
      const { id } = await createFeature(session);
      return outcome(await session.delete(featurePath(id)));
    },
    expected: () => refused(404),
  }),

  ofRule("archivedFilter", {
    run: async (session) => {
      const active = await createFeature(session);
      const archived = await createArchivedFeature(session);
      const holds = async (wanted: boolean) => {
        const { body } = await session.get(featuresPath, { archived: wanted, limit: 100 });
        const ids = body.data.map(({ id }) => id);
        return { active: ids.includes(active.id), archived: ids.includes(archived.id) };
      };
      return { archived: await holds(true), notArchived: await holds(false) };
    },
    expected: () => ({
      archived: { active: false, archived: true },
      notArchived: { active: true, archived: false },
    }),
  }),

  ofRule("listWithoutArchived", {
    run: async (session) => {
      const active = await createFeature(session);
      const archived = await createArchivedFeature(session);
      const { body } = await session.get(featuresPath, { limit: 100 });
      const ids = body.data.map(({ id }) => id);
      return { active: ids.includes(active.id), archived: ids.includes(archived.id) };
    },
    expected: ({ listWithoutArchived }) => ({ active: true, archived: listWithoutArchived === "all" }),
    teaches: ({ archived }) => ({ listWithoutArchived: archived ? "all" : "active" }),
  }),

  ofRule("lookupKeyFilter", {
    run: async (session) => {
      const archived = await createArchivedFeature(session);
      const { lookup_key } = archived;
      const active = await createFeature(session, { lookup_key });
      await createFeature(session);
      const holds = async (wanted: boolean, id: string) => {
        const { body } = await session.get(featuresPath, { lookup_key, archived: wanted });
        return body.data.length === 1 && body.data[0]?.id === id;
      };
      return { onlyActive: await holds(false, active.id), onlyArchived: await holds(true, archived.id) };
    },
    expected: () => ({ onlyActive: true, onlyArchived: true }),
  }),
];
