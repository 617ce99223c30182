import type { dynamic } from "@pulumi/pulumi";
import type { ResourceRules, UncheckedInputs } from "../lifecycle/rules";
import { answer } from "./answer";
import { storeConfiguration } from "./configuration";

// Loaded when the engine calls, and not before: these need undici and zod, a program that imports the package does not.
const session = () => (require("./session") as typeof import("./session")).session();
const connection = () => (require("./connection") as typeof import("./connection")).connection();

/** The calls that the engine makes by name, over the rules of one resource. */
export function engineCalls<Inputs, State>(rules: () => ResourceRules<Inputs, State>) {
  return {
    configure: (request: dynamic.ConfigureRequest): void => storeConfiguration(request.config),

    check: (olds: UncheckedInputs, news: UncheckedInputs) => answer(() => rules().check(session(), olds, news)),

    diff: (id: string, olds: State, news: Inputs) => answer(() => rules().diff(session(), id, olds, news)),

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
