import type { dynamic } from "@pulumi/pulumi";
import type { ResourceRules } from "../lifecycle/rules";
import { answer } from "./answer";
import { storeConfiguration } from "./configuration";

// Loaded when the engine calls, and not before: these need undici and zod, a program that imports the package does not.
const settings = () => (require("./settings") as typeof import("./settings")).readSettings();
const connection = () => (require("./connection") as typeof import("./connection")).connection();

/** The calls that the engine makes by name, over the rules of one resource. */
export function engineCalls<Inputs, State>(rules: () => ResourceRules<Inputs, State>) {
  return {
    configure: (request: dynamic.ConfigureRequest): void => storeConfiguration(request.config),

    check: (_olds: unknown, news: Record<string, unknown>) =>
      answer(() => rules().check(news, { ownership: settings().ownership ?? "metadata" })),

    diff: (_id: string, olds: State, news: Inputs) => answer(() => rules().diff(olds, news)),

    create: (inputs: Inputs) => answer(() => rules().create(connection(), inputs)),

    /** An empty answer tells the engine that the object is gone. */
    read: (id: string, state: Partial<State>) =>
      answer(async () => (await rules().read(connection(), id, state)) ?? {}),

    update: (id: string, olds: State, news: Inputs & { readonly __provider?: string }) =>
      answer(async () => ({ outs: await rules().update(connection(), id, olds, news) }), {
        id,
        provider: news.__provider,
      }),

    delete: (id: string, state: State) => answer(() => rules().delete(connection(), id, state)),
  };
}
